/**
 * The life of alerts. One for each endpoint, rule and subject: it opens when a rule says something, is told again when it
 * becomes worse and by a policy, and closes by itself when the rule no longer says it.
 *
 * What was not looked at is not over. And what goes up and down is told when it is worse than ever in that life, not each time.
 */
import { type Alert, type AlertChange, type Concern, severities, type Severity } from "./alert.ts";
import type { FleetSettings } from "./settings.ts";

export interface AlertsRequest {
  /** `WatchedEndpoint.id` */
  readonly endpoint: string;
  /** Those that are open. */
  readonly open: readonly Alert[];
  /** What the rules say. */
  readonly concerns: readonly Concern[];
  /** Whether what an alert is about was not looked at this time, and so is not over. */
  readonly isHeld: (alert: Alert) => boolean;
  readonly settings: Pick<FleetSettings, "repeatMs">;
  readonly now: number;
}

export interface AlertsDecision {
  /** Those that changed, and are to be written. */
  readonly written: readonly Alert[];
  /** Those that are open from now on. */
  readonly open: readonly Alert[];
  readonly changes: readonly AlertChange[];
}

export function reviseAlerts(request: AlertsRequest): AlertsDecision {
  const { endpoint, open, concerns, isHeld, settings, now } = request;
  const written: Alert[] = [];
  const stillOpen: Alert[] = [];
  const changes: AlertChange[] = [];
  const tell = (kind: AlertChange["kind"], alert: Alert): void => void changes.push({ kind, alert });
  for (const alert of open) {
    const concern = concerns.find((one) => isSameMatter(one, alert));
    if (concern !== undefined) {
      const revised = revise(alert, concern, { settings, now });
      stillOpen.push(revised.alert);
      if (revised.kind !== undefined) tell(revised.kind, revised.alert);
      if (revised.alert !== alert) written.push(revised.alert);
    } else if (isHeld(alert)) stillOpen.push(alert);
    else {
      const closed = { ...alert, closedAt: now };
      written.push(closed);
      tell("closed", closed);
    }
  }
  for (const concern of concerns) {
    if (open.some((alert) => isSameMatter(alert, concern))) continue;
    const alert = openAlert(endpoint, concern, now);
    written.push(alert);
    stillOpen.push(alert);
    tell("opened", alert);
  }
  return { written, open: stillOpen, changes };
}

export function isSameMatter(
  one: Pick<Concern, "rule" | "subject">,
  other: Pick<Concern, "rule" | "subject">,
): boolean {
  return one.rule === other.rule && one.subject === other.subject;
}

function openAlert(endpoint: string, concern: Concern, now: number): Alert {
  const id = [endpoint, concern.rule, concern.subject, String(now)].join(" ");
  return { ...concern, endpoint, id, openedAt: now, toldAt: now, times: 1, worst: concern.severity };
}

interface Policy {
  readonly settings: Pick<FleetSettings, "repeatMs">;
  readonly now: number;
}

function revise(
  alert: Alert,
  concern: Concern,
  { settings, now }: Policy,
): { readonly alert: Alert; readonly kind: "worse" | "repeated" | undefined } {
  const worst = alert.worst ?? alert.severity;
  const isWorse =
    rank(concern.severity) > rank(worst) || isMuchNearer({ before: alert.dueAt, after: concern.dueAt }, now);
  const isTime = now - alert.toldAt >= settings.repeatMs[concern.severity];
  if (isWorse || isTime) {
    const told = rank(concern.severity) > rank(worst) ? concern.severity : worst;
    return {
      alert: { ...alert, ...concern, dueAt: concern.dueAt, worst: told, toldAt: now, times: alert.times + 1 },
      kind: isWorse ? "worse" : "repeated",
    };
  }
  const isSame =
    alert.sentence === concern.sentence &&
    alert.severity === concern.severity &&
    alert.dueAt === concern.dueAt;
  return { alert: isSame ? alert : { ...alert, ...concern, dueAt: concern.dueAt }, kind: undefined };
}

/** Half of the time that there was until then is gone at one blow: a day that comes nearer by itself is not worse. */
function isMuchNearer(
  { before, after }: { readonly before: number | undefined; readonly after: number | undefined },
  now: number,
): boolean {
  return before !== undefined && after !== undefined && before > now && after - now < (before - now) / 2;
}

export function rank(severity: Severity): number {
  return severities.indexOf(severity);
}
