/** Codes of getting there: names, addresses and TCP. */
import type { Entries } from "./entry.ts";

/** How the attempt at one address ended. */
export interface AddressOutcome {
  readonly address: string;
  readonly port: number;
  /** The system's code (`ECONNREFUSED`), or `pending` when the deadline came first. */
  readonly outcome: string;
  readonly afterMs: number;
}

interface Unreached {
  readonly host: string;
  readonly port: number;
  readonly attempts: readonly AddressOutcome[];
}

export interface ReachDetails {
  readonly "name-not-found": { readonly host: string; readonly resolverCode: string };
  readonly "dns-failed": { readonly host: string; readonly resolverCode: string };
  readonly "connection-refused": Unreached;
  readonly unreachable: Unreached;
  readonly "connect-failed": Unreached;
  readonly "network-denied": {
    readonly host: string;
    readonly port: number;
    /** What was not permitted to connect to; none where the name itself was not permitted to be looked up. */
    readonly addresses: readonly string[];
    readonly runtime: string;
  };
}

export const reachEntries: Entries<ReachDetails> = {
  "name-not-found": {
    stage: "dns",
    fault: "caller",
    title: "Host name that does not exist",
    means: "The resolver answered that the name has no address.",
    remedy: {
      client:
        "Check the spelling. If the name exists only inside a network, check that this machine is in it.",
      server: "Publish an A or AAAA record for the name.",
    },
    authority: "RFC 1035 §4.1.1 (RCODE 3); RFC 2308 §2",
    sentence: ({ host, resolverCode }) =>
      `The name "${host}" has no address (the resolver said ${resolverCode}).`,
  },
  "dns-failed": {
    stage: "dns",
    fault: "network",
    title: "Name resolution that failed",
    means: "The resolver gave no answer: it failed or could not be reached. The name may well exist.",
    remedy: { client: "Try again; check the resolver this machine uses (on Linux /etc/resolv.conf)." },
    authority: "RFC 1035 §4.1.1 (RCODE 2); getaddrinfo(3)",
    sentence: ({ host, resolverCode }) => `The resolver could not answer for "${host}" (${resolverCode}).`,
  },
  "connection-refused": {
    stage: "tcp",
    fault: "peer",
    title: "Connection refused",
    means: "The machine answered, and nothing listens on that port.",
    remedy: {
      client: "Check the host and the port, and that the server runs and listens there.",
      server: "Start the server, and let it listen on that address and port.",
    },
    authority: "RFC 9293 §3.5.2",
    sentence: (detail) =>
      `Nothing listens on ${detail.host} port ${detail.port}: ${renderAttempts(detail.attempts)}.`,
  },
  unreachable: {
    stage: "tcp",
    fault: "network",
    title: "No route to the host",
    means: "This machine, or a router, knows no way to the address.",
    remedy: { client: "Check the network connection, the VPN and the address." },
    authority: "RFC 792; RFC 4443 §3.1",
    sentence: (detail) => `There is no route to ${detail.host}: ${renderAttempts(detail.attempts)}.`,
  },
  "connect-failed": {
    stage: "tcp",
    fault: "network",
    title: "No address could be reached",
    means: "Every address of the host was tried, and each failed.",
    remedy: { client: "Look at how each address failed; the message says it." },
    authority: "RFC 8305 §5",
    sentence: (detail) =>
      `No connection to ${detail.host} port ${detail.port} could be made: ${renderAttempts(detail.attempts)}.`,
  },
  "network-denied": {
    stage: "tcp",
    fault: "local",
    title: "Network that the program may not use",
    means:
      "The runtime was started with permissions, and those do not let the program look the name up, or connect to any of its addresses. Nothing was sent.",
    remedy: {
      client:
        "Start the program with --allow-net. Where that has a list (Deno), name the host and its addresses: the name is looked up first, and then the addresses are connected to.",
    },
    authority: "Node: --permission; Deno: --allow-net",
    sentence: ({ host, port, addresses, runtime }) => {
      const by = runtime === "Node" ? "Node's permission model does" : `${runtime}'s permissions do`;
      const what =
        addresses.length === 0
          ? `look up ${host}`
          : `connect to ${host} port ${port} (${addresses.join(", ")})`;
      return `This program may not ${what}: ${by} not let it.`;
    },
  },
};

/** Each address with how it ended, for a sentence. */
export function renderAttempts(attempts: readonly AddressOutcome[]): string {
  if (attempts.length === 0) return "no address was tried";
  return attempts
    .map(({ address, outcome, afterMs }) => `${address} gave ${outcome} after ${Math.round(afterMs)} ms`)
    .join(", ");
}
