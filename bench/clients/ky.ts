/** ky, over Node's own `fetch`; that takes its CA from NODE_EXTRA_CA_CERTS, which the worker is started with. */
import ky from "ky";
import type { OpenClient } from "./client.ts";

export const openKy: OpenClient = () => {
  const client = ky.create({ retry: 0, timeout: false });
  return {
    json: (url) => client.get(url).json(),
    bytes: async (url) => (await client.get(url).arrayBuffer()).byteLength,
    drain: async (url) => {
      let length = 0;
      for await (const chunk of (await client.get(url)).body ?? []) length += (chunk as Uint8Array).length;
      return length;
    },
    upload: async (url, chunks) => {
      const init = { body: streamOf(chunks), duplex: "half" } as const;
      const response = await client.put(url, init);
      await response.arrayBuffer();
      return response.status;
    },
    close: () => {},
  };
};

function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}
