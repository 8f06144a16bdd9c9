/**
 * Where a moment stands on a drawing, and which days are named beneath it. Places are shares of the width, so that a
 * drawing fits every screen and its text keeps its size.
 */
import { dayMs } from "../parts/when.ts";

export interface Span {
  readonly fromAt: number;
  readonly toAt: number;
}

/** `12.5%`; what lies outside is put to the edge. */
export function placeOf(at: number, { fromAt, toAt }: Span): string {
  return `${percent((at - fromAt) / (toAt - fromAt))}%`;
}

/** Of a share of the width, two decimals: a pixel of the widest screen is more. */
export function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Beginnings of months within the span: the month's name, in January the year. */
export function monthTicks({ fromAt, toAt }: Span): readonly Tick[] {
  return calendarTicks({ fromAt, toAt }, 1);
}

/** A few days to name, at even steps of the calendar. */
export function fewTicks(span: Span): readonly Tick[] {
  const length = span.toAt - span.fromAt;
  const days = [1, 2, 7, 14].find((step) => length / (step * dayMs) <= mostTicks);
  if (days !== undefined) return dayTicks(span, days);
  const step = [1, 2, 3, 6, 12, 24, 60, 120, 240].find(
    (count) => length / (count * 30.44 * dayMs) <= mostTicks,
  );
  return step === undefined ? [] : calendarTicks(span, step);
}

/** Their labels stay apart on a telephone. */
const mostTicks = 6;

function dayTicks({ fromAt, toAt }: Span, step: number): readonly Tick[] {
  const ticks: Tick[] = [];
  for (let at = Math.ceil(fromAt / dayMs) * dayMs; at <= toAt; at += step * dayMs) {
    const date = new Date(at);
    ticks.push({ at, label: `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ""}` });
  }
  return ticks;
}

function calendarTicks({ fromAt, toAt }: Span, step: number): readonly Tick[] {
  const ticks: Tick[] = [];
  const first = new Date(fromAt);
  const year = first.getUTCFullYear();
  const from = step < 12 ? first.getUTCMonth() + 1 : 12;
  for (let month = Math.ceil(from / Math.min(step, 12)) * Math.min(step, 12); ; month += step) {
    const at = Date.UTC(year, month, 1);
    if (at > toAt || !Number.isFinite(at)) return ticks;
    const date = new Date(at);
    const name = months[date.getUTCMonth()] ?? "";
    const isJanuary = date.getUTCMonth() === 0;
    ticks.push({ at, label: isJanuary ? String(date.getUTCFullYear()) : name });
  }
}
