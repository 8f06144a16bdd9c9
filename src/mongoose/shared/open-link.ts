/** Opens a connection: the name looked up, by the system or by the DNS server that was named, then `dial`, and both keys. */
import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { bare, deadlineMs, HttpsError, withDefaults, type Checks } from "../../core/index.ts";
import { type TrustPolicy } from "../../admission/index.ts";
import {
  dial,
  directly,
  isLoopbackName,
  netLimits,
  type DialPhase,
  type DialTimeouts,
  type Link,
  noAddressRules,
} from "../../net/index.ts";
import type { Destination } from "./address.ts";
import { mongooseLimits } from "../limits.ts";

/** The deadlines of a connection, in milliseconds; `Infinity` for none. */
export interface mg_timeouts extends DialTimeouts {
  /** From the request's end to the reply's head. */
  readonly headMs: number;
  /** A wait for more of the body. */
  readonly bodyIdleMs: number;
}

export const timeoutChecks: Checks<Partial<mg_timeouts>> = {
  dnsMs: deadlineMs,
  connectMs: deadlineMs,
  proxyMs: deadlineMs,
  tlsMs: deadlineMs,
  headMs: deadlineMs,
  bodyIdleMs: deadlineMs,
};

/** What a connection is opened by. */
export interface Opening {
  readonly destination: Destination;
  readonly policy: TrustPolicy;
  /** The name to check and to send, where it is not the host. */
  readonly name: string | undefined;
  readonly alpn: readonly string[];
  readonly nameserver: string | undefined;
  readonly resolve: Readonly<Record<string, string>> | undefined;
  readonly timeouts: mg_timeouts;
}

/** Meerkat's deadlines with what was given. */
export function deadlines(given: Partial<mg_timeouts> | undefined): mg_timeouts {
  const usual: mg_timeouts = {
    dnsMs: netLimits.dnsMs.value,
    connectMs: netLimits.connectMs.value,
    proxyMs: netLimits.proxyMs.value,
    tlsMs: netLimits.tlsMs.value,
    headMs: mongooseLimits.headMs.value,
    bodyIdleMs: mongooseLimits.bodyIdleMs.value,
  };
  return withDefaults(usual, given);
}

/** @throws HttpsError of stage `dns tcp tls trust timeout` */
export async function openLink(
  opening: Opening,
  signal: AbortSignal,
  onPhase: (phase: DialPhase) => void,
): Promise<Link> {
  const { destination, policy, name, alpn, timeouts } = opening;
  const { isTls, host, port } = destination;
  const resolve = (await askNameserver(opening, signal, onPhase)) ?? opening.resolve;
  return dial({
    ...directly,
    scheme: isTls ? "https" : "http",
    host,
    port,
    policy,
    name,
    sni: name,
    alpn,
    addressRules: { ...noAddressRules, resolve },
    timeouts,
    signal,
    onPhase,
  });
}

/** The addresses as the named server has them; undefined where nobody has to be asked. */
async function askNameserver(
  { destination: { host, port }, nameserver, resolve, timeouts: { dnsMs } }: Opening,
  signal: AbortSignal,
  onPhase: (phase: DialPhase) => void,
): Promise<Readonly<Record<string, string>> | undefined> {
  const known = resolve?.[`${host}:${port}`] !== undefined || isIP(host) !== 0 || isLoopbackName(host);
  if (nameserver === undefined || known) return undefined;
  onPhase("dns");
  const tries = 2; // As the library's own resolver.
  const resolver = new Resolver({
    timeout: Math.max(1, Math.min(dnsMs, netLimits.dnsMs.value) / tries),
    tries,
  });
  resolver.setServers([nameserver]);
  signal.addEventListener("abort", () => resolver.cancel(), bare({ once: true }));
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (addresses.length > 0) return { [`${host}:${port}`]: addresses.join(",") };
  const [first] = answers;
  const cause: unknown = first.status === "rejected" ? first.reason : undefined;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "ENODATA";
  if (code === "ETIMEOUT")
    throw new HttpsError("dns-timeout", { host, limitMs: dnsMs, asked: "resolver" }, { cause });
  const missing = code === "ENOTFOUND" || code === "ENODATA";
  throw new HttpsError(missing ? "name-not-found" : "dns-failed", { host, resolverCode: code }, { cause });
}
