/**
 * One small way to PostgreSQL over pg, an optional peer. Everything is done in a transaction that says at its beginning what it needs
 * of its connection (`SET LOCAL`), and nothing is left behind on one: so it works behind a pooler, too, that gives each
 * transaction another connection (PgBouncer, `pool_mode = transaction`).
 *
 * A connection that is lost is taken out of the pool, and the next one is made when it is asked for: after a restart or a failover the
 * store goes on by itself. Who was at work then is told in a sentence.
 */
import type { Pool, PoolClient } from "pg";
import { poolClient } from "../../database/pool-client.ts";
import { whereNotInstalled } from "../../watch-error.ts";
import type { Reading } from "../reading.ts";
import type { Row, Value } from "../row.ts";
import { postgresLimits } from "./limits.ts";
import { isConflict, isConnectionLost, storeError } from "./store-error.ts";

/** An array stands for a column of many rows. */
export type Parameter = Value | readonly Value[];

/** One transaction. */
export interface Session {
  query(sql: string, ...values: readonly Parameter[]): Promise<readonly Row[]>;
  read<T>(reading: Reading<T>): Promise<T>;
}

export interface Database {
  /** All of `work`, or nothing of it. It may be begun several times. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** As of one moment. It may be begun several times. */
  read<T>(reading: () => Reading<T>): Promise<T>;
  close(): Promise<void>;
}

/** Where the tables are. */
export const schemaName = "meerkat";

function beginning(mode: string, statementMs: number): string {
  const settings = {
    search_path: schemaName,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: postgresLimits.idleMs.value,
  };
  const locals = Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = ${value}`);
  return [`BEGIN ISOLATION LEVEL ${mode}`, ...locals].join("; ");
}

const beginWriting = beginning("READ COMMITTED", postgresLimits.statementMs.value);
const beginReading = beginning("REPEATABLE READ READ ONLY", postgresLimits.readMs.value);

/** `settings`: what pg is given of the address. `name` shows no credentials. Nothing connects yet. @throws WatchError without pg */
export async function openDatabase(settings: object, name: string): Promise<Database> {
  const { default: pg } = await import("pg").catch((error: unknown) => {
    throw whereNotInstalled(error, "A store in PostgreSQL", "pg");
  });
  const pool = new pg.Pool({
    Client: poolClient(pg.Client),
    application_name: "meerkat watch",
    ...settings,
    max: postgresLimits.connections.value,
    connectionTimeoutMillis: postgresLimits.connectMs.value,
    query_timeout: postgresLimits.silentMs.value,
    keepAlive: true,
  });
  // A connection that nobody used was lost: whoever needs one next makes another.
  pool.on("error", () => undefined);
  return new PooledDatabase(pool, name);
}

class PooledDatabase implements Database {
  readonly #pool: Pool;
  readonly #name: string;

  constructor(pool: Pool, name: string) {
    this.#pool = pool;
    this.#name = name;
  }

  transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#within(beginWriting, work);
  }

  read<T>(reading: () => Reading<T>): Promise<T> {
    return this.#within(beginReading, (session) => session.read(reading()));
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #within<T>(begin: string, work: (session: Session) => Promise<T>): Promise<T> {
    for (let left = postgresLimits.attempts.value; ; left--) {
      const client = await this.#begun(begin);
      const session = new ClientSession(client);
      try {
        const outcome = await work(session);
        await session.query("COMMIT");
        client.release();
        return outcome;
      } catch (error) {
        const { failure } = session;
        const isLost = failure !== undefined && isConnectionLost(failure);
        client.release(isLost || !(await rollBack(client)));
        if (failure === undefined) throw error;
        if (!isConflict(failure) || left === 1) throw storeError(failure, this.#name);
      }
    }
  }

  /** Connections of the pool may have been lost unnoticed: nothing was done on them yet, and another is taken. */
  async #begun(begin: string): Promise<PoolClient> {
    for (let left = postgresLimits.connections.value; ; left--) {
      let client: PoolClient | undefined;
      try {
        client = await this.#pool.connect();
        await client.query(begin);
        return client;
      } catch (error) {
        client?.release(true);
        if (client === undefined || left === 0 || !isConnectionLost(error))
          throw storeError(error, this.#name);
      }
    }
  }
}

/** Whether the connection can be used again. */
async function rollBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false; // What failed before is what is told.
  }
}

class ClientSession implements Session {
  readonly #client: PoolClient;
  /** What a statement failed of, apart from what whoever asked failed of by himself. */
  failure: unknown;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  async query(sql: string, ...values: readonly Parameter[]): Promise<readonly Row[]> {
    try {
      return (await this.#client.query<Row>(sql, values.map(written))).rows;
    } catch (error) {
      this.failure ??= error ?? new Error("The statement failed.");
      throw error;
    }
  }

  async read<T>(reading: Reading<T>): Promise<T> {
    let step = reading.next();
    while (step.done !== true) {
      const { sql, values } = step.value;
      step = reading.next(await this.query(numbered(sql), ...values));
    }
    return step.value;
  }
}

/** `?` as PostgreSQL counts them: `$1`, `$2`. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replace(/\?/g, () => `$${++count}`);
}

/** Text of PostgreSQL cannot hold U+0000; U+FFFD stands in its place. JSON says it in other signs, and keeps it. */
function written(value: Parameter): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "\ufffd");
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return typeof value === "object" && value !== null ? value.map(written) : value;
}
