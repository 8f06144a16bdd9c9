/** What one measurement of one client says, and what several of them come to. */

export interface Sample {
  readonly requests: number;
  /** CPU time of the client's process, user and system; `undefined` where it cannot be had. */
  readonly cpuUs: number | undefined;
  readonly wallMs: number;
  readonly latenciesMs: readonly number[];
  /** Content received, or sent. */
  readonly bytes: number;
  readonly rssBytes: number | undefined;
  /** Requests for which the server says that the TLS session was resumed. */
  readonly resumed: number;
}

export const figureNames = [
  "cpuUsPerRequest",
  "requestsPerSecond",
  "p50Ms",
  "p99Ms",
  "mbPerSecond",
  "rssBytes",
] as const;

export type FigureName = (typeof figureNames)[number];

/** One round's figures; `null` is what was not measured. */
export type Figures = Readonly<Record<FigureName, number | null>>;

/** A row of the table: a client in a scenario, in each round. */
export interface Row {
  readonly scenario: string;
  readonly client: string;
  readonly rounds: readonly Figures[];
}

/** The median over the rounds, and the quartiles: half of the rounds lie between them. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function figuresOf({ cpuUs, requests, wallMs, latenciesMs, bytes, rssBytes }: Sample): Figures {
  return {
    cpuUsPerRequest: cpuUs === undefined ? null : cpuUs / requests,
    requestsPerSecond: (requests * 1_000) / wallMs,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    mbPerSecond: bytes / 1_000 / wallMs,
    rssBytes: rssBytes ?? null,
  };
}

export function spreadOf({ rounds }: Row, figure: FigureName): Spread | null {
  return spread(rounds.map((figures) => figures[figure]));
}

/**
 * How many times `peer`'s figure `own`'s is, within each round: what slows the machine down for a while slows both, so that
 * this is steadier than the figures.
 */
export function ratioOf(own: Row, peer: Row, figure: FigureName): Spread | null {
  return spread(
    own.rounds.map((figures, round) => {
      const [one, other] = [figures[figure], peer.rounds[round]?.[figure] ?? null];
      return one === null || other === null || other === 0 ? null : one / other;
    }),
  );
}

function spread(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return {
    median: rounded(quantile(known, 0.5)),
    low: rounded(quantile(known, 0.25)),
    high: rounded(quantile(known, 0.75)),
  };
}

/** By linear interpolation between the nearest two. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Four digits are more than any of these figures is good for. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
