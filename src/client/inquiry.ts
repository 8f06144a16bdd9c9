/**
 * What `error.why()` does: the diagnosis of the request that failed, over new connections. Loaded when it is asked for,
 * so that a program which never asks does not pay for it.
 */
import type { Explained, HttpsError } from "../core/index.ts";
import type { Diagnosis } from "../diagnosis/index.ts";
import { listFields } from "./request-fields.ts";
import type { Environment } from "./options.ts";
import type { ProxyChoice } from "./proxy-choice.ts";
import type { Asked } from "./redirects.ts";
import type { Settings } from "./settings.ts";

/** What was found out, in sentences and as data (`docs/why.schema.json`). */
export class Inquiry implements Explained {
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

/** An error that nothing more is found out about, and why not. */
export class Unasked implements Explained {
  readonly #error: HttpsError;
  readonly #reason: string;

  constructor(error: HttpsError, reason: string) {
    this.#error = error;
    this.#reason = reason;
  }

  explain(): string {
    return `${this.#error.explain()}\n${this.#reason}`;
  }

  toJSON(): unknown {
    return this.#error.toJSON();
  }
}

export interface InquiryPorts {
  readonly environment: Environment;
  readonly choiceFor: (asked: Asked["target"]) => ProxyChoice;
}

/** Asks the URL again, with everything watched, and then with one thing changed at a time. */
export async function inquire(asked: Asked, settings: Settings, ports: InquiryPorts): Promise<Inquiry> {
  const { runWhy } = await import("../net/experiments/index.ts");
  const { roots, addRoots, resolve, sni, identity } = settings.options;
  const { diagnosis } = await runWhy({
    target: asked.target,
    method: asked.method === "HEAD" ? "HEAD" : "GET",
    fields: listFields(asked.fields),
    policy: settings.policy,
    ownRoots: roots !== undefined || addRoots !== undefined,
    environment: ports.environment,
    proxyFor: (target) => ports.choiceFor({ ...target, fragment: "" }),
    resolve,
    sni,
    name: identity,
  });
  return new Inquiry(diagnosis);
}
