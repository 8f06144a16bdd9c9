/** Moments on a page: how far away they are in words, and the day in UTC beside it. */
import { html, type Markup } from "../../../html/index.ts";

export const dayMs = 86_400_000;

const units = [
  ["year", 365.25 * dayMs, 2],
  ["month", 30.44 * dayMs, 3],
  ["day", dayMs, 2],
  ["hour", 3_600_000, 2],
  ["minute", 60_000, 1],
] as const;

/** The last moment that JavaScript can write as a date. */
const lastMoment = 8.64e15;

/** Whether it is a moment that can be written down. */
export function isMoment(at: number | undefined): at is number {
  return at !== undefined && Math.abs(at) <= lastMoment;
}

/** `2027-03-01` */
export function renderDay(at: number): string {
  return isMoment(at) ? new Date(at).toISOString().slice(0, 10) : "no end";
}

/** `2027-03-01 14:05 UTC` */
export function renderMinute(at: number): string {
  return isMoment(at) ? `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC` : "no end";
}

/** `12 days`, by the largest unit of which there are a few. */
export function renderLength(lengthMs: number): string {
  for (const [name, unitMs, least] of units) {
    if (lengthMs < unitMs * least) continue;
    const count = Math.floor(lengthMs / unitMs);
    return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  return "less than a minute";
}

/** `in 12 days`, `3 hours ago`, `now`. */
export function renderDistance(at: number, now: number): string {
  if (!isMoment(at)) return "no end";
  if (Math.abs(at - now) < 60_000) return "now";
  return at > now ? `in ${renderLength(at - now)}` : `${renderLength(now - at)} ago`;
}

/** How far away, and the day: for what is to come. */
export function renderWhen(at: number | undefined, now: number): Markup {
  if (!isMoment(at)) return html`<span class="dim">not known</span>`;
  const words = renderDistance(at, now);
  return html`<time class="when" datetime="${new Date(at).toISOString()}"
    ><b>${words}</b> <span>${renderDay(at)}</span></time
  >`;
}

/** How far away alone, the minute when pointed at: for what was. */
export function renderAgo(at: number | undefined, now: number): Markup {
  if (!isMoment(at)) return html`<span class="dim">never</span>`;
  return html`<time datetime="${new Date(at).toISOString()}" title="${renderMinute(at)}"
    >${renderDistance(at, now)}</time
  >`;
}
