/**
 * The forecasts of an endpoint after a visit. Made anew where the chains, a bundle's digest or the day changed, for that is dear;
 * the rest goes on. What the visit did not look at it does not replace: the chains that another place sees, and those
 * that are shown to a device's own hello, which is not offered each time.
 */
import type { TrustPorts } from "../../trust/index.ts";
import type { WatchedEndpoint } from "../endpoint.ts";
import type { ShownFact } from "../history.ts";
import type { Visit } from "../visit.ts";
import type { Forecast } from "./forecast.ts";
import { forecastFor, type SeenChain } from "./forecast-for.ts";
import type { PreparedBundle } from "./prepared-bundle.ts";

export interface RenewRequest {
  readonly endpoint: WatchedEndpoint;
  readonly known: readonly Forecast[];
  readonly visit: Visit;
  readonly bundles: readonly PreparedBundle[];
  /** Every chain that stands or is held, this visit's among them. */
  readonly standing: readonly ShownFact[];
  readonly now: number;
}

export function renewForecasts(request: RenewRequest, ports: TrustPorts): readonly Forecast[] {
  return request.bundles.flatMap((bundle) => renewForecast(bundle, request, ports) ?? []);
}

function renewForecast(
  prepared: PreparedBundle,
  request: RenewRequest,
  ports: TrustPorts,
): Forecast | undefined {
  const { endpoint, visit, standing, now } = request;
  const { bundle } = prepared;
  const known = request.known.find(({ bundle: id, digest }) => id === bundle.id && digest === bundle.digest);
  const offer = offerFor(bundle.device, standing);
  const chains = chainsOf(visit, offer);
  // Nothing was looked at that the device is shown.
  if (chains.length === 0) return known;
  const keys = new Set(chains.map(keyOf));
  if (known !== undefined && holdsStill(known, keys, now)) return known;
  const made = forecastFor(
    { endpoint, bundle: prepared, chains: chains.map((chain) => readChain(chain, visit)), at: now },
    ports,
  );
  return known !== undefined && isSeenElsewhere(known, { keys, standing }) && breaksFirst(known, made)
    ? known
    : (made ?? known);
}

interface ShownChain {
  readonly offer: string;
  readonly chain: readonly string[];
}

/** The device's own hello where it was ever offered, otherwise the ordinary one. */
function offerFor(device: string, standing: readonly ShownFact[]): string {
  return standing.some(({ variant }) => variant.offer === device) ? device : "ordinary";
}

/** Each once. */
function chainsOf({ showings, certificates }: Visit, offer: string): readonly ShownChain[] {
  const chains = new Map<string, ShownChain>();
  for (const { variant, shown } of showings) {
    if (variant.offer !== offer || !certificates.has(shown.chain[0] ?? "")) continue;
    const one = { offer, chain: shown.chain };
    chains.set(keyOf(one), one);
  }
  return [...chains.values()];
}

/** As `Forecast.chains` writes them. */
function keyOf({ chain }: Pick<ShownChain, "chain">): string {
  return chain.join(" ");
}

function readChain({ chain, offer }: ShownChain, { certificates }: Visit): SeenChain {
  return { offer, chain: chain.flatMap((sha256) => certificates.get(sha256) ?? []) };
}

function holdsStill(
  { chains, madeAt, breaksAt, kind }: Forecast,
  keys: ReadonlySet<string>,
  now: number,
): boolean {
  if (dayOf(madeAt) !== dayOf(now)) return false;
  if (kind !== "refused" && breaksAt !== undefined && breaksAt < now) return false;
  return new Set(chains).size === keys.size && chains.every((chain) => keys.has(chain));
}

function dayOf(at: number): number {
  return Math.floor(at / 86_400_000);
}

function isSeenElsewhere(
  { chains }: Forecast,
  { keys, standing }: { readonly keys: ReadonlySet<string>; readonly standing: readonly ShownFact[] },
): boolean {
  const others = new Set(standing.map(({ value }) => keyOf(value)));
  return chains.some((chain) => !keys.has(chain) && others.has(chain));
}

function breaksFirst(known: Forecast, made: Forecast | undefined): boolean {
  return (known.breaksAt ?? Infinity) < (made?.breaksAt ?? Infinity);
}
