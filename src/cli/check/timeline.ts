/**
 * The timeline of a check's page: an axis of years, a bar for each site and one for each CA certificate, on one scale.
 *
 * Bars are boxes with widths, and every one of them stands beside its date as text; the axis is for the eye alone.
 */
import type { End } from "../../bundle/index.ts";
import { renderSpan } from "../../core/index.ts";
import { type DeviceProfile, explainEndFor, noticesEnd } from "../../device/index.ts";
import { html, type Markup, renderTableHead } from "../../html/index.ts";
import { renderDay } from "../devices/dates.ts";
import type { CheckOutcome, SiteRemark, TimelineEntry } from "./outcome.ts";

const yearMs = 31_557_600_000; // A Julian year: the scale's grid, not a calendar.
const mostTicks = 8; // Their labels stay apart on a telephone.

/** From the moment that is asked about to the last end of anything. */
interface Scale {
  readonly at: number;
  readonly last: number;
  /** The beginnings of years that are drawn. */
  readonly ticks: readonly number[];
  readonly profile: DeviceProfile | undefined;
}

export function renderTimeline({ timeline, sites, material: { at, profile } }: CheckOutcome): Markup {
  if (timeline.length === 0) return html`<p>Nothing in the bundle has an end that can be told.</p>`;
  const ends = [...timeline, ...sites].flatMap(({ end }) => (end === undefined ? [] : [end.at]));
  const last = Math.max(at + yearMs, ...ends);
  const scale = { at, last, ticks: chooseTicks(at, last), profile };
  const own = sites.toSorted((a, b) => rank(a) - rank(b)).map((site) => renderSite(site, scale));
  const anchors = timeline.map((entry) => renderAnchor(entry, scale));
  return html`<h2>What ends when</h2>
    <p>From ${renderDay(at)} to ${renderDay(last)}. A bar is the time that is left.</p>
    ${own.length === 0 ? html`` : renderTable("Site", own, scale)}
    ${renderTable("CA certificate", anchors, scale)}`;
}

/** What is refused already first, then by the day; what has no end that is known comes last. */
function rank({ connects, end }: SiteRemark): number {
  return connects === "no" ? 0 : (end?.at ?? Number.MAX_VALUE);
}

/** Beginnings of years within the span, so far apart that there are no more than can be read. */
function chooseTicks(at: number, last: number): readonly number[] {
  const first = new Date(at).getUTCFullYear() + 1;
  const end = new Date(last).getUTCFullYear();
  const step = [1, 2, 5, 10, 20, 50, 100].find((years) => (end - first) / years < mostTicks) ?? 1000;
  const from = Math.ceil(first / step) * step;
  const count = Math.max(0, Math.floor((end - from) / step) + 1);
  return Array.from({ length: count }, (_, i) => Date.UTC(from + i * step, 0, 1));
}

function share(moment: number, { at, last }: Scale): string {
  return Math.min(100, Math.max(0, (100 * (moment - at)) / (last - at))).toFixed(2);
}

function renderTable(what: string, rows: readonly Markup[], scale: Scale): Markup {
  const years = scale.ticks.map((tick) => {
    const year = new Date(tick).getUTCFullYear();
    return html`<span style="left:${share(tick, scale)}%">${year}</span>`;
  });
  return html`<table class="timeline">
    ${renderTableHead([{ title: "Day" }, { title: what }, { title: "Time left" }])}
    <tbody>
      <tr class="axis" aria-hidden="true">
        <td></td>
        <td></td>
        <td><div class="years">${years}</div></td>
      </tr>
      ${rows}
    </tbody>
  </table>`;
}

/** The table of sites says why; here is until when. */
function renderSite({ site, connects, end }: SiteRemark, scale: Scale): Markup {
  if (connects === "no") {
    return renderRow({
      day: html`today`,
      what: site,
      small: "",
      bar: renderBar(scale.at, "error", scale),
      left: "refused",
    });
  }
  if (end === undefined) {
    const bar = html`<div class="scale">${renderGrid(scale)}</div>`;
    return renderRow({ day: html``, what: site, small: "", bar, left: "no end is known" });
  }
  return renderEnd({ end, what: site, small: explainEndFor(scale.profile, end) }, scale);
}

function renderAnchor({ subject, place, end }: TimelineEntry, scale: Scale): Markup {
  return renderEnd({ end, what: `${subject} (${place})`, small: explainEndFor(scale.profile, end) }, scale);
}

function renderEnd(
  { end, what, small }: { readonly end: End; readonly what: string; readonly small: string },
  scale: Scale,
): Markup {
  const { at, profile } = scale;
  const day = renderDay(end.at);
  const isNoticed = profile === undefined || noticesEnd(profile, end);
  const css = end.at <= at ? "error" : end.at < at + yearMs ? "warning" : "good";
  return renderRow({
    day: html`<time datetime="${day}">${day}</time>`,
    what,
    small,
    bar: renderBar(end.at, isNoticed ? css : "unnoticed", scale),
    left: `${renderLeft(end, at)}${isNoticed ? "" : ", not noticed"}`,
  });
}

interface Row {
  readonly day: Markup;
  readonly what: string;
  readonly small: string;
  readonly bar: Markup;
  readonly left: string;
}

function renderRow({ day, what, small, bar, left }: Row): Markup {
  return html`<tr>
    <td>${day}</td>
    <td>${what}${small === "" ? html`` : html`<br /><small>${small}</small>`}</td>
    <td>${bar}<small>${left}</small></td>
  </tr>`;
}

function renderBar(until: number, css: string, scale: Scale): Markup {
  return html`<div class="scale">
    ${renderGrid(scale)}
    <div class="bar ${css}" style="width:${share(until, scale)}%"></div>
  </div>`;
}

function renderGrid(scale: Scale): readonly Markup[] {
  return scale.ticks.map((tick) => html`<i style="left:${share(tick, scale)}%"></i>`);
}

function renderLeft(end: End, at: number): string {
  if (end.at <= at) return "over";
  const years = (end.at - at) / yearMs;
  return years < 2 ? renderSpan(end.at - at) : `${Math.floor(years)} years`;
}

export const timelineStyle = `
.timeline { table-layout: fixed; margin-bottom: 1.5rem; }
.timeline :is(th, td) { min-width: 0; }
.timeline th:first-child { width: 7rem; }
.timeline th:last-child { width: 45%; }
.timeline td:last-child { padding-right: 2rem; }
.timeline time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.axis td { border-bottom: 0; padding-bottom: 0; }
.years { position: relative; height: 1.4rem; font-size: .8rem; color: var(--dim); }
.years span { position: absolute; transform: translateX(-50%); font-variant-numeric: tabular-nums; }
.scale { position: relative; height: .8rem; }
.scale i { position: absolute; top: -.4rem; bottom: -.4rem; border-left: 1px solid var(--rule); }
.bar { position: relative; height: .8rem; min-width: 2px; border-radius: .2rem; background: currentColor; }
.bar.unnoticed { background: none; border: 1px dashed; opacity: .7; }
@media (max-width: 40rem) {
  .timeline thead { position: absolute; clip-path: inset(50%); }
  .timeline :is(tbody, tr, td) { display: block; }
  .timeline tbody tr { border-bottom: 1px solid var(--rule); padding: .5rem 0; }
  .timeline tbody tr.axis { border: 0; padding: 0; }
  .timeline td { border: 0; padding: .1rem 0; }
  .timeline td:last-child { padding: .4rem 1.25rem .1rem 0; }
  .timeline td:empty { display: none; }
}
`;
