/** By which connection an endpoint shows which chain: one row for each address, family, hello, version and kind of key. */
import {
  type Fact,
  type ShownFact,
  type ShownVerdict,
  subjectOf,
  type Variant,
  variantKey,
} from "../../../fleet/index.ts";
import type { ShownChain } from "../draw/forest.ts";

export interface VariantRow {
  readonly place: string;
  readonly address: string | undefined;
  readonly family: "IPv4" | "IPv6" | undefined;
  /** `ordinary`, or the device whose hello was offered. */
  readonly offer: string;
  readonly version: string | undefined;
  readonly keyType: string | undefined;
  /** SHA-256 of the server's own certificate, and how many were sent. */
  readonly leaf: string | undefined;
  readonly sent: number;
  readonly issuer: string;
  readonly leafEndAt: number;
  readonly verdict: ShownVerdict;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** What each subject shows now, those seen last first. */
export function newestShown(facts: readonly Fact[]): readonly ShownFact[] {
  const newest = new Map<string, ShownFact>();
  for (const fact of facts) {
    if (fact.about !== "shown") continue;
    const subject = subjectOf(fact);
    const before = newest.get(subject);
    if (before === undefined || before.firstAt <= fact.firstAt) newest.set(subject, fact);
  }
  return [...newest.values()].toSorted(
    (a, b) => b.lastAt - a.lastAt || variantKey(a.variant).localeCompare(variantKey(b.variant)),
  );
}

export function readVariants(facts: readonly ShownFact[]): readonly VariantRow[] {
  return facts.map(({ place, variant, value, firstAt, lastAt }) => ({
    place,
    address: variant.address,
    family: variant.address === undefined ? undefined : variant.address.includes(":") ? "IPv6" : "IPv4",
    offer: variant.offer,
    version: variant.version,
    keyType: variant.keyType,
    leaf: value.chain[0],
    sent: value.chain.length,
    issuer: value.leaf.issuer,
    leafEndAt: value.leaf.notAfterAt,
    verdict: value.verdict,
    firstAt,
    lastAt,
  }));
}

export function chainsOf(facts: readonly ShownFact[]): readonly ShownChain[] {
  return facts.map(({ variant, value }) => ({
    chain: value.chain,
    verdict: value.verdict,
    variant: describeVariant(variant),
  }));
}

/** For people: `203.0.113.7, TLSv1.2, RSA`. */
export function describeVariant({ address, offer, version, keyType }: Variant): string {
  const parts = [address ?? "by a proxy", offer === "ordinary" ? undefined : `as ${offer}`, version, keyType];
  return parts.filter((part) => part !== undefined).join(", ");
}
