/** What a rule is: a question to a situation, with the reason why it is asked. */
import type { Concern } from "../alert.ts";
import type { Situation } from "../situation.ts";

/** One rule: its authority, and what it says of a situation. */
export interface Rule {
  /** A clause, for headings: `The usable path ends`. */
  readonly title: string;
  /** An RFC's section, a programme's document, or "our policy" with its reason. */
  readonly authority: string;
  /** One concern a subject at most. */
  readonly check: (situation: Situation) => readonly Concern[];
}
