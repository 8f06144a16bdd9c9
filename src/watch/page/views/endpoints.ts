/** The list of endpoints: searched by name and tag, by state, by name or by what ends soonest. */
import { html, type Markup } from "../../../html/index.ts";
import type { EndpointSummary } from "../../../fleet/index.ts";
import type { EndpointRow, Store } from "../../store/port.ts";
import { pageLimits } from "../limits.ts";
import {
  endpointPath,
  linkTo,
  renderChip,
  renderEmpty,
  renderPaging,
  renderTable,
  renderTags,
} from "../parts/pieces.ts";
import { isMoment, renderAgo, renderWhen } from "../parts/when.ts";
import { states, stateWords } from "../parts/words.ts";
import type { Query } from "../query.ts";
import { shownEndpoint, type ShownEndpoint } from "../view.ts";

/** `unvisited` is not a state that can be asked for. */
const askable = states.filter((state): state is EndpointSummary["state"] => state !== "unvisited");
const sorts = ["name", "soonest"] as const;

interface EndpointsAsked {
  readonly search: string | undefined;
  readonly tag: string | undefined;
  readonly state: EndpointSummary["state"] | undefined;
  readonly sort: (typeof sorts)[number];
  readonly after: string | undefined;
}

export interface EndpointsView {
  readonly asked: EndpointsAsked;
  readonly rows: readonly ShownRow[];
  /** The address of the next page. */
  readonly next: string | undefined;
}

interface ShownRow extends ShownEndpoint {
  readonly summary: EndpointSummary | undefined;
  readonly visitedAt: number | undefined;
}

export async function readEndpoints(store: Store, query: Query): Promise<EndpointsView> {
  const asked: EndpointsAsked = {
    search: query.text("search"),
    tag: query.text("tag"),
    state: query.word("state", askable),
    sort: query.word("sort", sorts) ?? "name",
    after: query.text("after"),
  };
  const { rows, next } = await store.endpoints({ ...asked, limit: pageLimits.rows.value });
  return { asked, rows: rows.map(shownRow), next: next === undefined ? undefined : hrefOf(asked, next) };
}

function shownRow({ endpoint, summary, visitedAt }: EndpointRow): ShownRow {
  return { ...shownEndpoint(endpoint), summary, visitedAt };
}

function hrefOf({ search, tag, state, sort }: EndpointsAsked, after?: string): string {
  return linkTo("/endpoints", { search, tag, state, sort: sort === "name" ? undefined : sort, after });
}

export function renderEndpoints({ asked, rows, next }: EndpointsView, now: number): Markup {
  const first = asked.after === undefined ? undefined : hrefOf(asked);
  return html`<h1>Endpoints</h1>
    ${renderForm(asked)}
    <section id="s-rows" data-live aria-label="Endpoints">
      ${rows.length === 0 ? renderNone(asked) : renderRows(rows, asked, now)}
    </section>
    ${renderPaging({ first, next, rows: rows.length })}`;
}

function renderForm({ search = "", tag = "", state, sort }: EndpointsAsked): Markup {
  const options = askable.map(
    (one) => html`<option value="${one}" ${one === state ? html` selected` : ""}>${stateWords[one]}</option>`,
  );
  return html`<form class="filter" method="get" action="/endpoints" role="search">
    <label>Name <input type="search" name="search" value="${search}" placeholder="part of a name" /></label>
    <label>Tag <input type="text" name="tag" value="${tag}" /></label>
    <label
      >State
      <select name="state">
        <option value="">any</option>
        ${options}
      </select></label
    >
    <label
      >Order
      <select name="sort">
        <option value="name">by name</option>
        <option value="soonest" ${sort === "soonest" ? html` selected` : ""}>soonest end first</option>
      </select></label
    >
    <button type="submit">Show</button>
  </form>`;
}

function renderRows(rows: readonly ShownRow[], { sort }: EndpointsAsked, now: number): Markup {
  const lines = rows.map(({ id, name, tags, summary, visitedAt }) => ({
    cells: [
      html`<a href="${endpointPath(id)}">${name}</a> ${renderTags(tags)}`,
      html`${renderChip(summary?.state ?? "unvisited")}`,
      html`${summary === undefined ? "" : html`<code>${summary.code}</code>`}`,
      isMoment(summary?.pathEndAt) ? renderWhen(summary.pathEndAt, now) : none,
      isMoment(summary?.breakAt) ? renderWhen(summary.breakAt, now) : none,
      renderAgo(visitedAt, now),
    ],
  }));
  return renderTable(
    sort === "name" ? "By name" : "What ends soonest first",
    [
      { title: "Endpoint", css: "name" },
      { title: "State", css: "brief" },
      { title: "Answer", css: "brief" },
      { title: "Path ends", css: "moment" },
      { title: "Bundle breaks", css: "moment" },
      { title: "Visited", css: "brief seen" },
    ],
    lines,
  );
}

const none = html`<span class="dim">none known</span>`;

function renderNone({ search, tag, state, after }: EndpointsAsked): Markup {
  if (after !== undefined) return renderEmpty("There is nothing behind this page.");
  if (search !== undefined || tag !== undefined || state !== undefined) {
    return renderEmpty("No endpoint fits.", html`<a href="/endpoints">Show all of them</a>`);
  }
  return renderEmpty(
    "No endpoint is watched yet.",
    html`Start with a list, a URL or host:port a line: <code>meerkat watch --list endpoints.txt</code>`,
  );
}
