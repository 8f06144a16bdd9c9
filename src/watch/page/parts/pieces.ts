/** Small pieces that every page is made of: states, tags, tables, and the way to the next page of a list. */
import { type Column, html, type Markup, renderTable as renderPageTable } from "../../../html/index.ts";
import type { Severity } from "../../../fleet/index.ts";
import { type State, stateWords } from "./words.ts";

/** A state as word, shape and colour: never by colour alone. */
export function renderChip(state: State | Severity): Markup {
  return html`<span class="chip ${state}">${stateWords[state]}</span>`;
}

export type { Column } from "../../../html/index.ts";

export interface TableRow {
  /** As many as there are columns; the first is the row's header. */
  readonly cells: readonly Markup[];
  readonly id?: string;
}

/** A table that becomes a list of cards on a telephone. */
export function renderTable(caption: string, columns: readonly Column[], rows: readonly TableRow[]): Markup {
  return renderPageTable({ caption, columns, rows: rows.map(({ cells }) => cells) });
}

/** What is shown where there is nothing: why, and what to do. */
export function renderEmpty(says: string, advice: string | Markup = ""): Markup {
  const more = advice === "" ? "" : html`<p>${advice}</p>`;
  return html`<div class="empty">
    <p><strong>${says}</strong></p>
    ${more}
  </div>`;
}

export function renderTags(tags: readonly string[]): Markup {
  if (tags.length === 0) return html``;
  const few = tags.slice(0, tagsShown);
  const more = tags.length > few.length ? html`<span class="tag">+${tags.length - few.length}</span>` : "";
  const links = few.map((tag) => html`<a class="tag" href="${linkTo("/endpoints", { tag })}">${tag}</a>`);
  return html`<span class="tags">${links}${more}</span>`;
}

/** More would push what a row is about off the screen. */
const tagsShown = 6;

/** A path of ours and its query, without what is not asked for. */
export function linkTo(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

export function endpointPath(id: string): string {
  return `/endpoints/${encodeURIComponent(id)}`;
}

export function bundlePath(id: string): string {
  return `/bundles/${encodeURIComponent(id)}`;
}

/** To the next page of a list and back to its first. */
export function renderPaging(page: {
  readonly first: string | undefined;
  readonly next: string | undefined;
  readonly rows: number;
}): Markup {
  const { first, next, rows } = page;
  if (first === undefined && next === undefined) return html``;
  const back = first === undefined ? "" : html`<a href="${first}">First page</a>`;
  const on = next === undefined ? html`<span class="dim">the last ${rows}</span>` : nextLink(next);
  return html`<nav class="paging" aria-label="Pages">${back}${on}</nav>`;
}

function nextLink(next: string): Markup {
  return html`<a class="button" rel="next" href="${next}">Next page</a>`;
}
