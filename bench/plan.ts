/** How much is measured of what: in a whole run, and in a quick one. */
import type { ClientName } from "./clients/index.ts";
import type { Effort } from "./scenarios/index.ts";

export interface Plan {
  readonly rounds: number;
  readonly warmUp: Effort;
  readonly effort: Effort;
  /** Clients left out, and why. */
  readonly without: Readonly<Partial<Record<ClientName, string>>>;
}

const mebibyte = 1_048_576;

const whole: Plan = {
  rounds: 7,
  warmUp: { ms: 1_000, downloadBytes: 256 * mebibyte, uploadBytes: 64 * mebibyte },
  effort: { ms: 1_000, downloadBytes: 1_024 * mebibyte, uploadBytes: 256 * mebibyte },
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
const wholeRounds: Readonly<Record<string, number>> = { download: 5, upload: 5, "idle-1000": 3 };

export function planFor(scenario: string, isQuick: boolean): Plan {
  if (!isQuick) return { ...whole, rounds: wholeRounds[scenario] ?? whole.rounds };
  switch (scenario) {
    case "small-1":
    case "small-50":
      // Promises are made of these: a compiler needs some time to be done with such code.
      return {
        ...quick,
        rounds: 2,
        warmUp: { ...quick.warmUp, ms: 500 },
        effort: { ...quick.effort, ms: 150 },
      };
    case "idle-1000":
      return { ...quick, without: sameConnections };
    default:
      return quick;
  }
}

/** The sizes of all downloads. */
export function downloadSizes(isQuick: boolean): readonly number[] {
  const { warmUp, effort } = isQuick ? quick : whole;
  return [warmUp.downloadBytes, effort.downloadBytes];
}
