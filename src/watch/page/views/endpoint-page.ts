/** One endpoint as HTML: what is wrong and what to do first, then what it was concluded from. */
import { html, type Markup } from "../../../html/index.ts";
import { renderForest } from "../draw/forest.ts";
import { renderLanes } from "../draw/lanes.ts";
import { renderAlerts } from "../parts/alert-card.ts";
import { renderForecasts } from "../parts/forecast-table.ts";
import { renderChip, renderEmpty, renderTable, renderTags } from "../parts/pieces.ts";
import { isMoment, renderAgo, renderDay, renderDistance, renderMinute, renderWhen } from "../parts/when.ts";
import { pageLimits } from "../limits.ts";
import type { EndpointPageView } from "./endpoint.ts";
import type { VariantRow } from "./endpoint-variants.ts";

export function renderEndpointPage(view: EndpointPageView, now: number): Markup {
  const { endpoint, summary } = view;
  return html`<p class="crumbs"><a href="/endpoints">Endpoints</a></p>
    <div class="title" id="s-title" data-live>
      <h1>${endpoint.name}</h1>
      ${renderChip(summary?.state ?? "unvisited")} ${renderTags(endpoint.tags)}
    </div>
    <div id="s-facts" data-live>${renderFacts(view, now)}</div>
    ${section("open", "Open alerts", renderOpen(view, now))}
    ${section("forecasts", "What each bundle makes of it", renderBundles(view, now))}
    ${section("history", "History", renderHistory(view, now))}
    ${section("chains", "Who signed what it shows", renderChains(view, now))}
    ${section("variants", "By address, version and key", renderVariants(view, now))}
    ${section("why", "What the diagnosis said", renderWhys(view, now))}
    ${view.closed.length === 0 ? "" : section("closed", "Closed alerts", renderAlerts(view.closed, { now, namesEndpoint: false }))}`;
}

function section(id: string, title: string, body: Markup): Markup {
  return html`<section aria-labelledby="${id}" id="s-${id}" data-live>
    <h2 id="${id}">${title}</h2>
    ${body}
  </section>`;
}

function renderFacts({ summary, places }: EndpointPageView, now: number): Markup {
  const pair = (term: string, value: Markup | string): Markup =>
    html`<div>
      <dt>${term}</dt>
      <dd>${value}</dd>
    </div>`;
  const facts: Markup[] = [];
  if (summary !== undefined) {
    const { code, pathEndAt, breakAt, lateness } = summary;
    facts.push(
      pair("Answer", html`<code>${code}</code>`),
      pair("Usable path ends", renderWhen(pathEndAt, now)),
      pair(
        "First bundle breaks",
        isMoment(breakAt) ? renderWhen(breakAt, now) : html`<span class="dim">none known</span>`,
      ),
    );
    if (lateness !== undefined) facts.push(pair("Renewal", explainLateness(lateness)));
  }
  for (const { place, visitedAt, nextAt, isWell, sinceAt } of places.slice(0, placesShown)) {
    const since = html`${isWell ? "well" : "failing"} since ${renderAgo(sinceAt, now)}`;
    const when = html`visited ${renderAgo(visitedAt, now)}, again
    ${nextAt <= now ? "now" : renderDistance(nextAt, now)}`;
    facts.push(pair(places.length === 1 ? "Visits" : `From ${place}`, html`${since}; ${when}`));
  }
  return facts.length === 0
    ? renderEmpty(
        "It was not visited yet.",
        "The first round visits every endpoint; this page follows by itself.",
      )
    : html`<dl class="facts">${facts}</dl>`;
}

/** Ten networks are many; the JSON has all. */
const placesShown = 12;

function explainLateness(lateness: number): string {
  const share = `${lateness.toFixed(2)} of its usual time`;
  return lateness > 1 ? `late: ${share}` : `in its habit: ${share}`;
}

