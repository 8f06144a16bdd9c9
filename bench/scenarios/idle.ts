/** A thousand connections that lie idle: what they hold. */
import { smallPath } from "../server/origins.ts";
import { metered } from "./meter.ts";
import { noCurl, type Scenario } from "./scenario.ts";

const connections = 1_000;

export const idle1000: Scenario = {
  name: "idle-1000",
  title: "1,000 idle connections",
  connections,
  proxied: false,
  without: noCurl,
  measure: async ({ client, origins }) => {
    const url = origins.kept + smallPath;
    await client.json(url); // Its code and its settings are loaded, and are not the connections'.
    const before = settledRss();
    const opened = await metered(async () => {
      const bodies = await Promise.all(Array.from({ length: connections }, () => client.json(url)));
      const ids = new Set(bodies.map((body) => (body as { readonly connection: string }).connection));
      if (ids.size < connections) throw new Error(`${ids.size} connections were opened of ${connections}`);
      const bytes = connections * origins.smallBytes;
      return { requests: connections, latenciesMs: [], bytes, resumed: 0 };
    });
    return { ...opened, latenciesMs: [opened.wallMs], rssBytes: settledRss() - before };
  },
};

/** Resident memory after what is garbage was let go. */
function settledRss(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
