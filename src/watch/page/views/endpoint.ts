/** One endpoint: what is wrong and what to do, what each bundle makes of it, its history, its chains, and what `why` said. */
import type { EndpointSummary } from "../../../fleet/index.ts";
import type { EndpointView as Kept, KeptWhy, Store } from "../../store/port.ts";
import { buildForest, type TreeNode } from "../draw/forest.ts";
import type { Lane } from "../draw/lanes.ts";
import { pageLimits } from "../limits.ts";
import {
  shownAlert,
  type ShownAlert,
  shownEndpoint,
  type ShownEndpoint,
  shownForecast,
  type ShownForecast,
} from "../view.ts";
import { readLanes } from "./endpoint-lanes.ts";
import { chainsOf, newestShown, readVariants, type VariantRow } from "./endpoint-variants.ts";

export interface EndpointPageView {
  readonly endpoint: ShownEndpoint;
  readonly summary: EndpointSummary | undefined;
  readonly places: readonly PlaceRow[];
  readonly open: readonly ShownAlert[];
  readonly forecasts: readonly ShownForecast[];
  readonly history: readonly Lane[];
  readonly variants: readonly VariantRow[];
  /** How many there are, those that are not shown among them. */
  readonly variantCount: number;
  readonly chains: readonly TreeNode[];
  readonly whys: readonly KeptWhy[];
  readonly closed: readonly ShownAlert[];
}

interface PlaceRow {
  readonly place: string;
  readonly visitedAt: number;
  readonly isWell: boolean;
  readonly sinceAt: number;
  readonly failures: number;
  readonly nextAt: number;
}

export async function readEndpoint(store: Store, id: string): Promise<EndpointPageView | undefined> {
  const [kept, bundles] = await Promise.all([store.endpoint(id), store.bundles()]);
  if (kept === undefined) return undefined;
  const { history, summary, certificates } = kept;
  const { endpoint } = history;
  const newest = newestShown(history.facts);
  const shown = newest.slice(0, pageLimits.variants.value);
  return {
    endpoint: shownEndpoint(endpoint),
    summary,
    places: history.places.map(({ place, at, isWell, sinceAt, failures, nextAt }) => ({
      place,
      visitedAt: at,
      isWell,
      sinceAt,
      failures,
      nextAt,
    })),
    open: history.alerts.map((alert) => shownAlert(alert, endpoint)),
    forecasts: history.forecasts
      .map((forecast) => shownForecast(endpoint, forecast, bundles))
      .toSorted((a, b) => (a.breaksAt ?? Infinity) - (b.breaksAt ?? Infinity))
      .slice(0, pageLimits.rows.value),
    history: readLanes(history),
    variants: readVariants(shown),
    variantCount: newest.length,
    chains: buildForest(chainsOf(shown), certificates, pageLimits.certificates.value),
    whys: kept.whys.map(boundWhy),
    closed: closedOf(kept),
  };
}

function boundWhy(why: KeptWhy): KeptWhy {
  const most = pageLimits.textLength.value;
  return why.text.length <= most ? why : { ...why, text: `${why.text.slice(0, most)}\n...` };
}

function closedOf({ closed, history: { endpoint } }: Kept): readonly ShownAlert[] {
  return closed.slice(0, pageLimits.alertsShown.value).map((alert) => shownAlert(alert, endpoint));
}
