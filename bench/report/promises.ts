/** What the design promises of these figures (DESIGN: numbers to hold), and whether they keep it. */
import type { Row } from "../sample.ts";
import { markdownTable } from "./markdown-table.ts";

type Figure = "cpuUsPerRequest" | "mbPerSecond" | "rssBytes";

interface Promised {
  readonly sentence: string;
  readonly scenario: string;
  readonly figure: Figure;
  readonly peer: string;
  /** Meerkat itself, unless it is said otherwise. */
  readonly own?: string;
  /** Meerkat's figure is at most, or at least, so many times the peer's. */
  readonly bound: { readonly kind: "most" | "least"; readonly times: number };
}

const figureNames: Readonly<Record<Figure, string>> = {
  cpuUsPerRequest: "CPU per request",
  mbPerSecond: "rate",
  rssBytes: "peak memory",
};

const promises: readonly Promised[] = [
  ...["small-1", "small-50"].flatMap((scenario) => [
    atMost(0.6, { scenario, figure: "cpuUsPerRequest", peer: "undici.request" }),
    atMost(0.75, { scenario, figure: "cpuUsPerRequest", peer: "undici.dispatch" }),
    atMost(0.45, { scenario, figure: "cpuUsPerRequest", peer: "undici.fetch", own: "meerkat.fetch" }),
  ]),
  atLeast(2, { scenario: "download", figure: "mbPerSecond", peer: "undici.request" }),
  atLeast(1, { scenario: "download", figure: "mbPerSecond", peer: "curl" }),
  atMost(1, { scenario: "download", figure: "rssBytes", peer: "node:https" }),
];

type Comparison = Pick<Promised, "scenario" | "figure" | "peer" | "own">;

function atMost(times: number, comparison: Comparison): Promised {
  const { scenario, figure, peer, own } = comparison;
  const whose = own === undefined ? "" : ` of ${own}`;
  const sentence = `${scenario}: ${figureNames[figure]}${whose} at most ${times} of ${peer}`;
  return { ...comparison, sentence, bound: { kind: "most", times } };
}

function atLeast(times: number, comparison: Comparison): Promised {
  const { scenario, figure, peer } = comparison;
  const sentence = `${scenario}: ${figureNames[figure]} at least ${times} of ${peer}`;
  return { ...comparison, sentence, bound: { kind: "least", times } };
}

/** Each promise with the ratio measured; those whose figures were not measured are left out. */
export function renderPromises(rows: readonly Row[]): string {
  const figureOf = (client: string, { scenario, figure }: Promised): number | null =>
    rows.find((row) => row.client === client && row.scenario === scenario)?.[figure] ?? null;
  const lines = promises.flatMap((promise) => {
    const own = figureOf(promise.own ?? "meerkat", promise);
    const peer = figureOf(promise.peer, promise);
    if (own === null || peer === null) return [];
    return [[promise.sentence, (own / peer).toFixed(2), verdictOn(own / peer, promise)]];
  });
  if (lines.length === 0) return "";
  return `### What was promised\n\n${markdownTable(["promise", "measured", ""], lines)}`;
}

function verdictOn(ratio: number, { bound: { kind, times } }: Promised): string {
  const isHeld = kind === "most" ? ratio <= times : ratio >= times;
  return isHeld ? "held" : `missed by ${Math.abs(ratio - times).toFixed(2)}`;
}
