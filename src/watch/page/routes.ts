/** Which page stands at which address: what it reads, and what it is as HTML. Its JSON is what it read. */
import type { Markup } from "../../html/index.ts";
import type { Store } from "../store/port.ts";
import type { Query } from "./query.ts";
import { readAlerts, renderAlertList } from "./views/alerts.ts";
import { readBundle, renderBundlePage } from "./views/bundle.ts";
import { readBundles, renderBundles } from "./views/bundles.ts";
import { readEndpoint } from "./views/endpoint.ts";
import { renderEndpointPage } from "./views/endpoint-page.ts";
import { readEndpoints, renderEndpoints } from "./views/endpoints.ts";
import { readOverview, renderOverview } from "./views/overview.ts";

/** A page with everything that it says. */
export interface Told {
  /** The kind of page, in its JSON. */
  readonly page: string;
  readonly title: string;
  readonly view: object;
  readonly render: () => Markup;
}

export interface Asking {
  readonly store: Store;
  readonly query: Query;
  readonly now: number;
}

/** `undefined`: there is no such page. */
export async function tellPage(path: string, { store, query, now }: Asking): Promise<Told | undefined> {
  switch (path) {
    case "/":
      return told("overview", "Overview", await readOverview(store, now), (view) =>
        renderOverview(view, now),
      );
    case "/endpoints":
      return told("endpoints", "Endpoints", await readEndpoints(store, query), (view) =>
        renderEndpoints(view, now),
      );
    case "/bundles":
      return told("bundles", "Bundles", await readBundles(store), (view) => renderBundles(view, now));
    case "/alerts":
      return told("alerts", "Alerts", await readAlerts(store, query), (view) => renderAlertList(view, now));
  }
  const endpoint = idBehind("/endpoints/", path);
  if (endpoint !== undefined) {
    const view = await readEndpoint(store, endpoint);
    return view && told("endpoint", view.endpoint.name, view, (one) => renderEndpointPage(one, now));
  }
  const bundle = idBehind("/bundles/", path);
  if (bundle !== undefined) {
    const view = await readBundle(store, bundle, query);
    return view && told("bundle", view.bundle.label, view, (one) => renderBundlePage(one, now));
  }
  return undefined;
}

function told<View extends object>(
  page: string,
  title: string,
  view: View,
  render: (view: View) => Markup,
): Told {
  return { page, title, view, render: () => render(view) };
}

function idBehind(prefix: string, path: string): string | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  if (rest === "" || rest.includes("/")) return undefined;
  try {
    return decodeURIComponent(rest);
  } catch {
    return undefined;
  }
}
