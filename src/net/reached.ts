/** What reaching a host came to. */
import type { Socket } from "node:net";
import type { AddressOutcome } from "../core/index.ts";
import type { AddressSource } from "./addresses.ts";

/** A socket whose TCP is up. */
export interface Reached<S extends Socket> {
  readonly socket: S;
  readonly address: string;
  readonly source: AddressSource | "unix-socket";
  readonly lost: readonly AddressOutcome[];
  /** Whether Node hands bytes to the receiver itself, or the socket's `data` event has to. */
  readonly reads: "onread" | "data";
  readonly dnsMs: number;
  readonly tcpMs: number;
  readonly proxyMs: number;
  /** What was said in plain before TLS took so long; 0 where TLS begins at once. */
  readonly startTlsMs: number;
  /** The server's greeting in plain, where it spoke first. */
  readonly greeting: Uint8Array | undefined;
}
