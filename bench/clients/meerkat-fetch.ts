/** Meerkat in the shape of fetch: `createFetch` of a client with its defaults. */
import { createFetch } from "../../src/index.ts";
import type { OpenClient } from "./client.ts";
import { makeClient } from "./meerkat.ts";

export const openMeerkatFetch: OpenClient = (settings) => {
  const client = makeClient(settings);
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
