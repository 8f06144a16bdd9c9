/** The first page: what breaks next, for whom, when and what to do; then the year ahead, and how many are in which state. */
import { renderAmount, renderCount } from "../../../core/index.ts";
import { html, type Markup } from "../../../html/index.ts";
import type { Severity } from "../../../fleet/index.ts";
import type { Store } from "../../store/port.ts";
import { renderWeeks, type Week } from "../draw/weeks.ts";
import { pageLimits } from "../limits.ts";
import { renderAlerts } from "../parts/alert-card.ts";
import { renderForecasts } from "../parts/forecast-table.ts";
import { linkTo, renderEmpty } from "../parts/pieces.ts";
import { renderAgo, renderDistance } from "../parts/when.ts";
import { severitiesDown, type State, states, stateWords } from "../parts/words.ts";
import { shownAlert, type ShownAlert, shownForecast, type ShownForecast } from "../view.ts";

export interface OverviewView {
  readonly states: Readonly<Record<State, number>>;
  readonly alerts: Readonly<Record<Severity, number>>;
  readonly bundles: number;
  /** Endpoints that a device does not connect to now, counted once for each bundle. */
  readonly refused: number;
  readonly lastVisitAt: number | undefined;
  readonly next: readonly ShownForecast[];
  readonly weeks: readonly Week[];
  /** The worst that are open; a few. */
  readonly worst: readonly ShownAlert[];
}

export async function readOverview(store: Store, now: number): Promise<OverviewView> {
  const [overview, bundles, sums] = await Promise.all([
    store.overview({ now }),
    store.bundles(),
    store.bundleSums(),
  ]);
  const worst: ShownAlert[] = [];
  for (const severity of severitiesDown) {
    const limit = pageLimits.alertsShown.value - worst.length;
    if (limit <= 0 || severity === "notice" || overview.alerts[severity] === 0) continue;
    const { rows } = await store.alerts({ state: "open", severity, limit });
    worst.push(...rows.map(({ alert, endpoint }) => shownAlert(alert, endpoint)));
  }
  const { next, weeks, lastVisitAt, alerts } = overview;
  return {
    states: overview.states,
    alerts,
    bundles: bundles.length,
    refused: sums.reduce((sum, { refused }) => sum + refused, 0),
    lastVisitAt,
    next: next
      .slice(0, pageLimits.nextShown.value)
      .map(({ endpoint, forecast }) => shownForecast(endpoint, forecast, bundles)),
    weeks: weeks.slice(0, pageLimits.weeks.value),
    worst,
  };
}

export function renderOverview(view: OverviewView, now: number): Markup {
  const listed = states.reduce((sum, state) => sum + view.states[state], 0);
  if (listed === 0) return renderNothing();
  return html`<div class="headline">${renderHeadline(view, now)}</div>
    ${renderStates(view)}
    <section aria-labelledby="next" id="s-next" data-live>
      <h2 id="next">What breaks next</h2>
      ${renderNext(view, now)}
    </section>
    <section aria-labelledby="ahead" id="s-ahead" data-live>
      <h2 id="ahead">The year ahead</h2>
      ${view.weeks.length === 0 ? renderEmpty("No end is known yet.") : renderWeeks(view.weeks)}
    </section>
    <section aria-labelledby="open" id="s-open" data-live>
      <h2 id="open">Open alerts</h2>
      ${renderOpen(view, now)}
    </section>
    <p class="dim" id="s-last" data-live>Last visit: ${renderAgo(view.lastVisitAt, now)}.</p>`;
}

/** One sentence for whoever was woken: what is broken, or what breaks next. */
function renderHeadline({ states: counts, next }: OverviewView, now: number): Markup {
  const coming = next.find(({ breaksAt, kind }) => kind !== "refused" && breaksAt !== undefined);
  const title =
    counts.failing > 0
      ? html`<a href="${linkTo("/endpoints", { state: "failing", sort: "soonest" })}"
            >${renderCount(counts.failing, "endpoint")}</a
          >
          ${counts.failing === 1 ? "fails" : "fail"} now`
      : counts.unvisited > 0 && counts.well === 0
        ? html`The first round is under way`
        : counts.critical > 0
          ? html`<a href="${linkTo("/endpoints", { state: "critical", sort: "soonest" })}"
                >${renderCount(counts.critical, "endpoint")}</a
              >
              ${counts.critical === 1 ? "needs" : "need"} somebody now`
          : html`No endpoint fails`;
  const then =
    coming === undefined
      ? html`No break of a bundle is foretold.`
      : html`Next break: <strong>${coming.bundle.label}</strong> (${coming.bundle.deviceTitle})
          ${coming.sure === "likely" ? "likely " : ""}loses <strong>${coming.endpoint.name}</strong>
          <strong>${renderDistance(coming.breaksAt ?? now, now)}</strong>.`;
  return html`<h1>${title}</h1>
    <p>${then}</p>`;
}

function renderStates({ states: counts }: OverviewView): Markup {
  const tiles = states
    .filter((state) => counts[state] > 0 || state === "failing" || state === "well")
    .map((state) => {
      const href = state === "unvisited" ? "/endpoints" : linkTo("/endpoints", { state, sort: "soonest" });
      return html`<li>
        <a class="tile ${counts[state] === 0 ? "none" : state}" href="${href}"
          ><b>${renderAmount(counts[state])}</b> <span class="chip ${state}">${stateWords[state]}</span></a
        >
      </li>`;
    });
  return html`<ul class="tiles" id="s-states" data-live aria-label="Endpoints by state">
    ${tiles}
  </ul>`;
}

function renderNext({ next, bundles, refused }: OverviewView, now: number): Markup {
  if (bundles === 0) {
    return renderEmpty(
      "No bundle is watched.",
      html`Name the CA file that your devices hold and the device that reads it:
        <code>meerkat watch --list endpoints.txt --bundle fs/ca.pem@mongoose-os</code>. Then this page says
        which endpoint each device loses, and when.`,
    );
  }
  const already = refused === 0 ? "" : renderRefused(refused);
  if (next.length === 0) {
    return html`${already}${renderEmpty("Nothing is foretold to break.", html`<a href="/bundles">See each bundle</a>`)}`;
  }
  return html`${already} ${renderForecasts("The earliest first", next, { now, shows: "both" })}
    <p><a href="/bundles">All bundles</a></p>`;
}

function renderRefused(refused: number): Markup {
  const pairs = `${renderCount(refused, "pair")} of endpoint and bundle`;
  return html`<p>
    <span class="chip failing">now</span> <a href="/bundles">${pairs}</a> ${refused === 1 ? "does" : "do"} not
    connect already.
  </p>`;
}

function renderOpen({ worst, alerts }: OverviewView, now: number): Markup {
  const open = severitiesDown.reduce((sum, severity) => sum + alerts[severity], 0);
  if (open === 0) return renderEmpty("No alert is open.");
  const counts = severitiesDown
    .filter((severity) => alerts[severity] > 0)
    .map((severity) => `${renderAmount(alerts[severity])} ${severity}`);
  return html`<p>
      <a href="/alerts">${counts.join(", ")}</a>
    </p>
    ${renderAlerts(worst, { now, namesEndpoint: true })}`;
}

function renderNothing(): Markup {
  return html`<h1>No endpoint is watched yet</h1>
    ${renderEmpty(
      "Give the watch a list: a URL or host:port a line.",
      html`<code>meerkat watch --list endpoints.txt --bundle fs/ca.pem@mongoose-os</code>`,
    )}`;
}
