/**
 * Every endpoint's figures, read once and kept as columns of numbers while they are written out. A family's samples must
 * stand together, so that each family goes through all endpoints: reading the store once for each would take ten times as
 * long, and rows as they come ten times the memory.
 */
import type { Store } from "../store/port.ts";
import { breakFamily, type EndpointFamily, endpointFamilies, secondsOf } from "./endpoint-families.ts";
import { type Family, type Format, renderHead, renderLabels, renderSample } from "./exposition.ts";

interface Page {
  /** `instance` and `endpoint` of each row, ready to be written. */
  readonly labels: readonly string[];
  /** For each family a number a row; NaN where there is none. */
  readonly values: readonly Float64Array[];
  readonly breaks: readonly Break[];
}

interface Break {
  readonly row: number;
  /** Index of the bundle and device in the columns' list. */
  readonly pair: number;
  readonly seconds: number;
}

export interface Columns {
  readonly pages: readonly Page[];
  /** Labels of each bundle and device. */
  readonly pairs: readonly string[];
}

export async function readColumns(
  store: Store,
  labelOf: (bundle: string) => string,
  rowsAtOnce: number,
): Promise<Columns> {
  const pages: Page[] = [];
  const pairs = new Map<string, number>();
  let after: string | undefined;
  for (;;) {
    const rows = await store.figures({ after, limit: rowsAtOnce });
    const values = endpointFamilies.map(({ valueOf }) =>
      Float64Array.from(rows, (row) => valueOf(row) ?? Number.NaN),
    );
    const labels = rows.map(({ endpoint: { name, id } }) => renderLabels({ instance: name, endpoint: id }));
    const breaks = rows.flatMap(({ forecasts }, row) =>
      forecasts.flatMap(({ bundle, device, breaksAt }): readonly Break[] => {
        const seconds = secondsOf(breaksAt);
        if (seconds === undefined) return [];
        const text = renderLabels({ bundle: labelOf(bundle), bundle_id: bundle, device });
        const pair = pairs.get(text) ?? pairs.size;
        pairs.set(text, pair);
        return [{ row, pair, seconds }];
      }),
    );
    if (rows.length > 0) pages.push({ labels, values, breaks });
    after = rows.at(-1)?.endpoint.id;
    if (rows.length < rowsAtOnce) return { pages, pairs: [...pairs.keys()] };
    // Other requests are answered between two pages.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The text, a page of one family at a time. */
export function* renderColumns({ pages, pairs }: Columns, format: Format): Generator<string> {
  for (const [index, family] of endpointFamilies.entries()) {
    yield* withHead(
      family,
      format,
      pages.map((page) => () => renderPage(family, page, index)),
    );
  }
  yield* withHead(
    breakFamily,
    format,
    pages.map(({ labels, breaks }) => () => {
      let text = "";
      for (const { row, pair, seconds } of breaks) {
        text += renderSample(breakFamily, `${labels[row] ?? ""},${pairs[pair] ?? ""}`, seconds);
      }
      return text;
    }),
  );
}

/** A family without a sample has no head either. */
function* withHead(family: Family, format: Format, pages: readonly (() => string)[]): Generator<string> {
  let isBegun = false;
  for (const page of pages) {
    const text = page();
    if (text === "") continue;
    yield isBegun ? text : renderHead(family, format) + text;
    isBegun = true;
  }
}

function renderPage(family: EndpointFamily, { labels, values }: Page, index: number): string {
  const column = values[index];
  let text = "";
  for (const [row, label] of labels.entries()) {
    const value = column?.[row] ?? Number.NaN;
    if (!Number.isNaN(value)) text += renderSample(family, label, value);
  }
  return text;
}
