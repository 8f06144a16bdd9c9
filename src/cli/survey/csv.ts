/**
 * What a survey came to as CSV (RFC 4180): a row for each endpoint, or for each endpoint and bundle.
 *
 * Spreadsheets take a cell that begins with a sign for a formula, and names in certificates are strangers' text: such a
 * cell gets an apostrophe before it, as OWASP advises.
 */
import { showControls } from "../../core/index.ts";
import { codeOfAnswer, type Forecast } from "../../fleet/index.ts";
import { renderIso } from "../devices/dates.ts";
import { failureRemedy, forecastRemedy, pathEndOf, type SurveyEntry, type SurveyOutcome } from "./outcome.ts";

const columns = [
  "endpoint",
  "tags",
  "visited",
  "state",
  "answer",
  "path_end",
  "ends",
  "ends_subject",
  "issuer",
  "addresses",
  "bundle",
  "device",
  "breaks",
  "break_kind",
  "sure",
  "sentence",
  "remedy",
] as const;

export function* renderCsv({ entries, bundles }: SurveyOutcome): Iterable<string> {
  yield row(columns);
  const labels = new Map(bundles.map(({ id, label }) => [id, label]));
  for (const entry of entries) {
    const joined = entry.forecasts.length === 0 ? [undefined] : entry.forecasts;
    for (const forecast of joined) yield row([...cellsOf(entry), ...forecastCells(entry, forecast, labels)]);
  }
}

function cellsOf(entry: SurveyEntry): readonly string[] {
  const { endpoint, visitedAt, answer, shown, summary } = entry;
  const end = pathEndOf(entry);
  const addresses = new Set(shown.flatMap(({ variant: { address } }) => address ?? []));
  return [
    endpoint.name,
    endpoint.tags.join(" "),
    renderIso(visitedAt),
    summary?.state ?? "",
    codeOfAnswer(answer),
    end === undefined ? "" : renderIso(end.untilAt),
    end?.ends ?? "",
    end?.subject ?? "",
    shown.find(({ variant }) => variant.offer === "ordinary")?.value.leaf.issuer ?? "",
    [...addresses].join(" "),
  ];
}

function forecastCells(
  entry: SurveyEntry,
  forecast: Forecast | undefined,
  labels: ReadonlyMap<string, string>,
): readonly string[] {
  const failure = entry.answer.kind === "failed" ? entry.answer.sentence : "";
  const remedy = failureRemedy(entry);
  if (forecast === undefined) return ["", "", "", "", "", failure, remedy];
  const { bundle, device, breaksAt, kind, sure, sentence } = forecast;
  return [
    labels.get(bundle) ?? bundle,
    device,
    breaksAt === undefined ? "" : renderIso(breaksAt),
    kind,
    sure,
    failure === "" ? sentence : `${failure} ${sentence}`,
    [remedy, forecastRemedy(forecast)].filter((one) => one !== "").join(" "),
  ];
}

function row(cells: readonly string[]): string {
  return `${cells.map(quote).join(",")}\r\n`;
}

function quote(cell: string): string {
  const shown = showControls(cell);
  const safe = /^[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
