/** What is said of an alert wherever it goes: the sentence, what it was concluded from, what to do, by which day, and where to look. */
import { renderInstant, showControls, showControlsInLines } from "../../core/index.ts";
import type { Telling } from "../store/port.ts";
import { tellLimits } from "../limits.ts";

/** One line: `Critical: https://api.example.com: Its path ends ...`. */
export function renderTitle({ kind, alert, endpoint }: Telling): string {
  const state = kind === "closed" ? "Closed" : capital(alert.severity);
  const title = showControls(`${state}: ${endpoint.name}: ${alert.sentence}`);
  const most = tellLimits.subjectLength.value;
  return title.length <= most ? title : `${title.slice(0, most - 1)}…`;
}

/** All of it, as text with one fact a line. */
export function renderText(telling: Telling, link: string | undefined): string {
  const { kind, alert, endpoint, key } = telling;
  const since =
    alert.closedAt === undefined
      ? `Open since ${renderInstant(alert.openedAt)}.`
      : `Open from ${renderInstant(alert.openedAt)} to ${renderInstant(alert.closedAt)}.`;
  const lines = [
    `${endpoint.name} (${alert.rule}, ${alert.severity}, ${kind})`,
    alert.sentence,
    "",
    ...(alert.dueAt === undefined ? [] : [`By: ${renderInstant(alert.dueAt)}`]),
    ...alert.evidence.map((one) => `Evidence: ${one}`),
    ...(kind === "closed" ? [] : [`What to do: ${alert.remedy}`]),
    ...(alert.sure === "likely" ? ["This is likely: a habit or a schedule speaks for it."] : []),
    since,
    ...(endpoint.tags.length === 0 ? [] : [`Tags: ${endpoint.tags.join(", ")}`]),
    ...(link === undefined ? [] : [`Page: ${link}`]),
    `Key: ${key}`,
  ];
  return showControlsInLines(lines.join("\n"));
}

/** The same as JSON. The endpoint's URL is not among it: its path and query may be credentials. */
export interface TellingFacts {
  /** The same for the same telling: what comes twice has it twice. */
  readonly key: string;
  readonly alert: string;
  readonly endpoint: { readonly id: string; readonly name: string; readonly tags: readonly string[] };
  readonly rule: string;
  readonly subject: string;
  readonly severity: string;
  readonly sure: string;
  readonly sentence: string;
  readonly evidence: readonly string[];
  readonly remedy: string;
  readonly times: number;
  readonly openedAt: string;
  /** `null` where it is broken already, or no day is known. */
  readonly dueAt: string | null;
  /** `null` as long as it is open. */
  readonly closedAt: string | null;
  readonly page: string | null;
}

export function factsOfTelling({ key, alert, endpoint }: Telling, link: string | undefined): TellingFacts {
  const { rule, subject, severity, sure, sentence, evidence, remedy, times, openedAt } = alert;
  return {
    key,
    alert: alert.id,
    endpoint: { id: endpoint.id, name: endpoint.name, tags: endpoint.tags },
    rule,
    subject,
    severity,
    sure,
    sentence,
    evidence,
    remedy,
    times,
    openedAt: renderDate(openedAt),
    dueAt: alert.dueAt === undefined ? null : renderDate(alert.dueAt),
    closedAt: alert.closedAt === undefined ? null : renderDate(alert.closedAt),
    page: link ?? null,
  };
}

const latestDateAt = 253_402_300_799_999; // The last moment with a year of four digits (RFC 3339 §5.6).

/** RFC 3339; what is beyond the year 9999, which RFC 5280 §4.1.2.5 has for "no end", is its last moment. */
export function renderDate(at: number): string {
  return new Date(Math.min(at, latestDateAt)).toISOString();
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
