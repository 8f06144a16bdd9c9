/** Mutants of `fleet` that change nothing: what is asked for is so already, or both ways come to the same. */
import type { Accepted } from "./accepted.ts";

export const fleet: readonly Accepted[] = [
  {
    file: "rules/addresses-differ.ts",
    before: '[place, offer, version ?? "-", keyType ?? "-"].join(" "),',
    after: [
      '[place, offer, (version), keyType ?? "-"].join(" "),',
      '[place, offer, version ?? "-", (keyType)].join(" "),',
    ],
    why: "A key of groups: what is undefined is joined as nothing, which no version and no kind of key is called either.",
  },
  {
    file: "rules/addresses-differ.ts",
    before: "if (other === fact || other.value.leaf.notAfterAt <= fact.value.leaf.notAfterAt) continue;",
    after: ["if ((other.value.leaf.notAfterAt <= fact.value.leaf.notAfterAt)) continue;"],
    why: "A fact's own leaf ends when it ends: the other half passes it over.",
  },
  {
    file: "rules/addresses-differ.ts",
    before: "const apart = trusted.length > 1 && endsApart(trusted) > farApart;",
    after: [
      "const apart = (trusted.length >= 1) && endsApart(trusted) > farApart;",
      "const apart = (endsApart(trusted) > farApart);",
    ],
    why: "One alone ends at its own end, and none at no number: neither is more than a share.",
  },
  {
    file: "rules/unreachable.ts",
    before: 'if (mark.isWell || fact?.value.kind !== "failed" || isSaid(fact, situation)) return undefined;',
    after: ['if ((fact?.value.kind !== "failed" || isSaid(fact, situation))) return undefined;'],
    why: "A place is well whose last answer is not a failure: both are written by one visit.",
  },
  {
    file: "rules/variant-groups.ts",
    before: "for (let place = facts.length - 1; place >= 0; place--) {",
    after: ["for (let place = (facts.length + 1); place >= 0; place--) {"],
    why: "Behind the last fact there is none, and none is passed over.",
  },
  {
    file: "fleet/situation.ts",
    before: "for (let place = facts.length - 1; place >= 0; place--) {",
    after: ["for (let place = (facts.length + 1); place >= 0; place--) {"],
    why: "Behind the last fact there is none, and none is passed over.",
  },
  {
    file: "fleet/habit.ts",
    before: "return left >= habitual ? (life - left) / (life - habitual) : 2 - left / habitual;",
    after: ["return (left > habitual) ? (life - left) / (life - habitual) : 2 - left / habitual;"],
    why: "At the habitual moment both are 1.",
  },
  {
    file: "fleet/habit.ts",
    before: "for (const next of series.slice(1)) {",
    after: ["for (const next of series) {"],
    why: "The first leaf ends when it ends itself, and so does not follow itself.",
  },
];
