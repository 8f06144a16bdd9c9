/** What each entry of a bundle is called among the others. */
import { renderHex } from "../core/index.ts";
import { type Name, namesApart, type Sha256, type SubjectPublicKeyInfo } from "../x509/index.ts";
import type { BundleEntry } from "./bundle.ts";

/** An entry that says whose key it is. */
export type ReadableEntry = Exclude<BundleEntry, { kind: "unreadable" }>;

export function isReadable(entry: BundleEntry): entry is ReadableEntry {
  return entry.kind !== "unreadable";
}

export function subjectOf(entry: ReadableEntry): Name {
  return entry.kind === "certificate" ? entry.certificate.subject : entry.subject;
}

export function keyOf(entry: ReadableEntry): SubjectPublicKeyInfo {
  return entry.kind === "certificate" ? entry.certificate.spki : entry.key;
}

/** Names that tell the entries apart. */
export function namesOfEntries(
  entries: readonly ReadableEntry[],
  sha256: Sha256,
): ReadonlyMap<ReadableEntry, string> {
  const names = namesApart(
    entries.map((entry) => ({ subject: subjectOf(entry), keyId: keyIdOf(entry, sha256) })),
  );
  return new Map(entries.map((entry, i) => [entry, names[i] ?? ""]));
}

/** As the certificate says, else of the key. */
function keyIdOf(entry: ReadableEntry, sha256: Sha256): string {
  const own =
    entry.kind === "certificate" ? entry.certificate.extensions.value("subjectKeyIdentifier") : undefined;
  return own ?? renderHex(sha256(keyOf(entry).der));
}
