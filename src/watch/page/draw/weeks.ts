/**
 * The timeline of the overview: two rows of bars on one axis of weeks. Above, how many forecasts break: what somebody has
 * to do something about. Below, how many paths end unless they are renewed: what goes by itself most of the time. Each row
 * has its own scale, for there are thousands of the one and a few of the other.
 */
import { renderCount } from "../../../core/index.ts";
import { html, type Markup } from "../../../html/index.ts";
import { dayMs, renderDay } from "../parts/when.ts";
import { renderTable } from "../parts/pieces.ts";
import { monthTicks, percent, placeOf, type Span } from "./axis.ts";

export interface Week {
  readonly fromAt: number;
  readonly paths: number;
  readonly breaks: number;
}

const weekMs = 7 * dayMs;
/** In pixels: the two rows, and where their bars stand. */
const breakRow = { top: 22, height: 64 };
const pathRow = { top: 116, height: 40 };
const axisTop = pathRow.top + pathRow.height;
const drawingHeight = axisTop + 26;

export function renderWeeks(weeks: readonly Week[]): Markup {
  const [first] = weeks;
  const last = weeks.at(-1);
  if (first === undefined || last === undefined) return html``;
  const span = { fromAt: first.fromAt, toAt: last.fromAt + weekMs };
  const busy = weeks.filter(({ paths, breaks }) => paths + breaks > 0);
  const sums = busy.reduce((sum, week) => ({ b: sum.b + week.breaks, p: sum.p + week.paths }), {
    b: 0,
    p: 0,
  });
  const label = `${renderCount(sums.b, "break")} and ${renderCount(sums.p, "end")} of paths in the ${weeks.length} weeks from ${renderDay(first.fromAt)} on`;
  const tops = {
    breaks: Math.max(0, ...weeks.map(({ breaks }) => breaks)),
    paths: Math.max(0, ...weeks.map(({ paths }) => paths)),
  };
  return html`<svg class="weeks" width="100%" height="${drawingHeight}" role="img" aria-label="${label}">
      ${renderTicks(span)} ${weeks.map((week) => renderWeek(week, { span, tops }))}
      <line
        x1="0"
        x2="100%"
        y1="${breakRow.top + breakRow.height}"
        y2="${breakRow.top + breakRow.height}"
        class="base"
      />
      <line x1="0" x2="100%" y1="${axisTop}" y2="${axisTop}" class="base" />
      <text x="0" y="12" class="row">
        ${sums.b === 0 ? "No bundle breaks" : `Bundles break (at most ${tops.breaks} a week)`}
      </text>
      <text x="0" y="${pathRow.top - 8}" class="row">
        ${sums.p === 0 ? "No path ends" : `Paths end unless renewed (at most ${tops.paths} a week)`}
      </text>
    </svg>
    ${renderWeekTable(busy)}`;
}

function renderTicks(span: Span): readonly Markup[] {
  const edge = span.toAt - (span.toAt - span.fromAt) / 30;
  return monthTicks(span)
    .filter(({ at }) => at < edge)
    .map(({ at, label }, index) => {
      const x = placeOf(at, span);
      const css = index % 2 === 0 ? "" : "every-other";
      return html`<line x1="${x}" x2="${x}" y1="18" y2="${axisTop + 6}" class="grid" /><text
          x="${x}"
          y="${axisTop + 20}"
          dx="2"
          class="${css}"
          >${label}</text
        >`;
    });
}

interface Scale {
  readonly span: Span;
  readonly tops: Readonly<Record<"breaks" | "paths", number>>;
}

function renderWeek({ fromAt, breaks, paths }: Week, { span, tops }: Scale): Markup {
  if (breaks + paths === 0) return html``;
  const length = span.toAt - span.fromAt;
  const x = placeOf(fromAt, span);
  const width = `${percent((weekMs / length) * barShare)}%`;
  const bar = (count: number, top: number, row: typeof breakRow, css: string): Markup => {
    if (count === 0) return html``;
    const height = Math.max(3, Math.round((row.height * count) / top));
    return html`<rect
      x="${x}"
      width="${width}"
      y="${row.top + row.height - height}"
      height="${height}"
      class="${css}"
    />`;
  };
  return html`<g
    ><title>
      Week of ${renderDay(fromAt)}: ${renderCount(breaks, "break")}, ${renderCount(paths, "end")} of paths</title
    >${bar(breaks, tops.breaks, breakRow, "breaks")}${bar(paths, tops.paths, pathRow, "paths")}</g
  >`;
}

/** How much of its week a bar fills. */
const barShare = 0.78;

function renderWeekTable(weeks: readonly Week[]): Markup {
  if (weeks.length === 0) return html``;
  const rows = weeks.map(({ fromAt, breaks, paths }) => ({
    cells: [html`${renderDay(fromAt)}`, html`${breaks}`, html`${paths}`],
  }));
  return html`<details id="weeks-as-table">
    <summary>As a table</summary>
    ${renderTable(
      "Breaks and ends by week",
      [
        { title: "Week from" },
        { title: "Bundles break", css: "number" },
        { title: "Paths end", css: "number" },
      ],
      rows,
    )}
  </details>`;
}
