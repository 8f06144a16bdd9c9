/** What `error.why()` gives: the diagnosis of the request that failed, over new connections. */
import type { Inquiry } from "../client/index.ts";
import type { Diagnosis } from "../diagnosis/index.ts";
import { runWhy } from "./run-why.ts";

declare module "../core/error.ts" {
  interface ErrorReports {
    /** What the `why()` of a request's error finds out. */
    readonly why: Explanation;
  }
}

/** What was found out, in sentences and as data (`docs/why.schema.json`). */
export class Explanation {
  readonly kind = "asked";
  readonly diagnosis: Diagnosis;

  constructor(diagnosis: Diagnosis) {
    this.diagnosis = diagnosis;
  }

  /** The headline, how it is known, what each side can do, and what was ruled out. */
  explain(): string {
    const { headline, findings, ruledOut } = this.diagnosis;
    const [first] = findings;
    const lines = [headline.sentence];
    if (first !== undefined) {
      lines.push(...first.evidence.map((sentence) => `How we know: ${sentence}`));
      lines.push(`What to do, client: ${first.remedy.client}`);
      if (first.remedy.server !== undefined) lines.push(`What to do, server: ${first.remedy.server}`);
    }
    return [...lines, ...ruledOut.map((sentence) => `Ruled out: ${sentence}`)].join("\n");
  }

  toJSON(): Diagnosis {
    return this.diagnosis;
  }
}

/** Asks the URL again, with everything watched, and then with one thing changed at a time. */
export async function inquire(inquiry: Inquiry): Promise<Explanation> {
  const { diagnosis } = await runWhy(inquiry);
  return new Explanation(diagnosis);
}
