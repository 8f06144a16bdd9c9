/**
 * The addresses of an endpoint show different chains in a way that matters: one is refused and another is not, one still shows what
 * the others have replaced, or they differ in issuer or end for good.
 *
 * A new certificate is put on one address after the other, so that nothing is said of that until it stays. Addresses that each renew on
 * their own were never alike: that is worth a notice, and no more.
 */
import { renderInstant, renderSpan } from "../../core/index.ts";
import type { Concern } from "../alert.ts";
import type { ShownFact } from "../history.ts";
import type { Situation } from "../situation.ts";
import type { Rule } from "./rule.ts";
import {
  endsApart,
  farApart,
  firstConcern,
  groupsBy,
  refusedBesideOthers,
  sinceOf,
} from "./variant-groups.ts";
import { saySeen, sayVariant } from "./wording.ts";

export const addressesDiffer: Rule = {
  title: "Addresses of the endpoint differ",
  authority:
    "RFC 8305 §4: a client takes whichever address answers first, so each has to show a chain that holds. How long a roll-out may take is our policy.",
  check(situation) {
    const groups = groupsBy(situation.seen, ({ place, variant: { offer, version, keyType } }) =>
      [place, offer, version ?? "-", keyType ?? "-"].join(" "),
    );
    return firstConcern(groups, [findRefused, findForgotten, findApart], situation);
  },
};

function findRefused(group: readonly ShownFact[], situation: Situation): Concern | undefined {
  const refused = refusedBesideOthers(group, situation);
  if (refused === undefined) return undefined;
  const { first, all, said } = refused;
  return {
    ...base,
    severity: "critical",
    sentence: `${situation.endpoint.name} shows a chain at ${sayVariant(first.variant)} that is refused, and good ones at its other addresses.`,
    evidence: [said, saySeen(all)],
    remedy: "Install on that address what the others have, or take it out of DNS until it has it.",
  };
}

/** An address that still shows a certificate which another one showed as well and has replaced. */
function findForgotten(group: readonly ShownFact[], situation: Situation): Concern | undefined {
  const { endpoint, facts, settings } = situation;
  for (const fact of group) {
    const [leaf] = fact.value.chain;
    for (const other of group) {
      if (other === fact || other.value.leaf.notAfterAt <= fact.value.leaf.notAfterAt) continue;
      const since = sinceOf(other, facts, ({ value }) => value.chain[0] !== leaf);
      if (fact.lastAt - since < settings.rolloutMs || !hasShown(other, leaf, situation)) continue;
      return {
        ...base,
        severity: "warning",
        dueAt: fact.value.leaf.notAfterAt,
        sentence: `${endpoint.name} still shows the old certificate at ${sayVariant(fact.variant)}, which ends on ${renderInstant(fact.value.leaf.notAfterAt)}; ${sayVariant(other.variant)} has shown the next one for ${renderSpan(fact.lastAt - since)}.`,
        evidence: [
          `Both addresses have shown the old certificate (SHA-256 ${leaf ?? "unknown"}); the new one was first seen on ${renderInstant(since)}.`,
          saySeen([fact]),
        ],
        remedy: "Install the new certificate on that address too, and reload what serves it there.",
      };
    }
  }
  return undefined;
}

function hasShown(other: ShownFact, leaf: string | undefined, { facts }: Situation): boolean {
  return facts.some(
    (fact) =>
      fact.about === "shown" &&
      fact.value.chain[0] === leaf &&
      fact.place === other.place &&
      fact.variant.address === other.variant.address,
  );
}

function findApart(
  group: readonly ShownFact[],
  { endpoint, facts, settings }: Situation,
): Concern | undefined {
  const trusted = group.filter(({ value }) => value.verdict.trusted);
  const issuers = [...new Set(trusted.map(({ value }) => value.leaf.issuer))];
  const apart = trusted.length > 1 && endsApart(trusted) > farApart;
  if (issuers.length < 2 && !apart) return undefined;
  const since = Math.max(
    ...trusted.map((fact) =>
      sinceOf(fact, facts, ({ value }) =>
        issuers.length < 2
          ? value.chain[0] === fact.value.chain[0]
          : value.leaf.issuer === fact.value.leaf.issuer,
      ),
    ),
  );
  const last = Math.max(...trusted.map(({ lastAt }) => lastAt));
  if (last - since < settings.rolloutMs) return undefined;
  return {
    ...base,
    severity: "notice",
    sentence:
      issuers.length < 2
        ? `The addresses of ${endpoint.name} show certificates whose ends lie far apart.`
        : `The addresses of ${endpoint.name} show certificates of different issuers: ${issuers.join(" and ")}.`,
    evidence: trusted.map(
      ({ variant, value: { leaf } }) =>
        `${sayVariant(variant)}: issued by ${leaf.issuer}, until ${renderInstant(leaf.notAfterAt)}.`,
    ),
    remedy:
      "If it is meant so, a bundle has to hold the roots of all of them; if it is not, install the same on each address.",
  };
}

const base = { rule: "addresses-differ", subject: "", sure: "certain" } as const;
