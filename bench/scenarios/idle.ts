/** A thousand connections that lie idle: what they hold. */
import type { BenchClient } from "../clients/index.ts";
import { smallPath } from "../server/origins.ts";
import { metered } from "./meter.ts";
import { noPrograms, type Scenario } from "./scenario.ts";

const connections = 1_000;

export const idle1000: Scenario = {
  name: "idle-1000",
  title: "1,000 idle connections",
  connections,
  proxied: false,
  without: noPrograms,
  measure: async ({ client, origins }) => {
    const url = origins.kept + smallPath;
    await client.json(url); // Its code and its settings are loaded, and are not the connections'.
    const before = settledRss();
    const opened = await metered(async () => {
      await askAtOnce(client, url);
      const bytes = connections * origins.smallBytes;
      return { requests: connections, latenciesMs: [], bytes, resumed: 0 };
    });
    // A connection that was up sooner may have served two; as soon as all are up, each serves one.
    let served = 0;
    for (let tries = 0; tries < 10 && served < connections; tries++) served = await askAtOnce(client, url);
    if (served < connections) throw new Error(`${served} connections were open of ${connections}`);
    return { ...opened, latenciesMs: [opened.wallMs], rssBytes: settledRss() - before };
  },
};

/** As many requests as connections, all at once; gives how many connections served them. */
async function askAtOnce(client: BenchClient, url: string): Promise<number> {
  const bodies = await Promise.all(Array.from({ length: connections }, () => client.json(url)));
  return new Set(bodies.map((body) => (body as { readonly connection: string }).connection)).size;
}

/** Resident memory after what is garbage was let go. */
function settledRss(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
