/**
 * Finds the smallest change to a request that turns a refusal into an answer: the version of HTTP, or fields. Delta debugging (Zeller and Hildebrandt
 * 2002, "Simplifying and Isolating Failure-Inducing Input") over the set and the order of fields at once, since a
 * refusal can hang on a conjunction that no single change shows.
 *
 * It decides which arm comes next from the results so far, and so can be asked again at any time.
 */
import type { Code } from "../core/index.ts";
import type { Field } from "../http1/index.ts";
import type { ExperimentResult } from "./experiment.ts";
import { overVersion } from "./http-version.ts";
import type { HttpVersion, RequestGave } from "./observation.ts";
import {
  agentChange,
  browserChanges,
  unusualChanges,
  type AgentForm,
  type RequestChange,
  type Told,
} from "./request-change.ts";

export type RequestResult = Extract<ExperimentResult, { readonly kind: "request" }>;

export type Reduction =
  /** These arms are wanted next; none of them depends on another's result. */
  | { readonly kind: "open"; readonly arms: readonly (readonly RequestChange[])[] }
  /** The request as it was, once more: whatever a change seemed to do, the server may have come to do by itself. */
  | { readonly kind: "confirm" }
  /** It came to be asked too often, or to be overloaded: no answer after that says anything of a field. */
  | { readonly kind: "limited"; readonly before: readonly RequestGave[]; readonly by: RequestGave }
  /** The same request was answered in different ways. */
  | { readonly kind: "unsteady"; readonly answers: readonly RequestGave[] }
  /** These changes together turn the answer, and none of them can be left out. */
  | {
      readonly kind: "turned";
      readonly changes: readonly RequestChange[];
      /** Answers to the request as it was, and as changed. */
      readonly before: readonly RequestGave[];
      readonly after: readonly RequestGave[];
      /** Whether it was found out that none can be left out. */
      readonly isSmallest: boolean;
      /** Whether the request as it was, asked last, was refused as before. */
      readonly isConfirmed: boolean;
    }
  | {
      readonly kind: "not-turned";
      readonly before: readonly RequestGave[];
      readonly tried: readonly RequestResult[];
    };

export interface ReductionInput {
  readonly fields: readonly Field[];
  /** The answer of the main attempt. */
  readonly first: RequestGave;
  readonly told?: Told;
  /** The other version of HTTP, where there is one to try. */
  readonly other?: HttpVersion | undefined;
  /** Whether a field of the request cannot be the cause. */
  readonly isOfVersion?: boolean;
  readonly results: readonly RequestResult[];
}

/** Where the reduction stands. */
export function reduceRefusal(given: ReductionInput): Reduction {
  const input = {
    ...given,
    results: given.results.map((result) => withoutOwnDeadlines(result, given.first)),
  };
  const { first, results } = input;
  const last = results.find(({ experiment }) => experiment.again === true);
  const asItWas = results.filter(({ experiment }) => experiment.changes.length === 0);
  const answers = [first, ...asItWas.flatMap(({ gave }) => gave ?? [])];
  if (last !== undefined && answers.some((answer) => !isSame(answer, first)))
    return { kind: "unsteady", answers };
  const reduction = reduceArms(input);
  if (reduction.kind !== "turned") return reduction;
  if (last === undefined) return { kind: "confirm" };
  return { ...reduction, before: answers, isConfirmed: (last.gave ?? []).length > 0 };
}

/** An answer that this diagnosis did not wait for says nothing, unless silence is what the refusal is. */
function withoutOwnDeadlines(result: RequestResult, first: RequestGave): RequestResult {
  if (result.gave === undefined || first.ended?.stage === "timeout") return result;
  const gave = result.gave.filter(({ ended }) => ended?.stage !== "timeout");
  return gave.length > 0 ? { ...result, gave } : { ...result, gave: undefined, undone: { kind: "cut-off" } };
}

/** Statuses that speak of load and of how often was asked, and of nothing in the request (RFC 6585 §4, RFC 9110 §15.6.4). */
const loadStatuses: readonly (number | undefined)[] = [429, 503];

/** Whether an answer speaks of load alone. */
export function isAboutLoad({ status }: RequestGave): boolean {
  return loadStatuses.includes(status);
}

function reduceArms({ fields, first, told, other, isOfVersion, results }: ReductionInput): Reduction {
  const memory = new Memory(results);
  const again = memory.find([]);
  const references = [
    ...(other === undefined ? [] : [[overVersion(other)]]),
    ...(isOfVersion === true ? [] : [browserChanges(fields, told), unusualChanges(fields, told)]),
  ];
  const limited = results
    .flatMap(({ gave = [] }) => gave)
    .find((gave) => isAboutLoad(gave) && !isSame(gave, first));
  if (again === undefined) return { kind: "open", arms: [[], ...besideFirst(first, references, other)] };
  const before = [first, ...(again.gave ?? [])];
  if (before.some((answer) => !isSame(answer, first))) return { kind: "unsteady", answers: before };
  if (limited !== undefined) return { kind: "limited", before, by: limited };
  const torn = results.find(({ gave = [] }) => gave.some((one) => !isSame(one, gave[0] ?? one)));
  if (torn?.gave !== undefined) return { kind: "unsteady", answers: torn.gave };
  for (const reference of references) {
    const result = memory.find(reference);
    if (result === undefined) return { kind: "open", arms: [reference] };
    if (!isTurned(result)) continue;
    return reduce(reference, { memory, before, fields });
  }
  return { kind: "not-turned", before, tried: results };
}

