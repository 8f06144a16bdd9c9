/** `check --preset`: whether a bundle has the roots that a service announces, by their certificates or by their keys. */
import type { Bundle } from "../../bundle/index.ts";
import { equalBytes } from "../../core/index.ts";
import { presets, type PresetName } from "../../device/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { idOf } from "../devices/files/roots.ts";

/** What stands among the sites' remarks. */
export interface PresetRemark {
  readonly site: string;
  readonly urls: readonly [];
  readonly connects: "yes" | "no";
  /** A full sentence. */
  readonly says: string;
  readonly code: "announced-root-missing" | null;
  readonly end: undefined;
}

/** One remark for each service. `knownRoots` has the certificates of roots, for bundles that hold keys alone. */
export function remarkOnPreset(
  name: PresetName,
  { entries }: Bundle,
  knownRoots: readonly Certificate[],
): PresetRemark {
  const { title, roots, readOn } = presets[name];
  const missing = roots.filter(({ fingerprint }) => {
    const known = knownRoots.find((root) => idOf(root) === fingerprint);
    return !entries.some((entry) => {
      if (entry.kind === "certificate") return idOf(entry.certificate) === fingerprint;
      return (
        entry.kind === "name-and-key" && known !== undefined && equalBytes(entry.key.der, known.spki.der)
      );
    });
  });
  const announces = `${title} announces ${roots.length} roots (read on ${readOn})`;
  const common = { site: title, urls: [], end: undefined } as const;
  if (missing.length === 0)
    return { ...common, connects: "yes", says: `${announces}, and the bundle has them all.`, code: null };
  const names = missing.map((root) => `${root.name} (sha256 ${root.fingerprint})`).join(", ");
  const says = `${announces}, and the bundle lacks ${missing.length === roots.length ? "all of them" : names}: a server under one that it lacks is not met.`;
  return { ...common, connects: "no", says, code: "announced-root-missing" };
}
