/** The events of a WebSocket: WebSockets (WHATWG) §7. Node has none of them but `MessageEvent` before version 23. */
import { showAs, type HttpsError } from "../../core/index.ts";

/** A message: text as a string, bytes as `binaryType` has it. */
export type WebSocketData = string | ArrayBuffer | Blob;

/** How a WebSocket ended. */
export interface WebSocketEnd {
  /** The code of the server's Close frame; 1005 where it had none, 1006 where there was no Close frame (RFC 6455 §7.4.1). */
  readonly code: number;
  /** What the server gave as its reason. */
  readonly reason: string;
  /** Whether both sides have said Close. */
  readonly wasClean: boolean;
  /** What went wrong; `undefined` where nothing did. */
  readonly error: HttpsError | undefined;
}

/** The event `close`, as the standard's `CloseEvent`, and what went wrong. */
export class WebSocketCloseEvent extends Event implements WebSocketEnd {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  /** What went wrong; `undefined` where nothing did. */
  readonly error: HttpsError | undefined;

  constructor({ code, reason, wasClean, error }: WebSocketEnd) {
    super("close");
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
    this.error = error;
  }
}

// Node's own shows what every event has, and nothing of this one.
showAs(WebSocketCloseEvent.prototype, "WebSocketCloseEvent", ({ code, reason, wasClean, error }) => ({
  code,
  reason,
  wasClean,
  error,
}));

/** The event `error`, which says what went wrong; the standard's says nothing. */
export class WebSocketErrorEvent extends Event {
  readonly error: HttpsError;
  readonly message: string;

  constructor(error: HttpsError) {
    super("error");
    this.error = error;
    this.message = error.message;
  }
}

showAs(WebSocketErrorEvent.prototype, "WebSocketErrorEvent", ({ message, error }) => ({ message, error }));
