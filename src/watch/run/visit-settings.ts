/** How visits are made, by a configuration. */
import type { WatchedBundle, WatchedEndpoint } from "../../fleet/index.ts";
import type { Config } from "../config/schema.ts";
import { spanOr } from "../config/settings.ts";
import { proxyOf, type VisitSettings } from "../visit/index.ts";
import { runLimits } from "./limits.ts";
import type { RunPorts } from "./ports.ts";

export interface VisitSources {
  readonly place: string;
  /** Their devices greet endpoints as well. */
  readonly bundles: readonly WatchedBundle[];
}

/** Whether the endpoints can be reached as configured: by a proxy that is one. @throws HttpsError `proxy-url-invalid` */
export function checkWay(
  config: Parameters<typeof visitSettings>[0],
  {
    endpoints,
    bundles,
  }: { readonly endpoints: readonly WatchedEndpoint[]; readonly bundles: readonly WatchedBundle[] },
  ports: Parameters<typeof visitSettings>[2],
): void {
  const [first] = endpoints;
  if (first !== undefined) proxyOf(first, visitSettings(config, { place: "", bundles }, ports));
}

export function visitSettings(
  { resolve, proxy, maxTime, contact }: Pick<Config, "resolve" | "proxy" | "maxTime" | "contact">,
  { place, bundles }: VisitSources,
  { policy, environment }: Pick<RunPorts, "policy" | "environment">,
): VisitSettings {
  return {
    policy,
    place,
    devices: [...new Set(bundles.map(({ device }) => device))],
    addressRules: { resolve, lookup: undefined, family: undefined },
    proxy,
    environment,
    totalMs: spanOr(maxTime, runLimits.visitMs.value),
    contact,
  };
}
