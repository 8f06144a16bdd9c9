/** The timeline of a survey's page: for each month, how many endpoints' paths end in it and how many forecasts break. */
import { html, type Markup, renderTableHead } from "../../html/index.ts";
import { pathEndOf, type SurveyOutcome } from "./outcome.ts";

/** How many months have a row of their own; certificates of servers live 13 at most. */
const monthsShown = 14;

interface Count {
  paths: number;
  breaks: number;
}

export function renderTimeline({ entries, at }: SurveyOutcome): Markup {
  const months = Array.from({ length: monthsShown }, (): Count => ({ paths: 0, breaks: 0 }));
  const later: Count = { paths: 0, breaks: 0 };
  const first = monthOf(at);
  const count = (moment: number, kind: keyof Count): void => {
    (months[Math.max(0, monthOf(moment) - first)] ?? later)[kind]++;
  };
  for (const entry of entries) {
    const end = pathEndOf(entry);
    if (end !== undefined) count(end.untilAt, "paths");
    for (const { breaksAt } of entry.forecasts) if (breaksAt !== undefined) count(breaksAt, "breaks");
  }
  const all = [...months, later];
  if (all.every(({ paths, breaks }) => paths + breaks === 0)) return html``;
  const most = Math.max(...all.flatMap(({ paths, breaks }) => [paths, breaks]));
  const rows = all.map((one, i) => renderRow(i < monthsShown ? monthName(first + i) : "later", one, most));
  return html`<h2>When paths end, and bundles break</h2>
    <p>A path that ends is renewed as a rule; what a bundle lacks then is not.</p>
    <table class="timeline">
      ${renderTableHead([{ title: "Month" }, { title: "Paths end" }, { title: "Bundles break" }])}
      <tbody>
        ${rows}
      </tbody>
    </table>`;
}

function renderRow(name: string, { paths, breaks }: Count, most: number): Markup {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${renderBar(paths, "good", most)}</td>
    <td>${renderBar(breaks, "warning", most)}</td>
  </tr>`;
}

function renderBar(count: number, css: string, most: number): Markup {
  if (count === 0) return html``;
  return html`<div class="bar ${css}" style="width:${((80 * count) / most).toFixed(1)}%"></div>
    ${count}`;
}

function monthOf(at: number): number {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function monthName(month: number): string {
  return new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)).toISOString().slice(0, 7);
}
