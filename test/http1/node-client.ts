/** What Node's own HTTP client makes of raw bytes: the public `node:http`, over a loopback socket. */
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import type { Exchange } from "../../src/http1/index.ts";

/** Serves each input raw, and closes; one server for all. */
export class RawServer {
  readonly #server: net.Server;
  #input: Uint8Array = new Uint8Array(0);

  constructor() {
    this.#server = net.createServer((socket) => {
      const input = this.#input;
      socket.once("data", () => socket.end(input));
      socket.on("error", () => socket.destroy());
    });
  }

  async open(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }

  /** One request by Node: `STATUS "BODY"`, "tunnel", or "refused". */
  async ask(input: Uint8Array, exchange: Exchange): Promise<string> {
    this.#input = input;
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the server is not open");
    const { method, allowUpgrade = [] } = exchange;
    const path = method === "CONNECT" ? "h:443" : "/";
    const headers =
      allowUpgrade.length === 0 ? {} : { connection: "upgrade", upgrade: allowUpgrade.join(", ") };
    return await new Promise((resolve) => {
      const request = http.request({
        host: "127.0.0.1",
        port: address.port,
        method,
        path,
        headers,
        agent: false,
      });
      const settle = (says: string): void => {
        resolve(says);
        request.destroy();
      };
      request.on("error", () => settle("refused"));
      request.on("upgrade", () => settle("tunnel"));
      request.on("connect", () => settle("tunnel"));
      request.on("response", (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", () => settle("refused"));
        response.on("aborted", () => settle("refused"));
        response.on("end", () => {
          const body = Buffer.concat(parts).toString("latin1");
          settle(response.complete ? `${response.statusCode} ${JSON.stringify(body)}` : "refused");
        });
      });
      request.end();
    });
  }
}
