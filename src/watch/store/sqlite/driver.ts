/**
 * One small way to SQLite over two libraries: `node:sqlite` where the runtime has it without a flag (Node 22.13 and newer),
 * else better-sqlite3, an optional peer. Both are synchronous, and give `Uint8Array` for blobs and `null` for NULL.
 * Text holds no U+0000: `node:sqlite` of Node 22 reads text only up to it. JSON writes it as an escape.
 *
 * Write-ahead log (`migrate` sets it, once the file is known to be a store), and `synchronous=NORMAL`: whatever was committed is there after a kill. After a loss of power the last
 * moments may be missing, whole transactions of them, and the file is sound: what was visited then is due again.
 */
import { whereNotInstalled } from "../../watch-error.ts";
import type { Row, Value } from "../row.ts";
import { storeLimits } from "../limits.ts";
import { storeError } from "./store-error.ts";

export interface Statement {
  run(...values: readonly Value[]): { readonly changes: number };
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): readonly Row[];
  iterate(...values: readonly Value[]): Iterable<Row>;
}

export interface Database {
  exec(sql: string): void;
  /** The same text is prepared once. */
  prepare(sql: string): Statement;
  /** All of `work`, or nothing of it. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** @throws WatchError for a file that cannot be used, and where neither library is there */
export async function openDatabase(path: string): Promise<Database> {
  const plain = openBuiltIn(path) ?? (await openPeer(path));
  const database = withSentences(plain, path);
  try {
    // A file that is not a database is found out by the first of these.
    for (const pragma of pragmas) database.exec(`PRAGMA ${pragma}`);
  } catch (error) {
    plain.close();
    throw error;
  }
  return database;
}

const pragmas = [
  `busy_timeout = ${storeLimits.busyMs.value}`,
  "synchronous = NORMAL",
  "foreign_keys = ON",
  "temp_store = MEMORY",
  // 16 MB of pages: those of a hundred thousand endpoints' indexes that are in use.
  "cache_size = -16384",
];

/** What both libraries have. */
interface Plain {
  exec(sql: string): unknown;
  prepare(sql: string): PlainStatement;
  close(): void;
}

interface PlainStatement {
  run(...values: readonly Value[]): { readonly changes: number | bigint };
  get(...values: readonly Value[]): unknown;
  all(...values: readonly Value[]): unknown[];
  iterate(...values: readonly Value[]): Iterable<unknown>;
}

function openBuiltIn(path: string): Plain | undefined {
  const sqlite = builtIn();
  if (sqlite === undefined) return undefined;
  try {
    return new sqlite.DatabaseSync(path);
  } catch (error) {
    throw storeError(error, path);
  }
}

/** Loading it warns that it is experimental: whoever runs the program cannot do anything about that. No other warning is held back. */
function builtIn(): { readonly DatabaseSync: new (path: string) => Plain } | undefined {
  const warn = Reflect.get(process, "emitWarning") as (...args: readonly unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]): void => {
    if (!String(warning).startsWith("SQLite is an experimental feature"))
      Reflect.apply(warn, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule("node:sqlite") as ReturnType<typeof builtIn>;
  } finally {
    process.emitWarning = warn;
  }
}

async function openPeer(path: string): Promise<Plain> {
  const { default: Sqlite } = await import("better-sqlite3").catch((error: unknown) => {
    throw whereNotInstalled(error, "An SQLite file on this version of Node", "better-sqlite3@12");
  });
  try {
    return new Sqlite(path) as unknown as Plain;
  } catch (error) {
    throw storeError(error, path);
  }
}

function withSentences(plain: Plain, path: string): Database {
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storeError(error, path);
    }
  };
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = told(() => plain.prepare(sql));
    const made: Statement = {
      run: (...values) => ({ changes: Number(told(() => statement.run(...values)).changes) }),
      get: (...values) => (told(() => statement.get(...values)) ?? undefined) as Row | undefined,
      all: (...values) => told(() => statement.all(...values)) as Row[],
      *iterate(...values) {
        const rows = told(() => statement.iterate(...values))[Symbol.iterator]();
        for (let one = told(() => rows.next()); one.done !== true; one = told(() => rows.next()))
          yield one.value as Row;
      },
    };
    statements.set(sql, made);
    return made;
  };
  return {
    exec: (sql) => void told(() => plain.exec(sql)),
    prepare,
    transaction(work) {
      // Who writes says so at the beginning: else two that read first could not both go on.
      told(() => plain.exec("BEGIN IMMEDIATE"));
      try {
        const outcome = work();
        told(() => plain.exec("COMMIT"));
        return outcome;
      } catch (error) {
        rollBack(plain);
        throw error;
      }
    },
    close: () => {
      plain.close();
    },
  };
}

/** After some errors (a full disk) SQLite has rolled back by itself, and says that there is nothing to. */
function rollBack(plain: Plain): void {
  try {
    plain.exec("ROLLBACK");
  } catch {
    // What failed before is what is told.
  }
}
