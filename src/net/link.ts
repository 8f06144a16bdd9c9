/** A connection that may be used: the socket, who vouches for the peer, and the facts and instants of its making. */
import type { Socket } from "node:net";
import type { AddressOutcome, Ending, HttpsError } from "../core/index.ts";
import type { TrustReport } from "../trust/index.ts";
import type { AddressSource } from "./addresses.ts";
import type { Receiver } from "./receiver.ts";
import type { Proof } from "../admission/index.ts";

/** A connection as an ordinary stream socket, paused until it is read. */
export interface StreamLink {
  readonly socket: Socket;
  /** What let it be used; `undefined` for plaintext, which nothing vouches for. */
  readonly proof: Proof | undefined;
  readonly trust: TrustReport;
  readonly facts: LinkFacts;
  readonly timings: LinkTimings;
  /**
   * What the server said first, in plain, where TLS began behind a dialogue (`smtp:`, `mysql:`). Nobody vouches for it: what
   * is decided by it, anybody on the way may have decided.
   */
  readonly greeting: Uint8Array | undefined;
}

/** A connection whose bytes go to a receiver, with no stream in between. */
export interface Link extends StreamLink {
  readonly receiver: Receiver;
  /** What a FIN was, as far as it can be told: with or without close_notify (RFC 9112 §9.8). */
  readonly seenEnding: (ending: Ending) => Ending;
  /** What an error of the socket means, where it is more than the end of the connection: TLS's own. */
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
  /** `caller`: it was the caller who connected the socket. */
  readonly addressSource: AddressSource | "unix-socket" | "caller";
  /** Addresses that were tried and did not win. */
  readonly lostAddresses: readonly AddressOutcome[];
  /** The TLS session was resumed. */
  readonly resumed: boolean;
  readonly proxy: { readonly url: string; readonly source: string } | undefined;
  /**
   * Whether the server asked for a client certificate, and whether it got one. A resumed session asks for none. `unseen`:
   * the runtime does not show it (Bun, Deno).
   */
  readonly clientCertificate: "not-asked" | "asked" | "sent" | "unseen";
}

/** Milliseconds of each phase; 0 for one that did not take place. */
export interface LinkTimings {
  readonly dnsMs: number;
  readonly tcpMs: number;
  readonly proxyMs: number;
  /** With what was said in plain before TLS. */
  readonly tlsMs: number;
}
