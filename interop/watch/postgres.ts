/** Databases of one PostgreSQL server, stores in them, and what is said to them beside a store. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { Client } from "../../src/client/index.ts";
import type { OpenKept } from "../../test/watch/store/kept.ts";
import { databaseAddress, openPostgresStore, type Store } from "../../src/watch/index.ts";

const client = new Client({ roots: "mozilla" });
let databases = 0;

export function openAt(url: string, now?: () => number): Promise<Store> {
  return openPostgresStore({ address: databaseAddress(url), client, ...(now && { now }) });
}

/** What came of opening it, as a person reads it. */
export async function refusal(url: string): Promise<string> {
  try {
    await (await openAt(url)).close();
    return "opened";
  } catch (error) {
    return String(error);
  }
}

/** An empty database; its URL. */
export async function newDatabase(server: string): Promise<string> {
  const name = `store_${++databases}`;
  await said(server, `CREATE DATABASE ${name}`);
  return changed(server, (url) => void (url.pathname = `/${name}`));
}

/** A store in a database of its own, for the contract of stores. */
export function keptIn(newUrl: () => Promise<string>): OpenKept {
  return async (now) => {
    const url = await newUrl();
    let store = await openAt(url, now);
    return {
      store,
      again: async () => {
        await store.close();
        store = await openAt(url, now);
        return store;
      },
      [Symbol.asyncDispose]: () => store.close(),
    };
  };
}

export function changed(text: string, change: (url: URL) => void): string {
  const url = new URL(text);
  change(url);
  return url.href;
}

export type SaidRow = Readonly<Record<string, unknown>>;

/** Asked by another client, in a connection of its own. */
export async function said(url: string, sql: string): Promise<readonly SaidRow[]> {
  await using other = await otherClient(url);
  return await other.say(sql); // Before it ends.
}

export interface OtherClient extends AsyncDisposable {
  say(sql: string): Promise<readonly SaidRow[]>;
}

/** Somebody else in the same database, for several words in one session. A server that is starting is waited for. */
export async function otherClient(url: string): Promise<OtherClient> {
  const other = new pg.Client(url);
  other.on("error", () => undefined);
  try {
    await other.connect();
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "57P03") return otherClient(url);
    throw error;
  }
  return {
    say: async (sql) => (await other.query<Record<string, unknown>>(sql)).rows,
    [Symbol.asyncDispose]: () => other.end(),
  };
}

const patienceMs = 30_000;

/** Waits until the answer to a question is `true`; what never comes is an error that names it. */
export async function until(url: string, question: string): Promise<void> {
  const deadlineAt = performance.now() + patienceMs;
  await using other = await otherClient(url);
  while ((await other.say(`SELECT (${question}) AS yes`))[0]?.["yes"] !== true)
    if (performance.now() > deadlineAt) throw new Error(`It never came to this: ${question}`);
}

/** A line before those that pg_hba.conf has, in use when this returns. */
export async function addHostRule(server: string, rule: string): Promise<void> {
  const [row] = await said(server, "SHOW hba_file");
  const file = String(row?.["hba_file"]);
  writeFileSync(file, `${rule}\n${readFileSync(file, "utf8")}`);
  await reload(server);
}

/** Settings of the whole server, in use when this returns. */
export async function setServer(server: string, settings: Readonly<Record<string, string>>): Promise<void> {
  await using other = await otherClient(server);
  for (const [name, value] of Object.entries(settings))
    await other.say(`ALTER SYSTEM SET ${name} = '${value}'`);
  await other.say("SELECT pg_reload_conf()");
  for (const [name, value] of Object.entries(settings))
    await until(server, `current_setting('${name}') = '${value}'`);
}

async function reload(server: string): Promise<void> {
  const [before] = await said(server, "SELECT pg_conf_load_time()::text AS at, pg_reload_conf()");
  await until(server, `pg_conf_load_time()::text <> '${String(before?.["at"])}'`);
}

export async function folderOf(server: string): Promise<string> {
  const [row] = await said(server, "SHOW data_directory");
  return join(String(row?.["data_directory"]), "..");
}
