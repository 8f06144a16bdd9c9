/** What a survey came to, read from what was kept: one entry for each endpoint, in the order of the lists. */
import type { Code } from "../../core/index.ts";
import {
  adviseAdding,
  type Alert,
  type Answer,
  type EndpointSummary,
  type Forecast,
  type PlaceMark,
  type RuleName,
  type ShownFact,
  type WatchedBundle,
  type WatchedEndpoint,
} from "../../fleet/index.ts";
import { exitCode, exitCodes } from "../frame/exit-codes.ts";
import { type Keeping, type Known, place } from "./keeping.ts";

export interface SurveyOutcome {
  readonly run: string;
  readonly entries: readonly SurveyEntry[];
  readonly bundles: readonly WatchedBundle[];
  /** How many lines of the lists are left out. */
  readonly badLines: number;
  /** When it was summed up, epoch milliseconds. */
  readonly at: number;
  readonly exitCode: number;
}

export interface SurveyEntry {
  readonly endpoint: WatchedEndpoint;
  readonly visitedAt: number;
  readonly answer: Answer;
  /** The chains that this visit was shown. */
  readonly shown: readonly ShownFact[];
  /** Addresses that this visit got no connection to. */
  readonly unreached: NonNullable<PlaceMark["unreached"]>;
  readonly forecasts: readonly Forecast[];
  /** Open ones. */
  readonly alerts: readonly Alert[];
  readonly summary: EndpointSummary | undefined;
}

export interface OutcomeRequest extends Pick<SurveyOutcome, "bundles" | "badLines" | "at"> {
  readonly endpoints: readonly WatchedEndpoint[];
  readonly keeping: Keeping;
}

export async function sumUp(request: OutcomeRequest): Promise<SurveyOutcome> {
  const { endpoints, keeping, bundles, badLines, at } = request;
  const entries: SurveyEntry[] = [];
  for (const { id } of endpoints) {
    const known = await keeping.known(id);
    const entry = known && entryOf(known);
    if (entry !== undefined) entries.push(entry);
  }
  return { run: keeping.run, entries, bundles, badLines, at, exitCode: codeOf(entries, badLines) };
}

/** Of all that is known of an endpoint, what the last visit saw. */
function entryOf({ history, summary }: Known): SurveyEntry | undefined {
  const { endpoint, facts, places, forecasts, alerts } = history;
  const mark = places.find((one) => one.place === place);
  if (mark === undefined) return undefined;
  const now = facts.filter((fact) => fact.place === place && fact.lastAt === mark.at);
  const answer = now.find((fact) => fact.about === "answer")?.value;
  if (answer === undefined) return undefined;
  const shown = now.filter((fact) => fact.about === "shown");
  const unreached = (mark.unreached ?? []).filter(({ lastAt }) => lastAt === mark.at);
  return { endpoint, visitedAt: mark.at, answer, shown, unreached, forecasts, alerts, summary };
}

/** As for a single site, by the first that failed; then for what is about to break, and for lines that were left out. */
function codeOf(entries: readonly SurveyEntry[], badLines: number): number {
  for (const { answer } of entries)
    if (answer.kind === "failed") return exitCodes[answer.code as Code] ?? exitCode.failed;
  if (entries.some(({ alerts }) => alerts.some(({ severity }) => severity !== "notice")))
    return exitCode.failed;
  return badLines > 0 ? exitCodes["url-malformed"] : exitCode.ok;
}

/** The earliest end of a usable path that the endpoint showed to an ordinary client. */
export function pathEndOf({ shown }: SurveyEntry): PathEnd | undefined {
  return shown
    .flatMap(({ variant, value: { verdict } }): readonly PathEnd[] =>
      variant.offer === "ordinary" && verdict.trusted ? [verdict.usable] : [],
    )
    .toSorted((a, b) => a.untilAt - b.untilAt)
    .at(0);
}

type PathEnd = Extract<ShownFact["value"]["verdict"], { readonly trusted: true }>["usable"];

/** `its own certificate`, `the CA certificate X`, `the root X`. */
export function describeEnd({ ends, subject }: PathEnd): string {
  switch (ends) {
    case "leaf":
      return "its own certificate";
    case "intermediate":
      return `the CA certificate ${subject}`;
    case "root":
      return `the root ${subject}`;
  }
}

/** Something that will break, or is broken, that is not the answer to the visit itself. */
export interface Break {
  readonly name: string;
  /** `undefined`: it is so now. */
  readonly at: number | undefined;
  readonly sentence: string;
  /** What to do; empty where the sentence says it. */
  readonly remedy: string;
}

/** What to do about a visit that failed: by what its chain lacks, else by whoever finds out. Empty where it did not fail. */
export function failureRemedy({ endpoint: { name }, answer, alerts }: SurveyEntry): string {
  if (answer.kind !== "failed") return "";
  const known = alerts.filter(({ rule }) => ofFailures.has(rule)).map(({ remedy }) => remedy);
  return known.length > 0
    ? [...new Set(known)].join(" ")
    : `"meerkat why" on ${name} names the cause and what to do.`;
}

/** What to do where a device stops connecting; empty where no end is known. */
export function forecastRemedy(forecast: Forecast): string {
  return forecast.breaksAt === undefined ? "" : adviseAdding(forecast);
}

/** What breaks, the earliest first. Failures of the visits are told elsewhere. */
export function breaksOf({ entries }: SurveyOutcome): readonly Break[] {
  return entries
    .flatMap((entry) => [...forecastBreaks(entry), ...concerns(entry)])
    .toSorted((a, b) => (a.at ?? -Infinity) - (b.at ?? -Infinity) || (a.name < b.name ? -1 : 1));
}

function forecastBreaks({ endpoint: { name }, forecasts }: SurveyEntry): readonly Break[] {
  return forecasts.flatMap((forecast) => {
    const { kind, breaksAt, sentence } = forecast;
    if (breaksAt === undefined) return [];
    const remedy = forecastRemedy(forecast);
    return [{ name, at: kind === "refused" ? undefined : breaksAt, sentence, remedy }];
  });
}

/** Forecasts are told as such, and a visit that failed by its own sentence. */
function concerns({ endpoint: { name }, alerts, answer }: SurveyEntry): readonly Break[] {
  return alerts.flatMap(({ rule, dueAt, sentence, remedy }) => {
    if (toldElsewhere.has(rule) || (answer.kind === "failed" && ofFailures.has(rule))) return [];
    return [{ name, at: dueAt, sentence, remedy }];
  });
}

const toldElsewhere: ReadonlySet<RuleName> = new Set(["bundle-breaks", "unreachable", "answer-changed"]);
const ofFailures: ReadonlySet<RuleName> = new Set(["path-ends", "chain-incomplete", "revoked"]);
