/** Waits for a connection's ClientHello and hands both on; the bytes stay with the socket. */
import type { Socket } from "node:net";
import { clientHelloWaitLimit } from "../limits.ts";
import { parseFirstBytes, type Hello } from "./client-hello.ts";

/** Calls `onHello` once the ClientHello is whole, with the socket paused and every byte put back. */
export function readHello(socket: Socket, onHello: (hello: Hello) => void): void {
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
    if (opening.kind === "other") {
      socket.end(notTls);
      return;
    }
    socket.pause();
    socket.unshift(bytes);
    onHello(opening.hello);
  };
  socket.on("data", onData);
  socket.once("close", stop);
}

/** What a client hears that does not speak TLS: most likely it spoke HTTP. */
const notTls =
  "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 42\r\nConnection: close\r\n\r\nThis port speaks TLS. Write https:// here.";
