/** A plain HTTP server for `get`: it sets and shows cookies, and serves one file in good and bad parts. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Origin extends AsyncDisposable {
  readonly url: string;
  /** The Range fields that came, in order; `undefined` for none. */
  readonly ranges: readonly (string | undefined)[];
}

/** What `/file` and its relatives are about. */
export const wholeFile: Buffer = Buffer.from("0123456789abcdefghij");

export async function openOrigin(): Promise<Origin> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    request.resume();
    ranges.push(request.headers.range);
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function answer({ url = "", headers }: IncomingMessage, response: ServerResponse): void {
  const offset = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  const rest = wholeFile.subarray(offset);
  const part = { "Content-Range": `bytes ${offset}-${wholeFile.length - 1}/${wholeFile.length}` };
  switch (url.replace(/\?.*/, "")) {
    case "/set":
      response.writeHead(200, {
        "Set-Cookie": ["kept=1; Max-Age=1000; Path=/", "session=2; HttpOnly", "gone=3; Max-Age=0"],
      });
      response.end("set\n");
      return;
    case "/login":
      response.writeHead(302, { "Set-Cookie": "login=4; Path=/", Location: "/echo" }).end();
      return;
    case "/file":
      if (offset >= wholeFile.length)
        response.writeHead(416, { "Content-Range": `bytes */${wholeFile.length}` }).end();
      else if (offset > 0) response.writeHead(206, part).end(rest);
      else response.end(wholeFile);
      return;
    case "/no-ranges":
      response.end(wholeFile);
      return;
    case "/elsewhere":
      response.writeHead(206, { "Content-Range": "bytes 0-19/20" }).end(wholeFile);
      return;
    case "/encoded":
      response.writeHead(206, { ...part, "Content-Encoding": "gzip" }).end(rest);
      return;
    case "/moved":
      response.writeHead(302, { Location: "/file" }).end();
      return;
    case "/missing":
      response.writeHead(404).end("no such file");
      return;
    default:
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ url, headers }));
  }
}
