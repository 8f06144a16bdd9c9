/** axios, over Node's agent; its own proxy option for the tunnel. */
import { Readable } from "node:stream";
import axios, { type AxiosProxyConfig } from "axios";
import { openAgent } from "./node-https.ts";
import type { OpenClient } from "./client.ts";

export const openAxios: OpenClient = ({ ca, connections, proxy }) => {
  const httpsAgent = openAgent(ca, connections);
  const client = axios.create({ httpsAgent, proxy: proxy === undefined ? false : proxyOf(proxy) });
  return {
    json: async (url) => (await client.get<unknown>(url)).data,
    bytes: async (url) => (await client.get<Buffer>(url, { responseType: "arraybuffer" })).data.length,
    drain: async (url) => {
      let length = 0;
      const { data } = await client.get<Readable>(url, { responseType: "stream" });
      for await (const chunk of data) length += (chunk as Buffer).length;
      return length;
    },
    upload: async (url, chunks) => {
      // Without this axios keeps the whole body, in case of a redirect.
      const unlimited = { maxRedirects: 0, maxBodyLength: Infinity };
      return (await client.put(url, Readable.from(chunks, { objectMode: false }), unlimited)).status;
    },
    close: () => httpsAgent.destroy(),
  };
};

function proxyOf(proxy: string): AxiosProxyConfig {
  const { hostname, port } = new URL(proxy);
  return { protocol: "http", host: hostname, port: Number(port) };
}
