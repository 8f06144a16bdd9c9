/**
 * The history of one endpoint: a line for each place's answer and each variant's chain. Left of the mark of today what was
 * seen, right of it through when the chain that is shown now can be used.
 */
import { html, type Markup } from "../../../html/index.ts";
import { isMoment, renderDay } from "../parts/when.ts";
import { fewTicks, percent, placeOf, type Span } from "./axis.ts";

export interface Lane {
  readonly label: string;
  readonly segments: readonly Segment[];
  /** Through when what is shown now can be used. */
  readonly untilAt: number | undefined;
}

export interface Segment {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly isWell: boolean;
  /** What was seen: shown when pointed at. */
  readonly says: string;
}

const laneHeight = 16;

export function renderLanes(lanes: readonly Lane[], now: number): Markup {
  const span = spanOf(lanes, now);
  const rows = lanes.map((lane) => renderLane(lane, span, now));
  const ticks = fewTicks(span).filter(({ at }) => at < span.toAt - (span.toAt - span.fromAt) / 14);
  const names = ticks.map(
    ({ at, label }) => html`<text x="${placeOf(at, span)}" y="14" dx="2">${label}</text>`,
  );
  return html`<ol class="lanes">
    ${rows}
    <li aria-hidden="true"><svg class="axis" width="100%" height="20">${names}</svg></li>
  </ol>`;
}

/** From the first thing seen to the last end, today well inside. */
function spanOf(lanes: readonly Lane[], now: number): Span {
  const firsts = lanes.flatMap(({ segments }) => segments.map(({ firstAt }) => firstAt));
  const ends = lanes.flatMap(({ untilAt }) => (isMoment(untilAt) ? [untilAt] : []));
  const fromAt = Math.min(now - weekMs, ...firsts);
  const past = now - fromAt;
  // A root's end in twenty years would press the past into a line.
  const toAt = Math.min(Math.max(now + past / 8, ...ends), now + Math.max(past * 2, 13 * weekMs));
  return { fromAt, toAt: toAt + (toAt - fromAt) / 50 };
}

const weekMs = 7 * 86_400_000;

function renderLane({ label, segments, untilAt }: Lane, span: Span, now: number): Markup {
  const grid = fewTicks(span).map(({ at }) => {
    const x = placeOf(at, span);
    return html`<line x1="${x}" x2="${x}" y1="0" y2="${laneHeight}" class="grid" />`;
  });
  const bars = segments.map((segment) => {
    const share = (segment.lastAt - segment.firstAt) / (span.toAt - span.fromAt);
    const width = `${Math.max(0.6, percent(share))}%`;
    return html`<rect
      x="${placeOf(segment.firstAt, span)}"
      width="${width}"
      y="3"
      height="10"
      class="${segment.isWell ? "well" : "failing"}"
      ><title>${renderDay(segment.firstAt)} to ${renderDay(segment.lastAt)}: ${segment.says}</title></rect
    >`;
  });
  const today = placeOf(now, span);
  const words = segments
    .slice(-1)
    .map(
      ({ says, isWell, firstAt }) => `${isWell ? "well" : "failing"} since ${renderDay(firstAt)}: ${says}`,
    );
  return html`<li>
    <span class="label">${label}</span>
    <svg width="100%" height="${laneHeight}" role="img" aria-label="${words.join("")}">
      ${grid}${bars}${renderFuture(untilAt, span, now)}
      <line x1="${today}" x2="${today}" y1="0" y2="${laneHeight}" class="now" />
    </svg>
  </li>`;
}

function renderFuture(untilAt: number | undefined, span: Span, now: number): Markup {
  if (untilAt === undefined || untilAt <= now) return html``;
  const share = (Math.min(untilAt, span.toAt) - now) / (span.toAt - span.fromAt);
  return html`<rect x="${placeOf(now, span)}" width="${percent(share)}%" y="6" height="4" class="future"
    ><title>Can be used until ${renderDay(untilAt)}</title></rect
  >`;
}
