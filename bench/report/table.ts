/** The figures as Markdown tables, and how they stand against what was promised. */
import { packages } from "../clients/index.ts";
import type { Missing } from "../run.ts";
import { ratioOf, spreadOf, type Row } from "../sample.ts";
import { otherProtocol, scenarios, undoable } from "../scenarios/index.ts";
import { figure } from "./figure.ts";
import { markdownTable } from "./markdown-table.ts";
import { ownRowFor } from "./own-row.ts";
import { renderPromises } from "./promises.ts";
import type { Result } from "./result.ts";

export function renderTables({ rows }: Result, missing: readonly Missing[]): string {
  const sections = scenarios.flatMap((scenario) => {
    const own = rows.filter((row) => row.scenario === scenario.name);
    if (own.length === 0) return [];
    const lost = missing.filter(
      ({ scenario: name, reason }) =>
        name === scenario.name && reason !== undoable && reason !== otherProtocol,
    );
    const heading = `### ${scenario.title} (\`${scenario.name}\`)`;
    return [[heading, renderTable(own), ...renderMissing(lost)].join("\n\n")];
  });
  return [...sections, ...renderPromises(rows)].join("\n\n");
}

function renderTable(rows: readonly Row[]): string {
  const head = [
    "client",
    "CPU µs/request",
    "Meerkat's CPU ÷ this",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "MB/s",
    "RSS MB",
  ];
  const body = rows.map((row) => {
    const own = ownRowFor(row, rows);
    return [
      row.client,
      figure(spreadOf(row, "cpuUsPerRequest")),
      own === undefined ? "" : figure(ratioOf(own, row, "cpuUsPerRequest")),
      figure(spreadOf(row, "requestsPerSecond")),
      figure(spreadOf(row, "p50Ms")),
      figure(spreadOf(row, "p99Ms")),
      figure(spreadOf(row, "mbPerSecond")),
      figure(spreadOf(row, "rssBytes"), 1e6),
    ];
  });
  return markdownTable(head, body);
}

/** A line for each reason, with everybody whose it is. */
function renderMissing(missing: readonly Missing[]): readonly string[] {
  const reasons = new Set(missing.map(({ reason }) => reason.split("\n")[0] ?? ""));
  return [...reasons].map((reason) => {
    const whose = missing.filter((one) => one.reason.split("\n")[0] === reason);
    return `${whose.map(({ client }) => client).join(", ")}: no figure; ${reason}.`;
  });
}

/** `undici 7.30.2` and so on. */
export function renderVersions({ versions }: Pick<Result, "versions">): string {
  const { server, node, openssl, ...others } = versions;
  const known = new Set<string>([...Object.values(packages), "curl", "meerkat"]);
  const clients = Object.entries(others).filter(([name]) => known.has(name));
  return `Node ${node} with OpenSSL ${openssl}; ${clients.map((pair) => pair.join(" ")).join(", ")}; the server ${server}.`;
}
