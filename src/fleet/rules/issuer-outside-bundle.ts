/** The server's CA moved: the new chain leads to none of a bundle's CA certificates, and the one before did. */
import type { Concern } from "../alert.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { ShownFact } from "../history.ts";
import type { Situation } from "../situation.ts";
import { adviseAdding } from "./advise-adding.ts";
import type { Rule } from "./rule.ts";
import { saySeen } from "./wording.ts";

export const issuerOutsideBundle: Rule = {
  title: "The issuer changed to one outside a bundle",
  authority:
    "RFC 5280 §6.1.1 (d): a path ends at an anchor that is held. Which CA a server uses is its operator's choice, who does not know the devices.",
  check: (situation) =>
    situation.forecasts
      .filter((forecast) => hasLeftBundle(forecast, situation))
      .map((forecast) => explain(forecast, situation)),
};

/** Whether a refusal comes of a change of the issuer; once it was said, as long as the device refuses. */
export function hasLeftBundle(forecast: Forecast, situation: Situation): boolean {
  if (forecast.kind !== "refused") return false;
  const { alerts, before } = situation;
  if (alerts.some((alert) => alert.rule === "issuer-outside-bundle" && alert.subject === forecast.bundle))
    return true;
  const known = before.forecasts.find(({ bundle }) => bundle === forecast.bundle);
  const accepted = known !== undefined && known.kind !== "refused" && known.digest === forecast.digest;
  return accepted && newIssuers(situation).length > 0;
}

/** Chains whose issuer none of those had that stood before. */
function newIssuers({ seen, before }: Situation): readonly ShownFact[] {
  const known = new Set(before.seen.map(({ value }) => value.leaf.issuer));
  return known.size === 0 ? [] : seen.filter(({ value }) => !known.has(value.leaf.issuer));
}

function explain(forecast: Forecast, situation: Situation): Concern {
  const { before, alerts, endpoint } = situation;
  const open = alerts.find(
    ({ rule, subject }) => rule === "issuer-outside-bundle" && subject === forecast.bundle,
  );
  const moved = newIssuers(situation);
  const evidence = explainMove(moved, before.seen);
  const known = before.forecasts.find(({ bundle }) => bundle === forecast.bundle);
  return {
    rule: "issuer-outside-bundle",
    subject: forecast.bundle,
    severity: "critical",
    sentence:
      open?.sentence ?? `The CA of ${endpoint.name} changed to one outside a bundle. ${forecast.sentence}`,
    evidence: open?.evidence ?? [
      ...evidence,
      ...(known?.rootName === undefined ? [] : [`Before, the device relied on ${known.rootName}.`]),
    ],
    remedy: adviseAdding(forecast),
    sure: "certain",
  };
}

function explainMove(moved: readonly ShownFact[], before: readonly ShownFact[]): readonly string[] {
  const [first] = moved;
  if (first === undefined) return [];
  const [old] = before;
  return [
    `Its certificate is issued by ${first.value.leaf.issuer}${old === undefined ? "" : `, and was by ${old.value.leaf.issuer}`}.`,
    saySeen(moved),
  ];
}
