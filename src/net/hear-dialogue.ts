/** Hands what comes on a plain socket to a dialogue that is pure: its octets, its end, its error. */
import type { Socket } from "node:net";

/** What is told of the socket, and says what follows. */
export interface Dialogue<Step> {
  push(chunk: Uint8Array): Step;
  close(): Step;
}

/** Gives what ends the hearing, and leaves the socket paused. `cause` is the socket's own error. */
export function hearDialogue<Step>(
  socket: Socket,
  dialogue: Dialogue<Step>,
  take: (step: Step, cause?: Error) => void,
): () => void {
  const listeners: readonly (readonly [string, (argument: never) => void])[] = [
    ["data", (chunk: Uint8Array) => take(dialogue.push(chunk))],
    ["end", () => take(dialogue.close())],
    ["error", (error: Error) => take(dialogue.close(), error)],
    ["close", () => take(dialogue.close())],
  ];
  for (const [event, listener] of listeners) socket.on(event, listener as never);
  return () => {
    socket.pause();
    for (const [event, listener] of listeners) socket.removeListener(event, listener as never);
  };
}
