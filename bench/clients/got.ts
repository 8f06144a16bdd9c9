/** got, over Node's agent. */
import { Readable } from "node:stream";
import { got } from "got";
import { openAgent } from "./node-https.ts";
import type { OpenClient } from "./client.ts";

export const openGot: OpenClient = ({ ca, connections }) => {
  const agent = openAgent(ca, connections);
  const client = got.extend({
    agent: { https: agent },
    https: { certificateAuthority: ca },
    retry: { limit: 0 },
  });
  return {
    json: (url) => client(url).json(),
    bytes: async (url) => (await client(url).buffer()).length,
    drain: async (url) => {
      let length = 0;
      for await (const chunk of client.stream(url)) length += (chunk as Buffer).length;
      return length;
    },
    upload: async (url, chunks) => {
      const response = await client.put(url, { body: Readable.from(chunks, { objectMode: false }) });
      return response.statusCode;
    },
    close: () => agent.destroy(),
  };
};
