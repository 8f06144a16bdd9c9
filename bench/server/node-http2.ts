/** Node's own server for HTTP/2, where nginx is not installed. It speaks nothing else. */
import { createSecureServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { sizeOf, smallPath, uploadPath, zerosOf } from "./origins.ts";
import type { ServerIdentity } from "./identity.ts";

/** Uploads are not to wait for this server. */
const windowBytes = 16_777_216;

/** Gives its port. `smallFor` makes the small answer of a connection. */
export async function listenHttp2(
  { chain: cert, key }: ServerIdentity,
  smallFor: (connection: string) => string,
): Promise<number> {
  let last = 0;
  const server = createSecureServer({ cert, key, settings: { initialWindowSize: windowBytes } });
  server.on("session", (session) => {
    const small = smallFor(String(++last));
    session.setLocalWindowSize(windowBytes);
    session.on("stream", (stream, { ":path": path = "" }) => answer(stream, path, small));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", 2_048, resolve));
  return (server.address() as AddressInfo).port;
}

function answer(stream: ServerHttp2Stream, path: string, small: string): void {
  const bytes = sizeOf(path);
  stream.on("error", () => {}); // A client that goes.
  if (path === smallPath) {
    stream.respond({ ":status": 200, "content-type": "application/json", "content-length": small.length });
    stream.end(small);
  } else if (path === uploadPath) {
    stream.resume().on("end", () => {
      stream.respond({ ":status": 200 });
      stream.end("read");
    });
  } else if (bytes > 0) {
    stream.respond({ ":status": 200, "content-length": bytes });
    Readable.from(zerosOf(bytes), { objectMode: false }).pipe(stream);
  } else {
    stream.respond({ ":status": 404 }, { endStream: true });
  }
}
