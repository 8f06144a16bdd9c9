/**
 * Tells Alertmanager (API v2, `POST /api/v2/alerts`). It knows an alert by its labels, groups, silences and routes it, and
 * forgets it unless it is told again. So open alerts are told again and again, each with the moment until which it holds, and
 * those that closed for a while after, with the moment at which they did.
 *
 * Q: Several Alertmanagers? A: each is told, as they do not tell each other of alerts. One that took it is enough for a
 * telling; the others have it at the next reminder.
 * Q: The severity is a label, because people route by it, and it changes. A: the alert under the other severities is ended
 * with the same request; Alertmanager sends nothing for an alert that it never knew as open.
 */
import type { Client } from "../../client/index.ts";
import { type Alert, severities, type Severity } from "../../fleet/index.ts";
import type { AlertRow } from "../store/port.ts";
import type { Channel, LinkTo, Outcome } from "./channel.ts";
import { checkReceiver, post } from "./http-receiver.ts";
import { tellLimits } from "../limits.ts";
import { renderDate } from "./message.ts";
import type { Secret } from "./secret.ts";

export interface AlertmanagerOptions {
  readonly name: string;
  readonly client: Client;
  /** Where each of them has its API: `https://alerts.example` or with a prefix. */
  readonly urls: readonly string[];
  /** Sent as `Authorization: Bearer ...`. */
  readonly token?: Secret | undefined;
  readonly linkTo: LinkTo;
  readonly clock: () => number;
}

/** As Alertmanager's `postableAlert`. */
interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

export function alertmanager(options: AlertmanagerOptions): Channel {
  const { name, client, token, linkTo, clock } = options;
  const addresses = options.urls.map((url) => `${checkReceiver(url).href.replace(/\/$/, "")}/api/v2/alerts`);
  const told: Told = new Map();
  const postAll = async (all: readonly AlertRow[], signal: AbortSignal): Promise<Outcome> => {
    const now = clock();
    const rows = all.filter((row) => !isOver(row, told));
    if (rows.length === 0) return { kind: "told" };
    const body = JSON.stringify(rows.flatMap((row) => renderAlerts(row, { now, told, link: linkTo(row) })));
    const headers: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${await token()}` };
    const asked = addresses.map((url) => post({ client, url, headers, body, signal, now }));
    const outcome = judgeAll(await Promise.all(asked));
    if (outcome.kind !== "told") return outcome;
    for (const { alert } of rows)
      if (alert.closedAt === undefined) told.set(identityOf(alert), alert);
      else told.delete(identityOf(alert));
    return outcome;
  };
  return {
    name,
    most: tellLimits.alertsAtOnce.value,
    gatherMs: 0,
    async check() {
      await token?.();
    },
    async tell(tellings, signal) {
      const outcome = await postAll(tellings, signal);
      return tellings.map(() => outcome);
    },
    remind: {
      everyMs: tellLimits.remindMs.value,
      closedForMs: tellLimits.holdMs.value,
      async again(rows, signal) {
        const outcome = await postAll(rows, signal);
        return outcome.kind === "told" ? undefined : outcome.reason;
      },
    },
  };
}

/** What Alertmanager was last told is open, by what is the same for its labels. */
type Told = Map<string, Alert>;

function identityOf({ endpoint, rule, subject }: Alert): string {
  return [endpoint, rule, subject].join("\n");
}

/** It closed, and was opened anew since: to Alertmanager, that is the same alert, and open. */
function isOver({ alert }: AlertRow, told: Told): boolean {
  const open = told.get(identityOf(alert));
  return alert.closedAt !== undefined && open !== undefined && open.openedAt > alert.openedAt;
}

/** One that took it is enough; where none did, what can still become true goes before a refusal. */
function judgeAll(outcomes: readonly Outcome[]): Outcome {
  return (
    outcomes.find(({ kind }) => kind === "told") ??
    outcomes.find(({ kind }) => kind === "again") ??
    outcomes[0] ?? { kind: "refused", reason: "The channel names no Alertmanager." }
  );
}

interface Situation {
  readonly now: number;
  readonly told: ReadonlyMap<string, Alert>;
  readonly link: string | undefined;
}

function renderAlerts(row: AlertRow, { now, told, link }: Situation): readonly PostableAlert[] {
  const { alert } = row;
  const render = (severity: Severity, endsAt: number): PostableAlert => ({
    labels: labelsOf(row, severity),
    annotations: annotationsOf(alert),
    startsAt: renderDate(Math.min(alert.openedAt, endsAt)),
    endsAt: renderDate(endsAt),
    ...(link === undefined ? {} : { generatorURL: link }),
  });
  const own = render(alert.severity, alert.closedAt ?? now + tellLimits.holdMs.value);
  if (told.get(identityOf(alert))?.severity === alert.severity) return [own];
  const others = severities.filter((severity) => severity !== alert.severity);
  return [own, ...others.map((severity) => render(severity, alert.closedAt ?? now))];
}

/** What stays the same as long as the alert lives, severity apart. An empty label is none to Alertmanager. */
function labelsOf({ alert, endpoint }: AlertRow, severity: Severity): Readonly<Record<string, string>> {
  return {
    alertname: `Meerkat${alert.rule.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
    rule: alert.rule,
    severity,
    endpoint: endpoint.name,
    endpoint_id: endpoint.id,
    subject: alert.subject,
    tags: endpoint.tags.join(","),
  };
}

function annotationsOf(alert: Alert): Readonly<Record<string, string>> {
  return {
    summary: alert.sentence,
    evidence: alert.evidence.join("\n"),
    remedy: alert.remedy,
    sure: alert.sure,
    ...(alert.dueAt === undefined ? {} : { day: renderDate(alert.dueAt) }),
  };
}
