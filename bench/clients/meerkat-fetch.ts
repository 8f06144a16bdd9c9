/** Meerkat in the shape of fetch: `createFetch` of a client with its defaults. */
import { Client, createFetch } from "../../src/index.ts";
import { keptIdleMs, type OpenClient } from "./client.ts";

export const openMeerkatFetch: OpenClient = ({ ca, connections, proxy }) => {
  const client = new Client({
    roots: ca,
    connections,
    idleMs: keptIdleMs,
    environment: {},
    ...(proxy === undefined ? {} : { proxy }),
  });
  const fetch = createFetch(client);
  return {
    json: async (url) => (await fetch(url)).json(),
    bytes: async (url) => (await (await fetch(url)).arrayBuffer()).byteLength,
    drain: async (url) => {
      let length = 0;
      for await (const chunk of (await fetch(url)).body ?? []) length += (chunk as Uint8Array).length;
      return length;
    },
    upload: async (url, chunks) => {
      const init = { method: "PUT", body: chunks, duplex: "half" } as unknown as RequestInit;
      const response = await fetch(url, init);
      await response.arrayBuffer();
      return response.status;
    },
    close: () => client.close(),
  };
};
