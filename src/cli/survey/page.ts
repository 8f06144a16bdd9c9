/**
 * `meerkat survey --html FILE`: the survey as one page, with a timeline of when paths end and bundles break.
 *
 * Everything is in the file, nothing is fetched and nothing runs. What came from a certificate or a list is escaped.
 */
import { codeOfAnswer } from "../../fleet/index.ts";
import { html, type Markup, renderDocument } from "../../html/index.ts";
import { renderDay } from "../devices/dates.ts";
import {
  type Break,
  breaksOf,
  describeEnd,
  pathEndOf,
  type SurveyEntry,
  type SurveyOutcome,
} from "./outcome.ts";
import { pageStyle } from "./page-style.ts";
import { describeLook } from "./text.ts";
import { renderTimeline } from "./timeline.ts";

export function renderSurveyPage(outcome: SurveyOutcome): string {
  const title = `Survey of ${outcome.entries.length} endpoints, ${renderDay(outcome.at)}`;
  const body = html`<main>
    <h1>${title}</h1>
    ${renderVerdict(outcome)} ${describeLook(outcome).map((says) => html`<p>${says}</p>`)}
    ${renderBreaks(breaksOf(outcome))} ${renderTimeline(outcome)} ${renderTable(outcome)}
  </main>`;
  return renderDocument({ title, style: pageStyle, body });
}

function renderVerdict({ entries, exitCode }: SurveyOutcome): Markup {
  const failed = entries.filter(({ answer }) => answer.kind === "failed").length;
  if (failed > 0) return html`<p class="verdict error">${failed} of ${entries.length} failed.</p>`;
  if (exitCode !== 0) return html`<p class="verdict warning">Nothing failed, and something needs a look.</p>`;
  return html`<p class="verdict good">Nothing failed, and nothing that was looked at is about to break.</p>`;
}

function renderBreaks(breaks: readonly Break[]): Markup {
  if (breaks.length === 0) return html``;
  const rows = breaks.map(
    ({ at, name, sentence, remedy }) =>
      html`<tr>
        <td>${at === undefined ? html`<strong class="error">now</strong>` : renderTime(at)}</td>
        <th scope="row">${name}</th>
        <td>${sentence} ${remedy}</td>
      </tr>`,
  );
  return html`<h2>What breaks next</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Endpoint</th>
          <th scope="col">What, and what to do</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`;
}

function renderTable({ entries }: SurveyOutcome): Markup {
  return html`<h2>Endpoints</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Endpoint</th>
          <th scope="col">Answer</th>
          <th scope="col">Path ends</th>
          <th scope="col">More</th>
        </tr>
      </thead>
      <tbody>
        ${entries.map(renderEntry)}
      </tbody>
    </table>`;
}

function renderEntry(entry: SurveyEntry): Markup {
  const { endpoint, answer, shown, forecasts } = entry;
  const end = pathEndOf(entry);
  const ordinary = shown.find(({ variant }) => variant.offer === "ordinary");
  const tags = endpoint.tags.length === 0 ? html`` : html`<br /><small>${endpoint.tags.join(" ")}</small>`;
  const says = [
    ...(answer.kind === "failed" ? [answer.sentence] : []),
    ...(ordinary === undefined ? [] : [`Issued by ${ordinary.value.leaf.issuer}.`]),
    ...forecasts.map(({ sentence }) => sentence),
  ];
  return html`<tr>
    <th scope="row">${endpoint.name}${tags}</th>
    <td class="${answer.kind === "failed" ? "error" : "good"}">${codeOfAnswer(answer)}</td>
    <td class="ends">
      ${end === undefined ? "" : html`${renderTime(end.untilAt)}<br /><small>${describeEnd(end)}</small>`}
    </td>
    <td>${says.map((sentence) => html`<p>${sentence}</p>`)}</td>
  </tr>`;
}

function renderTime(at: number): Markup {
  const day = renderDay(at);
  return html`<time datetime="${day}">${day}</time>`;
}