/** What is tried together with the request as it was. */
function besideFirst(
  { ended }: RequestGave,
  references: readonly (readonly RequestChange[])[],
  other: HttpVersion | undefined,
): readonly (readonly RequestChange[])[] {
  if (ended === undefined) return [];
  // Where nothing is answered, each arm may take its whole deadline: all of them at once.
  return ended.stage === "timeout" || other === undefined ? references : references.slice(0, 1);
}

interface Bench {
  readonly memory: Memory;
  readonly before: readonly RequestGave[];
  readonly fields: readonly Field[];
}

function reduce(reference: readonly RequestChange[], bench: Bench): Reduction {
  const { memory } = bench;
  const smallest = memory.abandonedAt();
  if (smallest !== undefined) return finish(smallest, bench, false);
  const without = reference.map((change) => reference.filter((other) => other !== change));
  const wanted = without.filter((arm) => arm.length > 0 && memory.find(arm) === undefined);
  if (wanted.length > 0 && wanted.length === without.length) return { kind: "open", arms: wanted };
  // What cannot be left out alone is needed; mostly it is all that is needed.
  const needed = reference.filter((_, index) => memory.turned(without[index] ?? []) === false);
  if (needed.length > 0 && needed.length < reference.length) {
    const shortcut = memory.find(needed);
    if (shortcut === undefined) return { kind: "open", arms: [needed] };
    if (isTurned(shortcut)) return refine(needed, bench);
  }
  return leaveOut(reference, bench);
}

/** One change after the other left out, for refusals that several changes turn each by itself. */
function leaveOut(reference: readonly RequestChange[], bench: Bench): Reduction {
  let current = reference;
  for (const change of reference) {
    const arm = current.filter((other) => other !== change);
    if (arm.length === 0) break;
    const turned = bench.memory.turned(arm);
    if (turned === undefined) return { kind: "open", arms: [arm] };
    if (turned) current = arm;
  }
  return refine(current, bench);
}

/** Which kind of User-Agent it takes, the simplest first. */
function refine(changes: readonly RequestChange[], bench: Bench): Reduction {
  const agent = changes.find(({ id }) => id === "user-agent");
  if (agent === undefined) return finish(changes, bench, true);
  const had = bench.fields.some(([name]) => name.toLowerCase() === "user-agent");
  const forms: readonly AgentForm[] = had ? ["contact", "browser"] : ["plain", "contact", "browser"];
  const arms = forms.map((form) => changes.map((change) => (change === agent ? agentChange(form) : change)));
  const open = arms.filter((arm) => bench.memory.find(arm) === undefined);
  if (open.length > 0) return { kind: "open", arms: open };
  return finish(arms.find((arm) => bench.memory.turned(arm) === true) ?? changes, bench, true);
}

function finish(changes: readonly RequestChange[], bench: Bench, isSmallest: boolean): Reduction {
  const after = bench.memory.find(changes)?.gave ?? [];
  return { kind: "turned", changes, before: bench.before, after, isSmallest, isConfirmed: false };
}

/** The results by their changes. */
class Memory {
  readonly #results: ReadonlyMap<string, RequestResult>;

  constructor(results: readonly RequestResult[]) {
    const arms = results.filter(({ experiment }) => experiment.again !== true);
    this.#results = new Map(arms.map((result) => [keyOf(result.experiment.changes), result]));
  }

  find(changes: readonly RequestChange[]): RequestResult | undefined {
    return this.#results.get(keyOf(changes));
  }

  /** When an arm could not be carried out: the smallest set of changes that had turned the answer by then. */
  abandonedAt(): readonly RequestChange[] | undefined {
    const results = [...this.#results.values()];
    if (results.every(({ undone }) => undone === undefined)) return undefined;
    const turned = results.filter(isTurned).map(({ experiment }) => experiment.changes);
    return turned.toSorted((a, b) => a.length - b.length)[0];
  }

  turned(changes: readonly RequestChange[]): boolean | undefined {
    const result = this.find(changes);
    return result === undefined ? undefined : isTurned(result);
  }
}

function keyOf(changes: readonly RequestChange[]): string {
  return changes
    .map((change) => JSON.stringify(change))
    .toSorted()
    .join();
}

/** Whether every answer of an arm is a good one. */
function isTurned({ gave = [] }: RequestResult): boolean {
  return gave.length > 0 && gave.every(({ status }) => status !== undefined && status < 400);
}

/** Whether two answers are the same as far as refusing goes. */
export function isSame(a: RequestGave, b: RequestGave): boolean {
  return a.status === b.status && (a.ended?.code === b.ended?.code || (isUnwaited(a) && isUnwaited(b)));
}

const unwaited: readonly Code[] = ["head-timeout", "body-timeout", "total-timeout"];

/** No answer for as long as was waited, which is this diagnosis's own affair. */
function isUnwaited({ ended }: RequestGave): boolean {
  return unwaited.some((code) => code === ended?.code);
}
