/** What had crossed the wire when a handshake ended, as a part of a sentence. */

export interface HandshakeBytes {
  /** `undefined` where the runtime does not count them. */
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
}

/** `, after 517 bytes sent and 0 received`; nothing where nobody counted. */
export function renderHandshakeBytes({ bytesSent, bytesReceived }: HandshakeBytes): string {
  if (bytesSent === undefined || bytesReceived === undefined) return "";
  return `, after ${bytesSent} bytes sent and ${bytesReceived} received`;
}
