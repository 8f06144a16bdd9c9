/**
 * The site that every server of these tests serves: files, and an application. It is one handler of Node's, which stands
 * behind nginx, Apache and haproxy over HTTP/1.1, and is `node:http2`'s own over HTTP/2.
 */
import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

export const greeting = "Hello over HTTP/2.\n";
export const text: string = "All work and no play. ".repeat(10_000);

/** Larger than every window, and nowhere the same. */
export const large: Uint8Array = Uint8Array.from(
  { length: 8 * 1024 * 1024 },
  (_, at) => (at * 31 + (at >> 8) * 7 + (at >> 16)) & 0xff,
);

export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** For servers that serve files by themselves. The last is of one that has no application behind it. */
export const files: Readonly<Record<string, string | Uint8Array>> = {
  "index.html": greeting,
  "folder/index.html": greeting,
  conditional: greeting,
  "large.bin": large,
  "app/trailers": greeting,
};

interface SiteEvents {
  /** Somebody gave up the download that never ends, which had begun. */
  abandoned: [];
}

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

export class Site {
  readonly events: EventEmitter<SiteEvents> = new EventEmitter();
  /** Requests that wait until there are as many as they say. */
  readonly #held: ServerResponse[] = [];

  /** Ends when the download that never ends is given up. */
  async abandoned(): Promise<void> {
    await once(this.events, "abandoned");
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? "/", "http://site");
    const answer = this.#answers[url.pathname];
    if (answer !== undefined) return void answer(request, response, url);
    response.writeHead(404).end("nothing here");
  };

  readonly #answers: Readonly<Record<string, Answer>> = {
    "/": (_, response) => {
      response.writeHead(200, { "content-type": "text/html", "content-length": greeting.length });
      response.end(greeting);
    },
    "/folder": (_, response) => response.writeHead(301, { location: "/folder/" }).end(),
    "/folder/": (_, response) => response.writeHead(200).end(greeting),
    "/large.bin": (_, response) => {
      response.writeHead(200, { "content-length": large.length });
      response.end(large);
    },
    "/empty": (_, response) => response.writeHead(204).end(),
    "/conditional": ({ headers }, response) => {
      const isSame = headers["if-none-match"] === '"one"';
      response.writeHead(isSame ? 304 : 200, { etag: '"one"' });
      response.end(isSame ? undefined : greeting);
    },
    "/app/echo": (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    },
    "/app/counted": (request, response) => {
      const hash = createHash("sha256");
      let bytes = 0;
      request.on("data", (chunk: Uint8Array) => {
        hash.update(chunk);
        bytes += chunk.length;
      });
      request.on("end", () => sendJson(response, { bytes, sha256: hash.digest("hex") }));
    },
    "/app/fields": ({ headers, method }, response) => sendJson(response, { method, headers }),
    "/app/trailers": (_, response) => {
      response.writeHead(200, { trailer: "x-sum" });
      response.write(greeting);
      response.addTrailers({ "x-sum": "42" });
      response.end();
    },
    "/app/early": (_, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" });
      response.writeHead(200).end(greeting);
    },
    "/app/text": ({ headers }, response) => {
      if (!/\bgzip\b/.test(String(headers["accept-encoding"]))) return response.writeHead(200).end(text);
      return response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text));
    },
    "/app/moved": (_, response) => response.writeHead(302, { location: "/app/fields" }).end(),
    "/app/moved-with-body": (_, response) => response.writeHead(308, { location: "/app/counted" }).end(),
    "/app/cookies": (_, response) => {
      response.setHeader("set-cookie", ["first=1; Path=/; Secure", "second=2; Path=/; Secure; HttpOnly"]);
      response.writeHead(200).end(greeting);
    },
    "/app/held": (_, response, url) => {
      this.#held.push(response);
      if (this.#held.length < Number(url.searchParams.get("of"))) return;
      for (const held of this.#held.splice(0)) held.writeHead(200).end(greeting);
    },
    "/app/endless": (_, response) => {
      const chunk = Buffer.alloc(16_384, "m");
      const fill = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", fill);
      response.on("close", () => this.events.emit("abandoned"));
      response.writeHead(200);
      fill();
    },
  };
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}
