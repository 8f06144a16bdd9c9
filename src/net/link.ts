/** A connection that may be used: the socket, who vouches for the peer, and the facts and instants of its making. */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { AddressOutcome, Ending, HttpsError } from "../core/index.ts";
import type { TrustReport } from "../trust/index.ts";
import type { AddressSource } from "./addresses.ts";
import type { Receiver } from "./receiver.ts";
import type { Proof } from "./two-keys.ts";

export interface Link {
  readonly socket: Socket;
  readonly receiver: Receiver;
  /** What let it be used; `undefined` for plaintext, which nothing vouches for. */
  readonly proof: Proof | undefined;
  readonly trust: TrustReport;
  readonly facts: LinkFacts;
  readonly timings: LinkTimings;
  /** What a FIN was, as far as it can be told: with or without close_notify (RFC 9112 §9.8). */
  readonly seenEnding: (ending: Ending) => Ending;
  /** What an error of the socket means, where it is more than the end of the connection: a TLS alert. */
  readonly failureOf: (error: Error) => HttpsError | undefined;
}

/** What a report says of the connection. */
export interface LinkFacts {
  /** `TLSv1.3`, or undefined for plaintext. */
  readonly protocol: string | undefined;
  readonly cipher: string | undefined;
  /** The group of the key exchange: `X25519`. Unknown on a resumed session of TLS 1.2. */
  readonly group: string | undefined;
  /** What ALPN selected; undefined when the server did not answer it. */
  readonly alpn: string | undefined;
  readonly sni: string | undefined;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly addressSource: AddressSource | "unix-socket";
  /** Addresses that were tried and did not win. */
  readonly lostAddresses: readonly AddressOutcome[];
  /** The TLS session was resumed. */
  readonly resumed: boolean;
  readonly proxy: { readonly url: string; readonly source: string } | undefined;
  /** Whether a client certificate was at hand for the server to ask for. */
  readonly clientCertificate: boolean;
}

/** Milliseconds of each phase; 0 for one that did not take place. */
export interface LinkTimings {
  readonly dnsMs: number;
  readonly tcpMs: number;
  readonly proxyMs: number;
  readonly tlsMs: number;
}

/** The TLS half of the facts. */
export function tlsFacts(socket: TLSSocket): Pick<LinkFacts, "protocol" | "cipher" | "group" | "alpn"> {
  const group = socket.getEphemeralKeyInfo();
  return {
    protocol: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher().standardName,
    group: group !== null && "name" in group && typeof group.name === "string" ? group.name : undefined,
    alpn: typeof socket.alpnProtocol === "string" ? socket.alpnProtocol : undefined,
  };
}
