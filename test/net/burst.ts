/** How many of many connections that are opened at once resume a TLS session: by Node's own client, and by this one. */
import { Agent, get } from "node:https";
import type { TLSSocket } from "node:tls";
import type { Client } from "../../src/index.ts";

/** Asks once, over a connection of its own; says whether its TLS session was resumed. */
export type Ask = () => Promise<boolean>;

/** Of so many at once, how many resumed. */
export async function burst(ask: Ask, count: number): Promise<number> {
  const resumed = await Promise.all(Array.from({ length: count }, ask));
  return resumed.filter(Boolean).length;
}

export function nodeHttps(url: string, ca: string): Ask {
  const agent = new Agent({ ca, keepAlive: false });
  return () =>
    new Promise((resolve, reject) => {
      get(url, { agent }, (response) => {
        const resumed = (response.socket as TLSSocket).isSessionReused();
        response
          .resume()
          .on("end", () => resolve(resumed))
          .on("error", reject);
      }).on("error", reject);
    });
}

/** Whose server closes each connection after its answer. */
export function meerkat(client: Client, url: string): Ask {
  return async () => {
    const response = await client.request(url);
    await response.bytes();
    return response.connection.resumed;
  };
}
