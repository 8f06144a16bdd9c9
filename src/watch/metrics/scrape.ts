/** `/metrics`: read from the store, and written out a page at a time, as fast as the scraper reads. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Store } from "../store/port.ts";
import { readColumns, renderColumns } from "./columns.ts";
import { contentTypes, type Format, renderEnd } from "./exposition.ts";
import type { WatchFigures } from "./figures.ts";
import { metricsLimits } from "./limits.ts";
import { renderWatch } from "./watch-families.ts";

export interface Scrape {
  readonly store: Store;
  readonly figures: WatchFigures | undefined;
  readonly now: number;
  readonly format: Format;
  /** The fields that every answer carries. */
  readonly headFor: (type: string) => Readonly<Record<string, string>>;
}

/** Throws before the head is written where the store fails. What is left once the scraper went away is not written. */
export async function writeMetrics(
  response: ServerResponse,
  { store, figures, now, format, headFor }: Scrape,
): Promise<void> {
  const [overview, tellings, bundles] = await Promise.all([
    store.overview({ now }),
    store.waitingTellings(),
    store.bundles(),
  ]);
  const labels = new Map(bundles.map(({ id, label }) => [id, label]));
  const columns = await readColumns(store, (id) => labels.get(id) ?? id, metricsLimits.rowsAtOnce.value);
  response.writeHead(200, { ...headFor(contentTypes[format]), Vary: "Accept" });
  if (response.req.method === "HEAD") {
    response.end();
    return;
  }
  for (const text of pieces()) {
    if (response.destroyed) return;
    if (!response.write(text)) await drained(response);
  }
  response.end();

  function* pieces(): Generator<string> {
    yield renderWatch({ overview, tellings, figures }, format);
    yield* renderColumns(columns, format);
    yield renderEnd(format);
  }
}

/** Until the scraper has read, or went away. */
async function drained(response: ServerResponse): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  done.abort();
}