function renderOpen({ open }: EndpointPageView, now: number): Markup {
  if (open.length === 0) return renderEmpty("None.");
  const rank = { critical: 0, warning: 1, notice: 2 } as const;
  const worst = open
    .toSorted((a, b) => rank[a.severity] - rank[b.severity])
    .slice(0, pageLimits.rows.value / 2);
  return renderAlerts(worst, { now, namesEndpoint: false });
}

function renderBundles({ forecasts, summary }: EndpointPageView, now: number): Markup {
  if (forecasts.length > 0)
    return renderForecasts("The earliest break first", forecasts, { now, shows: "bundle" });
  return summary === undefined
    ? renderEmpty("Nothing is foretold before the first visit.")
    : renderEmpty("No bundle is joined with it.", html`<a href="/bundles">See the bundles</a>`);
}

function renderHistory({ history }: EndpointPageView, now: number): Markup {
  if (history.length === 0) return renderEmpty("Nothing was seen yet.");
  return html`<p class="legend">
      <span class="key well">verified</span> <span class="key failing">not verified</span>
      <span class="key future">can be used until</span>
    </p>
    ${renderLanes(history, now)}`;
}

function renderChains({ chains }: EndpointPageView, now: number): Markup {
  return chains.length === 0
    ? renderEmpty("It showed no certificate that can be read.")
    : renderForest(chains, now);
}

function renderVariants({ variants, variantCount }: EndpointPageView, now: number): Markup {
  if (variants.length === 0) return renderEmpty("It showed no certificate yet.");
  const rows = variants.map((variant) => ({ cells: variantCells(variant, now) }));
  const more =
    variantCount > variants.length
      ? html`<p class="dim">${variantCount - variants.length} more are not shown.</p>`
      : "";
  return html`${renderTable(
    "What is shown to each connection, those seen last first",
    [
      { title: "Address", css: "name" },
      { title: "Hello" },
      { title: "Version" },
      { title: "Key" },
      { title: "Certificate" },
      { title: "Verdict" },
      { title: "Seen" },
    ],
    rows,
  )}${more}`;
}

function variantCells(variant: VariantRow, now: number): readonly Markup[] {
  const { address, family, offer, version, keyType, leaf, sent, issuer, verdict, lastAt } = variant;
  const dash = html`<span class="dim">any</span>`;
  return [
    html`<code>${address ?? "by a proxy"}</code
      >${family === undefined ? "" : html` <small>${family}</small>`}`,
    html`${offer}`,
    version === undefined ? dash : html`${version}`,
    keyType === undefined ? dash : html`${keyType}`,
    html`<code>${leaf?.slice(0, 16) ?? "none"}</code><br /><small>by ${issuer}; ${sent} sent</small>`,
    verdict.trusted
      ? html`<span class="chip well">verified</span>
          <small>by ${verdict.anchor}, until ${renderDay(verdict.usable.untilAt)}</small>`
      : html`<span class="chip failing">${verdict.code}</span> <small>${verdict.sentence}</small>`,
    renderAgo(lastAt, now),
  ];
}

function renderWhys({ whys }: EndpointPageView, now: number): Markup {
  if (whys.length === 0) {
    return renderEmpty(
      "Nothing was asked yet.",
      "When an endpoint begins to fail, it is diagnosed once, and kept here.",
    );
  }
  const [newest, ...older] = whys;
  const one = (why: (typeof whys)[number], isOpen: boolean): Markup =>
    html`<details id="why-${why.at}" ${isOpen ? html` open` : ""}>
      <summary>
        <code>${why.code}</code> on
        <time datetime="${new Date(why.at).toISOString()}">${renderMinute(why.at)}</time> from ${why.place}
        <span class="dim">(${renderDistance(why.at, now)})</span>
      </summary>
      <pre tabindex="0" aria-label="Diagnosis">${why.text}</pre>
    </details>`;
  return html`${newest === undefined ? "" : one(newest, true)}
  ${older.slice(0, 4).map((why) => one(why, false))}`;
}
