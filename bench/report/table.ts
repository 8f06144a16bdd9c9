/** The figures as Markdown tables, and how they stand against what was promised. */
import { packages } from "../clients/index.ts";
import type { Missing } from "../run.ts";
import type { Row } from "../sample.ts";
import { scenarios } from "../scenarios/index.ts";
import { markdownTable } from "./markdown-table.ts";
import { renderPromises } from "./promises.ts";
import type { Result } from "./result.ts";

export function renderTables({ rows }: Result, missing: readonly Missing[]): string {
  const sections = scenarios.flatMap((scenario) => {
    const own = rows.filter((row) => row.scenario === scenario.name);
    if (own.length === 0) return [];
    const lost = missing.filter(
      ({ scenario: name, client }) => name === scenario.name && !(client === "curl" && name !== "download"),
    );
    const notes = lost.map(({ client, reason }) => `${client}: no figure; ${reason.split("\n")[0]}.`);
    return [[`### ${scenario.title} (\`${scenario.name}\`)`, renderTable(own), ...notes].join("\n\n")];
  });
  return [...sections, renderPromises(rows)].join("\n\n");
}

function renderTable(rows: readonly Row[]): string {
  const head = ["client", "CPU µs/request", "requests/s", "p50 ms", "p99 ms", "MB/s", "RSS MB"];
  const body = rows.map((row) => [
    row.client,
    figure(row.cpuUsPerRequest),
    figure(row.requestsPerSecond),
    figure(row.p50Ms),
    figure(row.p99Ms),
    figure(row.mbPerSecond),
    row.rssBytes === null ? "" : figure(row.rssBytes / 1e6),
  ]);
  return markdownTable(head, body);
}

/** Three digits, without an exponent. */
function figure(value: number | null): string {
  if (value === null) return "";
  return value >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

/** `undici 7.30.2` and so on. */
export function renderVersions({ versions }: Pick<Result, "versions">): string {
  const { server, node, openssl, ...others } = versions;
  const known = new Set<string>([...Object.values(packages), "curl", "meerkat"]);
  const clients = Object.entries(others).filter(([name]) => known.has(name));
  return `Node ${node} with OpenSSL ${openssl}; ${clients.map((pair) => pair.join(" ")).join(", ")}; the server ${server}.`;
}
