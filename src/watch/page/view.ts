/**
 * What a page says, before it is HTML or JSON: both are made from the same value, so that neither says more than the
 * other. Of an endpoint only what may be shown goes into it; its path and its query never do.
 */
import type { Alert, BreakKind, Forecast, WatchedBundle, WatchedEndpoint } from "../../fleet/index.ts";
import { devices } from "../../device/index.ts";
import { isMoment } from "./parts/when.ts";

/** Grows by one when a field goes or changes its meaning; new fields leave it as it is. */
const twinSchema = 1;

export interface ShownEndpoint {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

export function shownEndpoint({ id, name, tags }: WatchedEndpoint): ShownEndpoint {
  return { id, name, tags };
}

export interface ShownBundle {
  readonly id: string;
  readonly label: string;
  readonly device: string;
  readonly deviceTitle: string;
}

export function shownBundle({ id, label, device }: WatchedBundle): ShownBundle {
  return { id, label, device, deviceTitle: devices[device].title };
}

/** One forecast, in the words of its page. */
export interface ShownForecast {
  readonly endpoint: ShownEndpoint;
  readonly bundle: ShownBundle;
  readonly kind: BreakKind;
  readonly breaksAt: number | undefined;
  readonly sure: Forecast["sure"];
  readonly root: string | undefined;
  readonly rootName: string | undefined;
  readonly sentence: string;
  readonly add: Forecast["add"];
}

export function shownForecast(
  endpoint: WatchedEndpoint,
  forecast: Forecast,
  bundles: readonly WatchedBundle[],
): ShownForecast {
  const { bundle, device, kind, breaksAt, sure, root, rootName, sentence, add } = forecast;
  const found = bundles.find(({ id }) => id === bundle);
  return {
    endpoint: shownEndpoint(endpoint),
    bundle:
      found === undefined
        ? {
            id: bundle,
            label: "a bundle that is no longer listed",
            device,
            deviceTitle: devices[device].title,
          }
        : shownBundle(found),
    kind,
    breaksAt,
    sure,
    root,
    rootName,
    sentence,
    add,
  };
}

export type ShownAlert = Omit<Alert, "endpoint"> & { readonly endpoint: ShownEndpoint };

export function shownAlert(alert: Alert, endpoint: WatchedEndpoint): ShownAlert {
  return { ...alert, endpoint: shownEndpoint(endpoint) };
}

/** The page's JSON: moments (`...At`) as ISO 8601, what is not known as null. */
export function renderTwin(page: string, now: number, view: object): string {
  const text = JSON.stringify({ schema: twinSchema, page, madeAt: now, ...view }, (key, value: unknown) => {
    if (value === undefined) return null;
    if (typeof value === "number" && key.endsWith("At")) {
      return isMoment(value) ? new Date(value).toISOString() : null;
    }
    return value;
  });
  return `${text}\n`;
}
