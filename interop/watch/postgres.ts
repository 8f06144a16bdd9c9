/** Databases of one PostgreSQL server, and what is said to them beside the store. */
import pg from "pg";

let databases = 0;

/** An empty database; its URL. */
export async function newDatabase(server: string): Promise<string> {
  const name = `store_${++databases}`;
  await said(server, `CREATE DATABASE ${name}`);
  return urlOf(server, name);
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** Asked by another client, and its rows. */
export async function said(url: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client(url);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
