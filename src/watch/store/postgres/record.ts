/**
 * Writes visits down, a few endpoints at a time: their rows are locked in the order of their ids, their histories are read, and
 * what is decided is written in a few statements. Whoever records the same visits meanwhile waits at the first lock, and finds
 * them written.
 *
 * Certificates, places and values are others' too. They are written for all visits together, in this order and each in the order
 * of its keys, so that nobody waits in a circle. Q: A value is known only once it was decided what came before? A: Values are
 * written last. For an endpoint that is visited twice among them, those of its first visit are written before the second is decided
 * upon: there a circle is possible, which PostgreSQL ends, and it is tried again.
 */
import type { Decision, EndpointHistory, Visit } from "../../../fleet/index.ts";
import { subjectOf } from "../../../fleet/index.ts";
import { readHistories } from "../readings/history.ts";
import { maybeNumber, maybeText, textOf, type Value } from "../row.ts";
import {
  alertColumns,
  alertRow,
  factValue,
  forecastColumns,
  forecastRow,
  isWritten,
  markColumns,
  markRow,
  summaryColumns,
  summaryRow,
} from "../written.ts";
import { dialect } from "./dialect.ts";
import type { Session } from "./driver.ts";
import { postgresLimits } from "./limits.ts";
import { lock } from "./locks.ts";
import { columnsOf, given, insertNew, upsert } from "./rows.ts";
import { queueTellings } from "./tellings.ts";

export interface RecordRequest {
  readonly visits: readonly Visit[];
  readonly decide: (history: EndpointHistory, visit: Visit) => Decision;
  readonly now: number;
}

export async function record(
  session: Session,
  { visits, decide, now }: RecordRequest,
): Promise<readonly Decision[]> {
  await lock(session, "naming", { shared: true });
  const listed = await lockEndpoints(
    session,
    visits.map(({ endpoint }) => endpoint),
  );
  const some = visits.filter(({ endpoint }) => listed.has(endpoint));
  await writeCertificates(session, some);
  await writePlaces(session, some);
  const written: Decision[] = [];
  const values = new Values(session);
  for (const few of inTurns(some)) {
    if (few.some(({ endpoint }) => values.areOf(endpoint))) await values.write();
    const fresh = await findFresh(session, few, now);
    if (fresh.length === 0) continue;
    const ids = fresh.map(({ endpoint }) => endpoint);
    const histories = await session.read(readHistories(ids, dialect));
    const made = fresh.flatMap((visit): readonly Made[] => {
      const history = histories.get(visit.endpoint);
      return history === undefined ? [] : [{ history, visit, decision: decide(history, visit) }];
    });
    await write(session, made, values);
    written.push(...made.map(({ decision }) => decision));
  }
  await values.write();
  return written;
}

interface Made {
  readonly history: EndpointHistory;
  readonly visit: Visit;
  readonly decision: Decision;
}

/** Which of them are listed. Nobody else changes these until the transaction ends. */
async function lockEndpoints(session: Session, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await session.query(
    "SELECT id FROM endpoint WHERE id = ANY ($1) AND listed = 1 ORDER BY id FOR UPDATE",
    [...new Set(ids)],
  );
  return new Set(rows.map((row) => textOf(row, "id")));
}

/** A few visits at a time, each endpoint once among them: the second is decided upon the first. */
function* inTurns(visits: readonly Visit[]): Generator<readonly Visit[]> {
  let few = new Map<string, Visit>();
  for (const visit of visits) {
    if (few.size === postgresLimits.decidedAtOnce.value || few.has(visit.endpoint)) {
      yield [...few.values()];
      few = new Map();
    }
    few.set(visit.endpoint, visit);
  }
  if (few.size > 0) yield [...few.values()];
}

/** Those that are not written yet. */
async function findFresh(session: Session, visits: readonly Visit[], now: number): Promise<readonly Visit[]> {
  const rows = await session.query(
    "SELECT endpoint, place, run, at FROM mark WHERE endpoint = ANY ($1)",
    visits.map(({ endpoint }) => endpoint),
  );
  const marks = new Map(rows.map((row) => [markKey(textOf(row, "endpoint"), textOf(row, "place")), row]));
  return visits.filter((visit) => {
    const mark = marks.get(markKey(visit.endpoint, visit.place));
    return (
      mark === undefined ||
      !isWritten(visit, { run: maybeText(mark["run"]), at: maybeNumber(mark["at"]) }, now)
    );
  });
}

function markKey(endpoint: string, place: string): string {
  return JSON.stringify([endpoint, place]);
}

async function write(session: Session, made: readonly Made[], values: Values): Promise<void> {
  await writeFacts(session, made, values);
  const decisions = made.map(({ decision }) => decision);
  await upsert(session, 2, {
    table: "mark",
    columns: markColumns,
    rows: decisions.map(({ endpoint, place }) => markRow(endpoint, place)),
  });
  await writeForecasts(session, made);
  await writeSummaries(session, made);
  await upsert(session, 1, {
    table: "alert",
    columns: alertColumns,
    rows: decisions.flatMap(({ alerts }) => alerts.map(alertRow)),
  });
  await queueTellings(
    session,
    made.flatMap(({ decision, visit }) => decision.changes.map((change) => ({ change, at: visit.at }))),
  );
}

