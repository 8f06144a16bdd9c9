/** The states of a stream that the client opened, as RFC 9113 §5.1 draws them. Nothing is pushed here, so two of them are missing. */

export type StreamState = "idle" | "open" | "half-closed-local" | "half-closed-remote" | "closed";

export type StreamEvent =
  /** We sent HEADERS. */
  | "headers-sent"
  /** We sent END_STREAM. */
  | "end-sent"
  /** The peer sent END_STREAM. */
  | "end-received"
  /** Either side sent RST_STREAM. */
  | "reset";

/** What leads where. What is not here cannot happen. */
export const streamTransitions: Readonly<
  Record<StreamState, Readonly<Partial<Record<StreamEvent, StreamState>>>>
> = {
  idle: { "headers-sent": "open" },
  open: { "end-sent": "half-closed-local", "end-received": "half-closed-remote", reset: "closed" },
  "half-closed-local": { "end-received": "closed", reset: "closed" },
  "half-closed-remote": { "end-sent": "closed", reset: "closed" },
  closed: { reset: "closed" },
};

/** Whether the peer may still send HEADERS and DATA. */
export const peerMaySend: Readonly<Record<StreamState, boolean>> = {
  idle: false,
  open: true,
  "half-closed-local": true,
  "half-closed-remote": false,
  closed: false,
};

/** Whether we may still send DATA. */
export const weMaySend: Readonly<Record<StreamState, boolean>> = {
  idle: false,
  open: true,
  "half-closed-local": false,
  "half-closed-remote": true,
  closed: false,
};
