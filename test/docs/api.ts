/** The API of the guide's pages on everyday requests: users in pages, what was sent to it, statuses, a token, a slow answer, one to keep, a download that breaks off, events. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { mintIdentity, openOrigin, type Origin } from "../client/origin.ts";

/** An address of its own, so that a text with it is the API's; other clients do not find names under localhost. */
export const apiAddress = "127.0.0.9";

const users = ["Ada", "Brian", "Grace", "Ken", "Radia"];

export function openApi(): Promise<Origin> {
  const http = createServer((request, response) => void answer(request, response));
  let busy = true;
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://api.example");
    const chunks: Buffer[] = await request.toArray();
    const body = Buffer.concat(chunks);
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const [, , last = ""] = pathname.split("/");
    switch (`/${pathname.split("/")[1] ?? ""}`) {
      case "/users": {
        if (request.method === "POST")
          return json(201, { id: 6, ...(JSON.parse(body.toString()) as object) });
        if (last !== "")
          return last === "1"
            ? json(200, { id: 1, name: users[0] })
            : json(404, { message: `no user ${last}` });
        const page = Number(searchParams.get("page") ?? 1);
        if (page * 2 < users.length) response.setHeader("link", `</users?page=${page + 1}>; rel="next"`);
        return json(200, users.slice(page * 2 - 2, page * 2));
      }
      case "/prices":
        response.setHeader("cache-control", "max-age=60");
        return json(200, { apples: 3 });
      case "/search":
        return json(200, { query: Object.fromEntries(searchParams) });
      case "/login":
        return json(200, { type: request.headers["content-type"], form: body.toString() });
      case "/files":
        return json(200, {
          bytes: body.length,
          isForm: request.headers["content-type"]?.startsWith("multipart/form-data; boundary="),
        });
      case "/me":
        if (request.headers.authorization !== "Bearer fresh")
          return json(401, { message: "the token is stale" });
        return json(200, { name: users[0] });
      case "/agent":
        return json(200, { team: request.headers["x-team"] });
      case "/busy": {
        busy = !busy;
        if (!busy) return json(503, { message: "busy" });
        return json(200, { message: "here" });
      }
      case "/slow":
        return; // It never answers.
      case "/large.bin": {
        const size = 300_000;
        const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
        const fields = { etag: '"1"', "content-length": size - from };
        if (from > 0)
          return void response
            .writeHead(206, { ...fields, "content-range": `bytes ${from}-${size - 1}/${size}` })
            .end(Buffer.alloc(size - from));
        // It breaks off on the way.
        response.writeHead(200, fields);
        return void response.write(Buffer.alloc(100_000), () => response.destroy());
      }
      case "/news": {
        const seen = Number(request.headers["last-event-id"] ?? 0);
        if (seen === 2) return void response.writeHead(204).end();
        response.writeHead(200, { "content-type": "text/event-stream" });
        return void response.end(`retry: 10\nid: ${seen + 1}\nevent: news\ndata: number ${seen + 1}\n\n`);
      }
      case "/cookies":
        response.setHeader("set-cookie", "session=7; Path=/");
        return json(200, { cookie: request.headers.cookie ?? null });
      default:
        return json(404, { message: "nothing is here" });
    }
  }
  const tls = mintIdentity({ names: [`ip:${apiAddress}`] });
  return openOrigin((socket: Socket) => void http.emit("connection", socket), { tls, host: apiAddress });
}
