/** What else is wrong with a certificate whose issuer is not known: the root alone would not be enough then. */
import { renderInstant } from "../../core/index.ts";
import { namesPeer, peerNameOf } from "../../trust/index.ts";
import type { TrustSeen } from "../observation.ts";

/** Each as words that finish a sentence. */
export function faultsBeside({ chain, at, name }: TrustSeen): readonly string[] {
  const leaf = chain[0]?.certificate;
  if (leaf === undefined) return [];
  const faults: string[] = [];
  if (leaf.notAfterAt < at) faults.push(`it expired on ${renderInstant(leaf.notAfterAt)}`);
  if (leaf.notBeforeAt > at) faults.push(`it is not valid before ${renderInstant(leaf.notBeforeAt)}`);
  if (!namesPeer(leaf, peerNameOf(name))) faults.push(`it does not name "${name}"`);
  return faults;
}
