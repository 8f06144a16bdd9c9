/** The roots that a device may be given, and which of them public programmes speak of. */
import type { Environment } from "../../../client/index.ts";
import { storeRoot, type StoreRoot } from "../../../device/index.ts";
import { openRoots, type RootSource, trustPorts } from "../../../admission/index.ts";
import type { ForecastGround } from "../../../fleet/index.ts";
import { type Certificate, fingerprint } from "../../../x509/index.ts";

/** The roots of these stores, each once. */
export function openStoreRoots(sources: readonly RootSource[], env: Environment): readonly StoreRoot[] {
  const roots = new Map<string, StoreRoot>();
  for (const { certificate, origin } of openRoots(sources, env).roots) {
    const id = idOf(certificate);
    if (roots.has(id)) continue;
    roots.set(
      id,
      storeRoot(certificate, { fingerprint: id, isPublic: isPublicRoot(id), store: origin.store }),
    );
  }
  return [...roots.values()];
}

/** SHA-256 of a certificate, lower-case hexadecimal. */
export function idOf(certificate: Certificate): string {
  return fingerprint(certificate, trustPorts.sha256);
}

/** Whether a certificate, by `idOf`, is one of Mozilla's roots as Node carries them. */
export function isPublicRoot(id: string): boolean {
  publicRoots ??= new Set(mozillaRoots().map(idOf));
  return publicRoots.has(id);
}

let publicRoots: ReadonlySet<string> | undefined;

/** What forecasts are made from: Mozilla's roots beside what devices hold, and which roots its programme speaks of. */
export function forecastGround(): ForecastGround {
  return { knownRoots: mozillaRoots(), isPublic: isPublicRoot };
}

/** Mozilla's roots as Node carries them. */
export function mozillaRoots(): readonly Certificate[] {
  return openRoots("mozilla", {}).roots.map(({ certificate }) => certificate);
}
