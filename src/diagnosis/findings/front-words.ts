/** What is said of a front that an answer looks like: a claim, so it is `likely` at best. */
import { findFront } from "../fronts.ts";
import type { AnswerSeen } from "../observation.ts";

/** Words that finish a sentence about the answer. */
export function frontOf({ fields, excerpt }: AnswerSeen): string {
  const front = findFront(fields, excerpt);
  return front === undefined ? "" : `; the answer looks like ${front.name}'s`;
}

export function frontSentences({ fields, excerpt }: AnswerSeen): string[] {
  const front = findFront(fields, excerpt);
  if (front === undefined) return [];
  const reference = front.reference === undefined ? "" : `; its reference is ${front.reference}`;
  return [`Likely ${front.name} stands before the site: recognised by ${front.by}${reference}.`];
}

/** Where its operator looks. */
export function frontRemedy(answer: AnswerSeen | undefined): string | undefined {
  const front = answer && findFront(answer.fields, answer.excerpt);
  if (front?.reference === undefined) return undefined;
  return `Look up the reference ${front.reference} in ${front.name}'s log: it names the rule.`;
}
