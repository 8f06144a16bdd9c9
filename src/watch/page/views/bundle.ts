/** One bundle: what to flash and by when, who depends on which root, and each endpoint's day. */
import { renderAmount, renderCount } from "../../../core/index.ts";
import { html, type Markup } from "../../../html/index.ts";
import type { RootUse, Store } from "../../store/port.ts";
import { renderForecasts } from "../parts/forecast-table.ts";
import { bundlePath, linkTo, renderEmpty, renderPaging, renderTable } from "../parts/pieces.ts";
import { isMoment, renderDay, renderDistance, renderWhen } from "../parts/when.ts";
import { pageLimits } from "../limits.ts";
import type { Query } from "../query.ts";
import { shownBundle, type ShownBundle, shownForecast, type ShownForecast } from "../view.ts";

export interface BundleView {
  readonly bundle: ShownBundle;
  /** How many CA certificates it holds. */
  readonly certificates: number;
  readonly roots: readonly RootUse[];
  /** What to add, made of the earliest breaks (`pageLimits.rows` of them). */
  readonly toFlash: readonly Addition[];
  readonly asked: { readonly root: string | undefined; readonly after: string | undefined };
  readonly forecasts: readonly ShownForecast[];
  readonly next: string | undefined;
}

/** One CA certificate that is worth adding, and for whom. */
interface Addition {
  readonly subject: string;
  readonly sha256: string;
  /** Of the earliest breaks, how many it mends. */
  readonly endpoints: number;
  /** When the first of them breaks. */
  readonly byAt: number;
  readonly isBroken: boolean;
}

export async function readBundle(store: Store, id: string, query: Query): Promise<BundleView | undefined> {
  const found = (await store.bundles()).find((one) => one.id === id);
  if (found === undefined) return undefined;
  const asked = { root: query.text("root"), after: query.text("after") };
  const limit = pageLimits.rows.value;
  const isFirst = asked.root === undefined && asked.after === undefined;
  const [roots, page, earliest] = await Promise.all([
    store.bundleRoots(id),
    store.forecasts({ bundle: id, ...asked, limit }),
    isFirst ? undefined : store.forecasts({ bundle: id, limit }),
  ]);
  const shown = (rows: typeof page.rows): readonly ShownForecast[] =>
    rows.map(({ endpoint, forecast }) => shownForecast(endpoint, forecast, [found]));
  const forecasts = shown(page.rows);
  return {
    bundle: shownBundle(found),
    certificates: found.bundle.entries.length,
    roots,
    toFlash: gatherAdditions(earliest === undefined ? forecasts : shown(earliest.rows)),
    asked,
    forecasts,
    next:
      page.next === undefined ? undefined : linkTo(bundlePath(id), { root: asked.root, after: page.next }),
  };
}

/** By what is best for each endpoint, the earliest day first. */
function gatherAdditions(forecasts: readonly ShownForecast[]): readonly Addition[] {
  const found = new Map<string, Addition>();
  for (const { add, breaksAt, kind } of forecasts) {
    const [best] = add;
    if (best === undefined || !isMoment(breaksAt)) continue;
    const before = found.get(best.sha256);
    found.set(best.sha256, {
      ...best,
      endpoints: (before?.endpoints ?? 0) + 1,
      byAt: Math.min(breaksAt, before?.byAt ?? Infinity),
      isBroken: kind === "refused" || before?.isBroken === true,
    });
  }
  return [...found.values()].toSorted((a, b) => a.byAt - b.byAt);
}

export function renderBundlePage(view: BundleView, now: number): Markup {
  const { bundle, certificates, roots, asked, next } = view;
  const first = asked.after === undefined ? undefined : linkTo(bundlePath(bundle.id), { root: asked.root });
  return html`<p class="crumbs"><a href="/bundles">Bundles</a></p>
    <h1>${bundle.label}</h1>
    <p class="lead">On ${bundle.deviceTitle}; ${renderCount(certificates, "CA certificate")}.</p>
    <section aria-labelledby="flash" id="s-flash" data-live>
      <h2 id="flash">What to flash, and by when</h2>
      ${renderToFlash(view, now)}
    </section>
    <section aria-labelledby="roots" id="s-roots" data-live>
      <h2 id="roots">Who depends on which root</h2>
      ${roots.length === 0 ? renderEmpty("No endpoint was joined with this bundle yet.") : renderRoots(view, now)}
    </section>
    <section aria-labelledby="forecasts" id="s-forecasts" data-live>
      <h2 id="forecasts">${asked.root === undefined ? "Each endpoint" : `Endpoints by one root`}</h2>
      ${asked.root === undefined ? "" : html`<p><a href="${bundlePath(bundle.id)}">Show all endpoints</a></p>`}
      ${renderEach(view, now)}
    </section>
    ${renderPaging({ first, next, rows: view.forecasts.length })}`;
}

function renderToFlash({ toFlash, forecasts }: BundleView, now: number): Markup {
  if (toFlash.length === 0) {
    const breaks = forecasts.some(({ breaksAt }) => isMoment(breaksAt));
    return breaks
      ? renderEmpty(
          "No CA certificate is known that would mend what breaks.",
          "The rows below say what ends for each endpoint.",
        )
      : renderEmpty("Nothing has to be flashed: no break is foretold.");
  }
  const items = toFlash.map(({ subject, sha256, endpoints, byAt, isBroken }) => {
    const day = isBroken
      ? html`<span class="chip failing">now</span> some devices do not connect already`
      : html`by <b>${renderDay(byAt)}</b> (${renderDistance(byAt, now)})`;
    return html`<li>
      Add <strong>${subject}</strong> ${day}; mends ${renderCount(endpoints, "endpoint")} of the earliest
      <br /><small>SHA-256 <code>${sha256}</code></small>
    </li>`;
  });
  return html`<ol class="flash">
    ${items}
  </ol>`;
}

function renderRoots({ roots, bundle, asked }: BundleView, now: number): Markup {
  const most = Math.max(1, ...roots.map(({ endpoints }) => endpoints));
  const rows = roots.slice(0, pageLimits.rows.value).map(({ root, rootName, endpoints, breaksAt }) => {
    const name = rootName ?? "without a name";
    const label =
      root === undefined
        ? html`<span class="chip failing">refused</span>`
        : html`<a
            href="${linkTo(bundlePath(bundle.id), { root })}"
            ${root === asked.root ? html` aria-current="true"` : ""}
            >${name}</a
          >`;
    const width = `${Math.max(1, Math.round((100 * endpoints) / most))}%`;
    return {
      cells: [
        label,
        html`<span class="amount">${renderAmount(endpoints)}</span
          ><svg class="share" width="100%" height="8" aria-hidden="true">
            <rect width="${width}" height="8" rx="2" class="${root === undefined ? "failing" : "root"}" />
          </svg>`,
        isMoment(breaksAt) ? renderWhen(breaksAt, now) : html`<span class="dim">none known</span>`,
      ],
    };
  });
  return renderTable(
    "CA certificates of the bundle that endpoints rely on",
    [
      { title: "Root", css: "name" },
      { title: "Endpoints", css: "share" },
      { title: "First break", css: "moment" },
    ],
    rows,
  );
}

function renderEach({ forecasts, asked }: BundleView, now: number): Markup {
  if (forecasts.length > 0)
    return renderForecasts("The earliest break first", forecasts, { now, shows: "endpoint" });
  return asked.root === undefined && asked.after === undefined
    ? renderEmpty(
        "Nothing is foretold yet.",
        "A forecast is made when an endpoint was visited and showed its certificates.",
      )
    : renderEmpty("There is nothing behind this page.");
}
