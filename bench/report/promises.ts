/** What the design promises of these figures (DESIGN: numbers to hold), and whether they keep it. */
import { ratioOf, type FigureName, type Row } from "../sample.ts";
import { figure } from "./figure.ts";
import { markdownTable } from "./markdown-table.ts";

type Figure = Extract<FigureName, "cpuUsPerRequest" | "mbPerSecond" | "rssBytes">;

interface Promised {
  readonly sentence: string;
  readonly scenario: string;
  readonly figure: Figure;
  readonly peer: string;
  /** Meerkat itself, unless it is said otherwise. */
  readonly own?: string;
  /** Meerkat's figure is at most, or at least, so many times the peer's. */
  readonly bound: "at most" | "at least";
  readonly times: number;
}

const figureNames: Readonly<Record<Figure, string>> = {
  cpuUsPerRequest: "CPU per request",
  mbPerSecond: "rate",
  rssBytes: "peak memory",
};

const promises: readonly Promised[] = [
  ...(
    [
      ["small-1", 0.3, 0.6],
      ["small-50", 0.2, 0.45],
    ] as const
  ).flatMap(([scenario, ofRequest, ofDispatch]) => [
    atMost(ofRequest, { scenario, figure: "cpuUsPerRequest", peer: "undici.request" }),
    atMost(ofDispatch, { scenario, figure: "cpuUsPerRequest", peer: "undici.dispatch" }),
    atMost(0.45, { scenario, figure: "cpuUsPerRequest", peer: "undici.fetch", own: "meerkat.fetch" }),
  ]),
  atMost(0.75, { scenario: "download", figure: "cpuUsPerRequest", peer: "undici.request" }),
  atMost(0.9, { scenario: "download", figure: "cpuUsPerRequest", peer: "curl" }),
  atMost(0.75, { scenario: "download-chunks", figure: "cpuUsPerRequest", peer: "curl" }),
  ...["download-get", "download-file"].map((scenario) =>
    atMost(0.75, { scenario, figure: "cpuUsPerRequest", peer: "curl", own: "meerkat get" }),
  ),
  atMost(1, { scenario: "download", figure: "rssBytes", peer: "node:https" }),
  ...(
    [
      ["h2-small-1", 0.35, 0.5],
      ["h2-small-50", 0.2, 0.35],
    ] as const
  ).flatMap(([scenario, ofUndici, ofNode]) => [
    atMost(ofUndici, { scenario, figure: "cpuUsPerRequest", peer: "undici.request" }),
    atMost(ofNode, { scenario, figure: "cpuUsPerRequest", peer: "node:http2" }),
  ]),
  atLeast(0.9, { scenario: "h2-download", figure: "mbPerSecond", peer: "meerkat (http/1.1)" }),
  atLeast(5, { scenario: "h2-download-80ms", figure: "mbPerSecond", peer: "undici.request" }),
];

type Comparison = Pick<Promised, "scenario" | "figure" | "peer" | "own">;

function atMost(times: number, comparison: Comparison): Promised {
  return promise("at most", times, comparison);
}

function atLeast(times: number, comparison: Comparison): Promised {
  return promise("at least", times, comparison);
}

function promise(bound: Promised["bound"], times: number, comparison: Comparison): Promised {
  const { scenario, figure, peer, own } = comparison;
  const whose = own === undefined ? "" : ` of ${own}`;
  const sentence = `${scenario}: ${figureNames[figure]}${whose} ${bound} ${times} of ${peer}`;
  return { ...comparison, sentence, bound, times };
}

/**
 * Each promise with the ratio measured, which is the median of the rounds'; those whose figures were not measured are left
 * out. A baseline is what nothing may be worse than.
 */
export function renderPromises(rows: readonly Row[]): readonly string[] {
  const beside = rows.filter(({ client }) => client.endsWith("@baseline"));
  const asked = [...promises, ...beside.map(notWorse)];
  const lines = asked.flatMap((promise) => {
    const { scenario, figure: name, own: ownName = "meerkat", peer: peerName } = promise;
    const find = (client: string): Row | undefined =>
      rows.find((row) => row.client === client && row.scenario === scenario);
    const [own, peer] = [find(ownName), find(peerName)];
    const ratio = own && peer && ratioOf(own, peer, name);
    return ratio ? [[promise.sentence, figure(ratio), verdictOn(ratio.median, promise)]] : [];
  });
  if (lines.length === 0) return [];
  return [`### What was promised\n\n${markdownTable(["promise", "measured", ""], lines)}`];
}

function notWorse({ scenario, client: peer }: Row): Promised {
  const own = peer.replace("@baseline", "");
  return atMost(1.03, { scenario, figure: "cpuUsPerRequest", peer, own });
}

function verdictOn(ratio: number, { bound, times }: Promised): string {
  const over = bound === "at most" ? ratio - times : times - ratio;
  return over <= 0 ? "held" : `missed by ${over.toFixed(2)}`;
}
