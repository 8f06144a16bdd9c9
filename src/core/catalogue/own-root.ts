/** What is said of a root of this client's that is out of its dates: not the server has to act, but whoever keeps the root. */
import type { Fault } from "./entry.ts";
import { bracketed, type SettingNames } from "./setting-names.ts";

/** Where a trusted certificate came from. */
export interface OwnRoot {
  /** For people: `ca.pem, line 12`. */
  readonly place: string;
  /** Whether the caller gave it; otherwise it is of the system's store or of the one that Node carries. */
  readonly isCallers: boolean;
}

export function faultOfRoot({ isCallers }: OwnRoot): Fault {
  return isCallers ? "caller" : "local";
}

/** What to replace by what: a sentence. */
export function adviseReplacing(
  { subject, ownRoot }: { readonly subject: string; readonly ownRoot: OwnRoot },
  { root }: SettingNames,
): string {
  const { place, isCallers } = ownRoot;
  return isCallers
    ? `Replace the root "${subject}" in your CA file${bracketed(root)} by the CA's current one: it is from ${place}, and the server has no part in it.`
    : `The root "${subject}" is from ${place}: update that, or give the CA's current one${bracketed(root)}. The server has no part in it.`;
}