async function writeCertificates(session: Session, visits: readonly Visit[]): Promise<void> {
  const certificates = new Map<string, readonly Value[]>();
  for (const visit of visits)
    for (const [sha256, { der }] of visit.certificates) certificates.set(sha256, [sha256, der]);
  const known = await session.query("SELECT sha256 FROM certificate WHERE sha256 = ANY ($1)", [
    ...certificates.keys(),
  ]);
  for (const row of known) certificates.delete(textOf(row, "sha256"));
  await insertNew(session, {
    table: "certificate",
    columns: ["sha256", "der"],
    rows: inOrder(certificates),
  });
}

async function writePlaces(session: Session, visits: readonly Visit[]): Promise<void> {
  const rows = inOrder(new Map(visits.map(({ place }) => [place, [place]])));
  await insertNew(session, { table: "place", columns: ["place"], rows });
}

async function writeFacts(session: Session, made: readonly Made[], values: Values): Promise<void> {
  const facts: (readonly Value[])[] = [];
  for (const { decision } of made)
    for (const fact of decision.facts) {
      const { digest, json, chain } = factValue(fact);
      values.add(decision.endpoint, [digest, json, JSON.stringify(chain)]);
      facts.push([decision.endpoint, subjectOf(fact), fact.firstAt, fact.lastAt, digest]);
    }
  await upsert(session, 3, {
    table: "fact",
    columns: ["endpoint", "subject", "first_at", "last_at", "value"],
    rows: facts,
  });
}

/** Values that facts name already, and that are to be written. */
class Values {
  readonly #session: Session;
  readonly #endpoints = new Set<string>();
  readonly #rows = new Map<string, readonly Value[]>();

  constructor(session: Session) {
    this.#session = session;
  }

  areOf(endpoint: string): boolean {
    return this.#endpoints.has(endpoint);
  }

  add(endpoint: string, row: readonly [digest: Uint8Array, json: string, chain: string]): void {
    this.#endpoints.add(endpoint);
    this.#rows.set(Buffer.from(row[0]).toString("hex"), row);
  }

  async write(): Promise<void> {
    await writeValues(this.#session, this.#rows);
    this.#endpoints.clear();
    this.#rows.clear();
  }
}

async function writeValues(session: Session, values: Map<string, readonly Value[]>): Promise<void> {
  if (values.size === 0) return;
  const known = await session.query(
    "SELECT encode(id, 'hex') AS id FROM value WHERE id = ANY ($1::bytea[])",
    [...values.values()].map(([digest]) => digest ?? null),
  );
  for (const row of known) values.delete(textOf(row, "id"));
  const rows = inOrder(values);
  if (rows.length === 0) return;
  // An array of arrays of several lengths is none of PostgreSQL's: each chain is an array in JSON.
  await session.query(
    `INSERT INTO value (id, json, chain)
     SELECT given.id, given.json, ARRAY (SELECT json_array_elements_text(given.chain))
     FROM unnest($1::bytea[], $2::text[], $3::json[]) AS given (id, json, chain) ON CONFLICT DO NOTHING`,
    ...columnsOf({ columns: ["id", "json", "chain"], rows }),
  );
}

/** Those alone that say something new. */
async function writeForecasts(session: Session, made: readonly Made[]): Promise<void> {
  const gone: (readonly Value[])[] = [];
  const changed: (readonly Value[])[] = [];
  for (const { history, decision } of made) {
    const { endpoint, forecasts } = decision;
    const known = new Map(history.forecasts.map((forecast) => [forecast.bundle, JSON.stringify(forecast)]));
    for (const forecast of forecasts)
      if (known.get(forecast.bundle) !== JSON.stringify(forecast))
        changed.push(forecastRow(endpoint, forecast));
    const kept = new Set(forecasts.map(({ bundle }) => bundle));
    for (const bundle of known.keys()) if (!kept.has(bundle)) gone.push([endpoint, bundle]);
  }
  const columns = ["endpoint", "bundle"];
  if (gone.length > 0)
    await session.query(
      `DELETE FROM forecast USING ${given(columns)}
       WHERE forecast.endpoint = given.endpoint AND forecast.bundle = given.bundle`,
      ...columnsOf({ columns, rows: gone }),
    );
  await upsert(session, 2, { table: "forecast", columns: forecastColumns, rows: changed });
}

async function writeSummaries(session: Session, made: readonly Made[]): Promise<void> {
  const columns = ["id", ...summaryColumns];
  const rows = made.map(({ decision, visit }) => [decision.endpoint, ...summaryRow(decision, visit)]);
  const set = summaryColumns.map((column) => `${column} = given.${column}`);
  await session.query(
    `UPDATE endpoint SET ${set.join(", ")} FROM ${given(columns)} WHERE endpoint.id = given.id`,
    ...columnsOf({ columns, rows }),
  );
}

/** By their keys, as every transaction has them. */
function inOrder(rows: ReadonlyMap<string, readonly Value[]>): readonly (readonly Value[])[] {
  return [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}
