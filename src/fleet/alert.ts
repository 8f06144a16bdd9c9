/**
 * Concerns and alerts. A concern is what a rule says of an endpoint now; an alert is a concern with a life: it opens, is
 * repeated by a policy, and closes by itself when the rule no longer says it.
 */

export const severities = ["notice", "warning", "critical"] as const;
/** How bad it is: `notice`, `warning`, `critical`. */
export type Severity = (typeof severities)[number];

/** What a rule says of an endpoint at a moment, with all that somebody needs who gets it in the night. */
export interface Concern {
  readonly rule: RuleName;
  /** What it is about within the endpoint and the rule: a bundle, an address; empty where there is one. */
  readonly subject: string;
  readonly severity: Severity;
  /** When it breaks, epoch milliseconds; `undefined` where it is broken already or no day is known. */
  readonly dueAt?: number | undefined;
  /** One full sentence with the values in it. */
  readonly sentence: string;
  /** What it was concluded from, a full sentence each. */
  readonly evidence: readonly string[];
  /** What to do, full sentences. */
  readonly remedy: string;
  /** Whether observations decide it, or a habit or a schedule speaks for it. */
  readonly sure: "certain" | "likely";
}

/** The names of all rules. */
export const ruleNames = [
  "path-ends",
  "late-renewal",
  "bundle-breaks",
  "issuer-outside-bundle",
  "addresses-differ",
  "address-unreached",
  "keys-differ",
  "chain-incomplete",
  "revoked",
  "programme-date",
  "unreachable",
  "answer-changed",
] as const;
/** One of the rules, by its name. */
export type RuleName = (typeof ruleNames)[number];

/** A concern with a life. */
export interface Alert extends Concern {
  /** `WatchedEndpoint.id` */
  readonly endpoint: string;
  /** The same for one life: endpoint, rule, subject and the moment at which it opened. */
  readonly id: string;
  readonly openedAt: number;
  /** When it was last told of. */
  readonly toldAt: number;
  /** How often it was told of; 1 from its opening on. */
  readonly times: number;
  /** The highest severity that was told; left out: its severity. It may fall and rise again, and is not told for that. */
  readonly worst?: Severity | undefined;
  /** `undefined` as long as it is open. */
  readonly closedAt?: number | undefined;
}

/** What is told to whoever listens. `worse`: its severity went up, or its day came nearer by much. */
export interface AlertChange {
  readonly kind: "opened" | "worse" | "repeated" | "closed";
  readonly alert: Alert;
}

/** The same for the same telling, so that whoever gets it twice can tell: `ALERT:opened:1`. */
export function tellingKey({ kind, alert }: AlertChange): string {
  return `${alert.id}:${kind}:${alert.times}`;
}
