/**
 * `meerkat survey --html FILE`: the survey as one page, with a timeline of when paths end and bundles break.
 *
 * Everything is in the file, nothing is fetched and nothing runs. What came from a certificate or a list is escaped.
 */
import { codeOfAnswer } from "../../fleet/index.ts";
import { html, type Markup, pageStyle, renderDocument, renderTable } from "../../html/index.ts";
import { renderDay } from "../devices/dates.ts";
import {
  type Break,
  breaksOf,
  describeEnd,
  pathEndOf,
  type SurveyEntry,
  type SurveyOutcome,
} from "./outcome.ts";
import { surveyStyle } from "./page-style.ts";
import { describeLook } from "./text.ts";
import { renderTimeline } from "./timeline.ts";

export function renderSurveyPage(outcome: SurveyOutcome): string {
  const title = `Survey of ${outcome.entries.length} endpoints, ${renderDay(outcome.at)}`;
  const body = html`<main>
    <h1>${title}</h1>
    ${renderVerdict(outcome)} ${describeLook(outcome).map((says) => html`<p>${says}</p>`)}
    ${renderBreaks(breaksOf(outcome))} ${renderTimeline(outcome)} ${renderEntries(outcome)}
  </main>`;
  return renderDocument({ title, style: pageStyle + surveyStyle, body });
}

function renderVerdict({ entries, exitCode }: SurveyOutcome): Markup {
  const failed = entries.filter(({ answer }) => answer.kind === "failed").length;
  if (failed > 0) return html`<p class="verdict error">${failed} of ${entries.length} failed.</p>`;
  if (exitCode !== 0) return html`<p class="verdict warning">Nothing failed, and something needs a look.</p>`;
  return html`<p class="verdict good">Nothing failed, and nothing that was looked at is about to break.</p>`;
}

function renderBreaks(breaks: readonly Break[]): Markup {
  if (breaks.length === 0) return html``;
  const rows = breaks.map(({ at, name, sentence, remedy }) => [
    at === undefined ? html`<strong class="error">now</strong>` : renderTime(at),
    name,
    `${sentence} ${remedy}`,
  ]);
  const columns = [
    { title: "Day", css: "short" },
    { title: "Endpoint", css: "name" },
    { title: "What, and what to do", css: "most" },
  ];
  return html`<h2>What breaks next</h2>
    ${renderTable({ columns, rows, named: 1 })}`;
}

function renderEntries({ entries }: SurveyOutcome): Markup {
  const columns = [
    { title: "Endpoint", css: "name" },
    { title: "Answer", css: "short" },
    { title: "Path ends", css: "short" },
    { title: "More", css: "most" },
  ];
  return html`<h2>Endpoints</h2>
    ${renderTable({ css: "list wide", columns, rows: entries.map(cellsOf) })}`;
}

function cellsOf(entry: SurveyEntry): readonly Markup[] {
  const { endpoint, answer, shown, forecasts } = entry;
  const end = pathEndOf(entry);
  const ordinary = shown.find(({ variant }) => variant.offer === "ordinary");
  const tags = endpoint.tags.length === 0 ? html`` : html`<br /><small>${endpoint.tags.join(" ")}</small>`;
  const says = [
    ...(answer.kind === "failed" ? [answer.sentence] : []),
    ...(ordinary === undefined ? [] : [`Issued by ${ordinary.value.leaf.issuer}.`]),
    ...forecasts.map(({ sentence }) => sentence),
  ];
  return [
    html`${endpoint.name}${tags}`,
    html`<span class="${answer.kind === "failed" ? "error" : "good"}">${codeOfAnswer(answer)}</span>`,
    end === undefined ? html`` : html`${renderTime(end.untilAt)}<br /><small>${describeEnd(end)}</small>`,
    html`${says.map((sentence) => html`<p>${sentence}</p>`)}`,
  ];
}

function renderTime(at: number): Markup {
  const day = renderDay(at);
  return html`<time datetime="${day}">${day}</time>`;
}
