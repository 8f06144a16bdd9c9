/**
 * What ended a connection before anybody was handed it: as TLS began, or right behind its handshake, on Deno within the same
 * read.
 */
import type { Socket } from "node:net";

/** Kept by the race and by the handshake, told to the handshake and to the receiver. */
export const earlyErrors: WeakMap<Socket, Error> = new WeakMap();

/** From now on, until somebody else listens. */
export function keepEarlyError(socket: Socket): void {
  socket.once("error", (error) => earlyErrors.set(socket, error));
}
