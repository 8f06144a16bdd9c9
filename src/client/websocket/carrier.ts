/** What stands between a WebSocket and its connection: what carries its messages, and what is told of them. */
import type { HttpsError } from "../../core/index.ts";
import type { StreamLink } from "../../net/index.ts";
import type { WebSocketEnd } from "./websocket-events.ts";

/** Who receives what comes. Nothing is told after `onClosed`. */
export interface CarrierSink {
  onMessage(data: Uint8Array, isText: boolean): void;
  /** The peer said Close. */
  onClosing(): void;
  onClosed(end: WebSocketEnd): void;
}

/** Carries messages over a connection. */
export interface Carrier {
  /** How long the last ping that was answered took. */
  readonly roundTripMs: number | undefined;
  /** `onGone` is called when the network has taken it. A promise: what is sent next waits for it. */
  send(bytes: Uint8Array, isText: boolean, onGone: () => void): Promise<void> | undefined;
  /** Says Close, and waits for the peer's no longer than a deadline. */
  close(code: number | undefined, reason: Uint8Array): void;
  pause(): void;
  resume(): void;
  fail(error: HttpsError): void;
  /** Reads what came behind the handshake, and what follows. */
  begin(first: Uint8Array): void;
}

/** A handshake that was accepted. */
export interface Opened {
  readonly link: Pick<StreamLink, "trust" | "facts">;
  /** The subprotocol; empty for none. */
  readonly protocol: string;
  /** The extensions as the server named them; empty for none. */
  readonly extensions: string;
  /** What came behind the handshake. */
  readonly first: Uint8Array;
  carry(sink: CarrierSink): Carrier;
}

/** Opens a connection and has it accepted; the signal ends that. */
export type Open = (signal: AbortSignal) => Promise<Opened>;
