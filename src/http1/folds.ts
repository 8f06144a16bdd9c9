/**
 * Folded values: RFC 9112 §5.2 (obs-fold) has a client put spaces for each fold. As many as the fold had octets, so
 * that what was marked behind it stays where it was.
 */
import { SP, type DecodeLatin1 } from "./octets.ts";

/** The text of a section whose folds lie, counted from its first octet, between the places of each pair. */
export function decodeUnfolded(section: Uint8Array, folds: readonly number[], decode: DecodeLatin1): string {
  const unfolded = new Uint8Array(section); // Not `slice`: a Buffer's copies nothing.
  for (let i = 0; i < folds.length; i += 2) unfolded.fill(SP, folds[i], folds[i + 1]);
  return decode(unfolded, 0, unfolded.length);
}
