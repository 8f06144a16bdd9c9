/** Waits for a connection's ClientHello and says which name it asks for; the bytes stay with the socket. */
import type { Socket } from "node:net";
import { clientHelloWaitLimit } from "../limits.ts";
import { parseFirstBytes, type FirstBytes } from "./client-hello.ts";

/** What a connection opened with. */
export type Opening = Exclude<FirstBytes, { kind: "more" }>;

/** Calls `onOpening` once the first message is whole, with the socket paused and every byte put back. */
export function readOpening(socket: Socket, onOpening: (opening: Opening) => void): void {
  let bytes = Buffer.alloc(0);
  const wait = setTimeout(() => socket.destroy(), clientHelloWaitLimit.value).unref();
  const stop = (): void => {
    clearTimeout(wait);
    socket.off("data", onData);
  };
  const onData = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    const opening = parseFirstBytes(bytes);
    if (opening.kind === "more") return;
    stop();
    socket.pause();
    socket.unshift(bytes);
    onOpening(opening);
  };
  socket.on("data", onData);
  socket.once("close", stop);
}
