/** How the sentences of rules write days, lengths of time, and the connections by which a chain was shown. */
import { renderInstant, renderList, renderSpan, versionNames } from "../../core/index.ts";
import type { ShownFact } from "../history.ts";
import type { Variant } from "../visit.ts";

/** `2026-12-24` */
export function sayDay(at: number): string {
  return renderInstant(at).slice(0, 10);
}

/** `in 9 days`, `9 days ago` */
export function sayWhen(at: number, now: number): string {
  return at >= now ? `in ${renderSpan(at - now)}` : `${renderSpan(now - at)} ago`;
}

/** `25 %`, rounded down: what is left is not said to be more than it is. */
export function saySharePercent(share: number): string {
  return `${Math.max(0, Math.floor(share * 100))} %`;
}

/** `203.0.113.7, to Mongoose OS 2.x's hello, with RSA keys over TLS 1.2` */
export function sayVariant({ address, offer, version, keyType }: Variant): string {
  const parts = [
    address ?? "",
    offer === "ordinary" ? "" : `to the hello of ${offer}`,
    keyType === undefined ? "" : `with ${keyType} keys`,
    version === undefined ? "" : `over ${versionNames[version]}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "an ordinary connection" : parts.join(" ");
}

/** Where chains were seen, and when last: one full sentence of evidence. */
export function saySeen(facts: readonly ShownFact[]): string {
  const where = [
    ...new Set(facts.map(({ place, variant }) => `${sayVariant(variant)} (visited from ${place})`)),
  ];
  const lastAt = Math.max(...facts.map((fact) => fact.lastAt));
  return `It was last seen on ${renderInstant(lastAt)}, at ${renderList(where)}.`;
}
