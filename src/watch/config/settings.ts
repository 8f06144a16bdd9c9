/** What a configuration says of rules, as the settings of the fleet's decisions; what it leaves out keeps its default. */
import { defaultSettings, type FleetSettings, severities } from "../../fleet/index.ts";
import { parseShare, parseSpan } from "./duration.ts";
import type { Config } from "./schema.ts";

export function settingsOf({ every, rules = {} }: Pick<Config, "every" | "rules">): FleetSettings {
  const { lifeLeft = {}, bundleLead = {}, repeat = {} } = rules;
  const usual = defaultSettings;
  const { failuresInARow = usual.failuresInARow, placesUnreachable = usual.placesUnreachable } = rules;
  return {
    ...usual,
    everyMs: spanOr(every, usual.everyMs),
    lifeLeft: {
      warning: shareOr(lifeLeft.warning, usual.lifeLeft.warning),
      critical: shareOr(lifeLeft.critical, usual.lifeLeft.critical),
    },
    bundleLeadMs: {
      warning: spanOr(bundleLead.warning, usual.bundleLeadMs.warning),
      critical: spanOr(bundleLead.critical, usual.bundleLeadMs.critical),
    },
    failuresInARow,
    placesUnreachable,
    repeatMs: Object.fromEntries(
      severities.map((severity) => [severity, spanOr(repeat[severity], usual.repeatMs[severity])]),
    ) as FleetSettings["repeatMs"],
  };
}

/** Milliseconds. What the schema let through can be read. */
export function spanOr(text: string | undefined, usual: number): number {
  return (text === undefined ? undefined : parseSpan(text)) ?? usual;
}

function shareOr(text: string | undefined, usual: number): number {
  return (text === undefined ? undefined : parseShare(text)) ?? usual;
}
