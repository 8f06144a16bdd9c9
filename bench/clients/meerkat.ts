/** Meerkat: `Client.request`, with its defaults. */
import { Client } from "../../src/index.ts";
import { keptIdleMs, type OpenClient } from "./client.ts";

/** A client as it is measured, in whatever shape. */
export function makeClient({ ca, connections, proxy }: Parameters<OpenClient>[0]): Client {
  return new Client({
    roots: ca,
    connections,
    idleMs: keptIdleMs,
    environment: {},
    ...(proxy === undefined ? {} : { proxy }),
  });
}

export const openMeerkat: OpenClient = (settings) => {
  const client = makeClient(settings);
  return {
    json: async (url) => (await client.request(url)).json(),
    bytes: async (url) => (await (await client.request(url)).bytes()).length,
    drain: async (url) => {
      let length = 0;
      for await (const chunk of await client.request(url)) length += chunk.length;
      return length;
    },
    drainInPlace: async (url) => {
      let length = 0;
      await (await client.request(url)).forEachChunk((chunk) => (length += chunk.length));
      return length;
    },
    upload: async (url, chunks) => {
      const response = await client.request(url, { method: "PUT", body: chunks });
      await response.bytes();
      return response.status;
    },
    close: () => client.close(),
  };
};
