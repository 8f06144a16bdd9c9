/** What ended a connection right behind its handshake, before anybody was handed it: on Deno within the same read. */
import type { Socket } from "node:net";

/** Kept by the handshake, told to the receiver. */
export const earlyErrors: WeakMap<Socket, Error> = new WeakMap();
