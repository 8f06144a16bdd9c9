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

/** A row of the table; `null` is what was not measured. */
export interface Row {
  readonly scenario: string;
  readonly client: string;
  readonly cpuUsPerRequest: number | null;
  readonly requestsPerSecond: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly mbPerSecond: number | null;
  readonly rssBytes: number | null;
}

/** Medians over the rounds. */
export function summarise(scenario: string, client: string, samples: readonly Sample[]): Row {
  const over = (figure: (sample: Sample) => number | undefined): number | null => {
    const values = samples.map(figure).filter((value) => value !== undefined);
    return values.length === 0 ? null : rounded(quantile(values, 0.5));
  };
  return {
    scenario,
    client,
    cpuUsPerRequest: over(({ cpuUs, requests }) => (cpuUs === undefined ? undefined : cpuUs / requests)),
    requestsPerSecond: over(({ requests, wallMs }) => (requests * 1_000) / wallMs),
    p50Ms: over(({ latenciesMs }) => quantile(latenciesMs, 0.5)),
    p99Ms: over(({ latenciesMs }) => quantile(latenciesMs, 0.99)),
    mbPerSecond: over(({ bytes, wallMs }) => bytes / 1_000 / wallMs),
    rssBytes: over(({ rssBytes }) => rssBytes),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Four digits are more than any of these figures is good for. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
