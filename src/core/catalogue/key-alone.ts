/** The way to exactly one server where no path can be: its key, pinned, with nobody else to vouch for it. */
import { bracketed, type SettingNames } from "./setting-names.ts";

/** A sentence that begins with `when`. Where no key can be pinned, the way is a CA of one's own. */
export function adviseKeyAlone(when: string, names: SettingNames): string {
  return names.keyAlone === undefined
    ? `${when}, issue its certificate from a CA of your own, and give that CA's certificate as a root${bracketed(names.root)}.`
    : `${when}, pin its key, which meerkat inspect shows, and say why that is enough: ${names.keyAlone}.`;
}
