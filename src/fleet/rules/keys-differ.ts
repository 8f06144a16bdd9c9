/**
 * One address shows different chains for different hellos (a kind of key, a version, a device's whole offer) in a way that matters. That
 * the certificates differ is how it has to be, and so are their issuers, since CAs have one for each kind of key: what
 * counts is a refusal, another root, or an end that lies far from the other's.
 */
import { renderInstant } from "../../core/index.ts";
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

export const keysDiffer: Rule = {
  title: "Kinds of key or versions differ",
  authority:
    "RFC 8446 §4.4.2.2: the server chooses its certificate by what the client offers, so that each client can be shown another one.",
  check(situation) {
    const groups = groupsBy(situation.seen, ({ place, variant }) => `${place} ${variant.address ?? "-"}`);
    return firstConcern(groups, [findRefused, findApart], situation);
  },
};

function findRefused(group: readonly ShownFact[], situation: Situation): Concern | undefined {
  const refused = refusedBesideOthers(group, situation);
  if (refused === undefined) return undefined;
  const { first, all, said } = refused;
  return {
    ...base,
    severity: all.some(({ variant }) => variant.offer === "ordinary") ? "critical" : "warning",
    sentence: `${situation.endpoint.name} shows a chain that is refused at ${sayVariant(first.variant)}, and a good one to other clients at the same address.`,
    evidence: [said, saySeen(all)],
    remedy: "Install a good chain for every kind of key and every version that the server offers.",
  };
}

function findApart(
  group: readonly ShownFact[],
  { endpoint, facts, settings }: Situation,
): Concern | undefined {
  const trusted = group.filter(({ value }) => value.verdict.trusted);
  const roots = [...new Set(trusted.map(anchorOf))];
  if (trusted.length < 2 || (roots.length < 2 && endsApart(trusted) <= farApart)) return undefined;
  const since = Math.max(
    ...trusted.map((fact) =>
      sinceOf(fact, facts, (earlier) =>
        roots.length < 2
          ? earlier.value.chain[0] === fact.value.chain[0]
          : anchorOf(earlier) === anchorOf(fact),
      ),
    ),
  );
  const last = Math.max(...trusted.map(({ lastAt }) => lastAt));
  if (last - since < settings.rolloutMs) return undefined;
  return {
    ...base,
    severity: "notice",
    sentence:
      roots.length < 2
        ? `${endpoint.name} shows certificates whose ends lie far apart, by what a client offers.`
        : `${endpoint.name} shows chains under different roots, by what a client offers: ${roots.join(" and ")}.`,
    evidence: trusted.map(
      (fact) =>
        `${sayVariant(fact.variant)}: under ${anchorOf(fact)}, until ${renderInstant(fact.value.leaf.notAfterAt)}.`,
    ),
    remedy:
      "Look whether each kind of key is renewed, and give devices the root of the chain that their own hello is shown.",
  };
}

function anchorOf({ value: { verdict } }: ShownFact): string {
  return verdict.trusted ? verdict.anchor : "";
}

const base = { rule: "keys-differ", subject: "", sure: "certain" } as const;
