/** Node's own `https.request`, with an agent that keeps connections. */
import { Agent, request } from "node:https";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { OpenClient } from "./client.ts";

export const openNodeHttps: OpenClient = ({ ca, connections }) => {
  const agent = openAgent(ca, connections);
  const get = (url: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      request(url, { agent }, resolve).on("error", reject).end();
    });
  const collect = async (url: string): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const chunk of await get(url)) parts.push(chunk as Buffer);
    return Buffer.concat(parts);
  };
  return {
    json: async (url) => JSON.parse((await collect(url)).toString()) as unknown,
    bytes: async (url) => (await collect(url)).length,
    drain: async (url) => {
      let length = 0;
      for await (const chunk of await get(url)) length += (chunk as Buffer).length;
      return length;
    },
    upload: (url, chunks) =>
      new Promise((resolve, reject) => {
        const sending = request(url, { agent, method: "PUT" }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode ?? 0));
        });
        pipeline(Readable.from(chunks, { objectMode: false }), sending).catch(reject);
      }),
    close: () => agent.destroy(),
  };
};

/** Used by got and axios too: theirs is Node's. */
export function openAgent(ca: string, connections: number): Agent {
  return new Agent({ ca, keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
}
