/** A bundle that was made ready for its device: that is done once, and serves for every endpoint. */
import {
  devices,
  type ReadyBundle,
  readyBundle,
  refuseAnchor,
  type StoreRoot,
  storeRoot,
} from "../../device/index.ts";
import type { TrustPorts } from "../../trust/index.ts";
import { type Certificate, fingerprint } from "../../x509/index.ts";
import type { WatchedBundle } from "../endpoint.ts";

/** What forecasts are made from beside the chains. */
export interface ForecastGround {
  /** Roots that are known: what a bundle can be given, and by which cross-signs are told. */
  readonly knownRoots: readonly Certificate[];
  /** Whether a root is in a public programme's store, by its SHA-256: the programmes' dates say nothing of others. */
  readonly isPublic: (sha256: string) => boolean;
}

/** A bundle as its device reads it: made once, used for every endpoint. */
export interface PreparedBundle {
  readonly bundle: WatchedBundle;
  readonly ready: ReadyBundle;
  /** Known roots that the device can hold and does not. */
  readonly further: readonly StoreRoot[];
}

/** Reads a bundle as its device does. */
export function prepareBundle(
  bundle: WatchedBundle,
  { knownRoots, isPublic }: ForecastGround,
  ports: TrustPorts,
): PreparedBundle {
  const profile = devices[bundle.device];
  const ready = readyBundle(
    { bundle: bundle.bundle, profile, fallback: profile, knownRoots, isPublic },
    ports,
  );
  const held = new Set(ready.anchors.map(({ spki }) => keyOf(spki.der, ports)));
  const [format] = ready.profile.formats;
  const further = knownRoots.flatMap((certificate): StoreRoot[] => {
    if (held.has(keyOf(certificate.spki.der, ports))) return [];
    if (refuseAnchor(ready.profile, format, certificate) !== undefined) return [];
    const id = fingerprint(certificate, ports.sha256);
    return [storeRoot(certificate, { fingerprint: id, isPublic: isPublic(id), store: "known" })];
  });
  return { bundle, ready, further };
}

function keyOf(spki: Uint8Array, { sha256 }: Pick<TrustPorts, "sha256">): string {
  return sha256(spki).join(",");
}
