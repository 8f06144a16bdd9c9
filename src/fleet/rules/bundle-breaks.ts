/** A bundle breaks at the endpoint: its devices do not connect now, or will not within the time that updating them takes. */
import { renderSpan } from "../../core/index.ts";
import type { Alert, Concern, Severity } from "../alert.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { Situation } from "../situation.ts";
import { adviseAdding } from "./advise-adding.ts";
import { hasLeftBundle } from "./issuer-outside-bundle.ts";
import { codeOf } from "./refused-chain.ts";
import type { Rule } from "./rule.ts";

export const bundleBreaks: Rule = {
  title: "A bundle breaks",
  authority:
    "The device's own profile and the dates of certificates (RFC 5280 §4.1.2.5) and of root programmes decide the day. How long before is our policy: devices in the field take months to update.",
  check: (situation) =>
    situation.forecasts.flatMap((forecast): readonly Concern[] => {
      const severity = severityOf(forecast, situation);
      return severity === undefined ? [] : [explain(forecast, severity, situation)];
    }),
};

function severityOf(forecast: Forecast, situation: Situation): Severity | undefined {
  const { now, settings } = situation;
  if (forecast.kind === "refused") return severityOfRefusal(forecast, situation);
  const { breaksAt, sure } = forecast;
  if (breaksAt === undefined || (sure === "likely" && !settings.likely)) return undefined;
  const left = breaksAt - now;
  if (left < settings.bundleLeadMs.critical) return sure === "certain" ? "critical" : "warning";
  if (left >= settings.bundleLeadMs.warning) return undefined;
  return sure === "certain" ? "warning" : "notice";
}

/** What never connected is a matter of set-up; what did and no longer does is a break. */
function severityOfRefusal(forecast: Forecast, situation: Situation): Severity | undefined {
  if (isFaultOfChain(forecast, situation) || hasLeftBundle(forecast, situation)) return undefined;
  const { before, alerts } = situation;
  const open = alerts.find((alert) => isOf(alert, forecast));
  const known = before.forecasts.find(({ bundle }) => bundle === forecast.bundle);
  const did = known !== undefined && known.kind !== "refused";
  return did || open?.severity === "critical" ? "critical" : "warning";
}

function isOf({ rule, subject }: Alert, { bundle }: Forecast): boolean {
  return rule === "bundle-breaks" && subject === bundle;
}

/** What is wrong with a chain whoever looks at it is said once, and not again for each bundle. */
function isFaultOfChain({ chains }: Forecast, { seen }: Situation): boolean {
  return seen.some((fact) => {
    const code = codeOf(fact);
    return code !== undefined && faultsOfChain.includes(code) && chains.includes(fact.value.chain.join(" "));
  });
}

const faultsOfChain: readonly string[] = [
  "expired",
  "not-yet-valid",
  "missing-intermediate",
  "wrong-host",
  "no-names",
  "bad-signature",
  "revoked",
];

function explain(forecast: Forecast, severity: Severity, { now }: Situation): Concern {
  const { bundle, breaksAt, kind, sentence, sure, rootName, root } = forecast;
  const left =
    kind === "refused" || breaksAt === undefined || breaksAt <= now
      ? ""
      : ` That is in ${renderSpan(breaksAt - now)}.`;
  return {
    rule: "bundle-breaks",
    subject: bundle,
    severity,
    dueAt: kind === "refused" ? undefined : breaksAt,
    sentence: `${sentence}${left}`,
    evidence: [
      ...(rootName === undefined
        ? []
        : [`The device relies on ${rootName} there (SHA-256 ${root ?? "unknown"}).`]),
      `This was worked out by the profile of ${forecast.device} over the chains that the endpoint shows.`,
    ],
    remedy: adviseAdding(forecast),
    sure,
  };
}
