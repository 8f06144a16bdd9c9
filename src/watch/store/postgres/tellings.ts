/** Alerts as they are written down, and the outbox: what is to be told on each channel, lent to whoever tells, and settled. */
import type { Alert, AlertChange } from "../../../fleet/index.ts";
import type { Store, Telling } from "../port.ts";
import { alertFrom, tellingFrom } from "../row.ts";
import { alertColumns, alertRow, tellingColumns, tellingRow } from "../written.ts";
import type { Session } from "./driver.ts";
import { lock } from "./locks.ts";
import { columnsOf, given, upsert } from "./rows.ts";

/** A copy for each channel. The same telling is queued once. A channel that is taken away meanwhile is waited for. */
export async function queueTellings(
  session: Session,
  changes: readonly { readonly change: AlertChange; readonly at: number }[],
): Promise<void> {
  if (changes.length === 0) return;
  const columns = tellingColumns;
  await session.query(
    `INSERT INTO telling (${columns.join(", ")}, channel)
     SELECT given.*, channel.name FROM (SELECT name FROM channel FOR KEY SHARE) channel, ${given(columns)}
     ON CONFLICT DO NOTHING`,
    ...columnsOf({ columns, rows: changes.map(({ change, at }) => tellingRow(change, at)) }),
  );
}

/** Nobody looks at these endpoints any more: whoever was told that an alert opened is told that it closed. */
export async function closeAlerts(session: Session, endpoints: readonly string[], at: number): Promise<void> {
  const open = await session.query(
    "SELECT json FROM alert WHERE endpoint = ANY ($1) AND closed_at IS NULL",
    endpoints,
  );
  const alerts = open.map((row): Alert => ({ ...alertFrom(row), closedAt: at }));
  await upsert(session, 1, { table: "alert", columns: alertColumns, rows: alerts.map(alertRow) });
  await queueTellings(
    session,
    alerts.map((alert) => ({ change: { kind: "closed", alert }, at })),
  );
}

/** Whoever queues a telling for a channel that goes holds it until that is written, and then it goes with it. */
export async function setChannels(session: Session, channels: readonly string[]): Promise<void> {
  await lock(session, "lists");
  await session.query("DELETE FROM channel WHERE name <> ALL ($1)", channels);
  await session.query(
    "INSERT INTO channel SELECT * FROM unnest($1::text[]) ON CONFLICT DO NOTHING",
    channels,
  );
  await session.query("DELETE FROM telling WHERE channel NOT IN (SELECT name FROM channel)");
}

/** What somebody else is lending at this moment is passed over. */
export async function lendTellings(
  session: Session,
  { channel, now, lentUntilAt, limit }: Parameters<Store["lendTellings"]>[0],
): Promise<readonly Telling[]> {
  const rows = await session.query(
    `WITH waiting AS MATERIALIZED (
       SELECT t.key, e.json FROM telling t JOIN endpoint e ON e.id = t.endpoint
       WHERE t.channel = $1 AND t.next_at <= $2 ORDER BY t.queued_at, t.key LIMIT $3
       FOR UPDATE OF t SKIP LOCKED
     ), lent AS (
       UPDATE telling t SET next_at = $4 FROM waiting WHERE t.channel = $1 AND t.key = waiting.key
       RETURNING t.key, t.kind, t.alert, t.tries, t.queued_at, waiting.json
     )
     SELECT * FROM lent ORDER BY queued_at, key`,
    channel,
    now,
    limit,
    lentUntilAt,
  );
  return rows.map((row) => tellingFrom(row, channel));
}

export async function settleTelling(
  session: Session,
  { key, channel }: Pick<Telling, "key" | "channel">,
  outcome: Parameters<Store["settleTelling"]>[2],
): Promise<void> {
  switch (outcome.kind) {
    case "told":
      await session.query("DELETE FROM telling WHERE channel = $1 AND key = $2", channel, key);
      return;
    case "again":
      await session.query(
        "UPDATE telling SET next_at = $3, tries = tries + 1, reason = $4 WHERE channel = $1 AND key = $2",
        channel,
        key,
        outcome.at,
        outcome.reason,
      );
  }
}
