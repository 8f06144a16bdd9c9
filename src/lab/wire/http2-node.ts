/** HTTP/2 by Node, for sites at which nothing is wrong with it. */
import { createServer, type Http2ServerRequest, type Http2ServerResponse, type Settings } from "node:http2";
import type { Http2 } from "./http2-script.ts";

/** Answers one request over HTTP/2. */
export type RespondOverHttp2 = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** Node's own server, with SETTINGS of the site's. */
export function byNode(respond: RespondOverHttp2, settings: Settings = {}): Http2 {
  const server = createServer({ settings }, respond);
  // A client under test breaks off as it likes.
  server.on("sessionError", () => undefined);
  return (socket) => {
    socket.on("error", () => undefined);
    server.emit("connection", socket);
  };
}
