/** What a survey came to as JSON, one line for each endpoint. A path and a query may be credentials, and are left out. */
import type { Answer, Forecast, ShownFact, WatchedBundle } from "../../fleet/index.ts";
import { renderIso } from "../devices/dates.ts";
import { writeJson } from "../frame/json.ts";
import { pathEndOf, type SurveyEntry, type SurveyOutcome } from "./outcome.ts";

export function* renderJsonLines({ entries, bundles, run }: SurveyOutcome): Iterable<string> {
  const labels = new Map(bundles.map((bundle) => [bundle.id, bundle]));
  for (const entry of entries) yield `${writeJson(describeEntry(entry, { labels, run }))}\n`;
}

function describeEntry(
  entry: SurveyEntry,
  { labels, run }: { readonly labels: ReadonlyMap<string, WatchedBundle>; readonly run: string },
): object {
  const { endpoint, visitedAt, answer, shown, unreached, forecasts, alerts, summary } = entry;
  const end = pathEndOf(entry);
  return {
    schema: 1,
    run,
    endpoint: endpoint.name,
    id: endpoint.id,
    tags: endpoint.tags,
    visitedAt: renderIso(visitedAt),
    state: summary?.state ?? null,
    answer: describeAnswer(answer),
    pathEnd:
      end === undefined ? null : { until: renderIso(end.untilAt), ends: end.ends, subject: end.subject },
    chains: shown.map(describeShown),
    unreached: unreached.map(({ address, code, sentence }) => ({ address, code, sentence })),
    forecasts: forecasts.map((forecast) => describeForecast(forecast, labels)),
    concerns: alerts.map(({ rule, severity, dueAt, sentence, remedy, sure }) => ({
      rule,
      severity,
      due: day(dueAt),
      sure,
      sentence,
      remedy,
    })),
  };
}

function describeAnswer(answer: Answer): object {
  switch (answer.kind) {
    case "verified":
      return { kind: answer.kind };
    case "answered":
      return { kind: answer.kind, status: answer.status };
    case "failed": {
      const { kind, code, stage, sentence } = answer;
      return { kind, code, stage, sentence };
    }
  }
}

function describeShown({ variant, value: { chain, leaf, verdict } }: ShownFact): object {
  return {
    address: variant.address ?? null,
    offer: variant.offer,
    version: variant.version ?? null,
    keyType: variant.keyType ?? null,
    sha256: chain,
    notBefore: renderIso(leaf.notBeforeAt),
    notAfter: renderIso(leaf.notAfterAt),
    issuer: leaf.issuer,
    verdict: verdict.trusted
      ? {
          trusted: true,
          anchor: verdict.anchor,
          until: renderIso(verdict.usable.untilAt),
          ends: verdict.usable.ends,
          subject: verdict.usable.subject,
        }
      : {
          trusted: false,
          code: verdict.code,
          sentence: verdict.sentence,
          missing: verdict.missing ?? null,
        },
  };
}

function describeForecast(
  { bundle, device, kind, breaksAt, sure, root, rootName, sentence, add }: Forecast,
  labels: ReadonlyMap<string, WatchedBundle>,
): object {
  return {
    bundle: labels.get(bundle)?.label ?? bundle,
    device,
    kind,
    breaks: day(breaksAt),
    sure,
    root: root ?? null,
    rootName: rootName ?? null,
    sentence,
    add,
  };
}

function day(at: number | undefined): string | null {
  return at === undefined ? null : renderIso(at);
}
