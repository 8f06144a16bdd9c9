/** How much is measured of what: in a whole run, and in a quick one. */
import type { ClientName } from "./clients/index.ts";
import { scenarios, type Effort } from "./scenarios/index.ts";

export interface Plan {
  readonly rounds: number;
  readonly warmUp: Effort;
  readonly effort: Effort;
  /** Clients left out, and why. */
  readonly without: Readonly<Partial<Record<ClientName, string>>>;
}

const mebibyte = 1_048_576;
const megabyte = 1_000_000;

/** Rounds are short and many: what else the machine does for a while then falls on every client. */
const whole: Plan = {
  rounds: 9,
  warmUp: { ms: 1_000, downloadBytes: 256 * mebibyte, uploadBytes: 64 * mebibyte },
  effort: { ms: 400, downloadBytes: 1_024 * mebibyte, uploadBytes: 256 * mebibyte },
  without: {},
};

/** Enough to see that everything works, and roughly how it compares. */
const quick: Plan = {
  rounds: 1,
  warmUp: { ms: 80, downloadBytes: 16 * mebibyte, uploadBytes: 8 * mebibyte },
  effort: { ms: 100, downloadBytes: 128 * mebibyte, uploadBytes: 32 * mebibyte },
  without: {},
};

/** Whose connections another client's are. */
const sameConnections = {
  "meerkat.fetch": "its connections are those of meerkat",
  "undici.stream": "its connections are those of undici.request",
  "undici.dispatch": "its connections are those of undici.request",
  "undici.fetch": "its connections are those of undici.request",
  got: "its connections are those of node:https",
  axios: "its connections are those of node:https",
  ky: "its connections are those of the undici in Node",
} as const;

/** Fewer rounds of what takes long. */
const wholeRounds: Readonly<Record<string, number>> = {
  download: 5,
  upload: 5,
  "idle-1000": 3,
  "h2-download-80ms": 3,
  "h2-upload": 5,
};

/** Two checkouts differ by little: many short rounds, so that what the machine does besides hits both alike. */
const besideBaseline: Plan = {
  rounds: 25,
  warmUp: { ms: 1_000, downloadBytes: 256 * mebibyte, uploadBytes: 64 * mebibyte },
  effort: { ms: 300, downloadBytes: 256 * mebibyte, uploadBytes: 64 * mebibyte },
  without: {},
};

export type Kind = "whole" | "quick" | "baseline";

/** How a scenario is measured; `rounds` where the caller says how many. */
export function planFor(scenario: string, kind: Kind, rounds: number | undefined): Plan {
  const plan = usualPlan(scenario, kind);
  return rounds === undefined ? plan : { ...plan, rounds };
}

function usualPlan(scenario: string, kind: Kind): Plan {
  const plan = planOfKind(scenario, kind);
  const { warmUpBytes, downloadBytes } = downloadsOf(scenario, kind) ?? {};
  if (warmUpBytes === undefined || downloadBytes === undefined) return plan;
  return {
    ...plan,
    warmUp: { ...plan.warmUp, downloadBytes: warmUpBytes },
    effort: { ...plan.effort, downloadBytes },
  };
}

interface DownloadBytes {
  readonly warmUpBytes: number;
  readonly downloadBytes: number;
}

/** Of the scenarios that move less than others: over a long way most clients take half a minute for 100 MB. */
function downloadsOf(scenario: string, kind: Kind): DownloadBytes | undefined {
  switch (scenario) {
    case "h2-download":
      return { warmUpBytes: 100 * megabyte, downloadBytes: 100 * megabyte };
    case "h2-download-80ms":
      return kind === "quick"
        ? { warmUpBytes: 2 * megabyte, downloadBytes: 16 * megabyte }
        : { warmUpBytes: 8 * megabyte, downloadBytes: 100 * megabyte };
    default:
      return undefined;
  }
}

function planOfKind(scenario: string, kind: Kind): Plan {
  if (kind === "baseline") return besideBaseline;
  if (kind === "whole") return { ...whole, rounds: wholeRounds[scenario] ?? whole.rounds };
  switch (scenario) {
    // Promises are made of these: a compiler needs some time to be done with such code, and with Node's own HTTP/2 more.
    case "small-1":
    case "small-50":
      return {
        ...quick,
        rounds: 2,
        warmUp: { ...quick.warmUp, ms: 500 },
        effort: { ...quick.effort, ms: 150 },
      };
    case "h2-small-1":
    case "h2-small-50":
      return {
        ...quick,
        rounds: 2,
        warmUp: { ...quick.warmUp, ms: 1_000 },
        effort: { ...quick.effort, ms: 150 },
      };
    case "idle-1000":
      return { ...quick, without: sameConnections };
    default:
      return quick;
  }
}

/** The sizes of all downloads. */
export function downloadSizes(kind: Kind): readonly number[] {
  const plans = scenarios.map(({ name }) => usualPlan(name, kind));
  return [...new Set(plans.flatMap(({ warmUp, effort }) => [warmUp.downloadBytes, effort.downloadBytes]))];
}
