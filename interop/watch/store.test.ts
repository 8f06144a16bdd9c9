/** The store in PostgreSQL keeps to the contract of stores, over a real server; many write at a time, and the server is killed. */
import { afterAll, beforeAll, describe } from "vitest";
import { Client } from "../../src/client/index.ts";
import { databaseAddress, openPostgresStore, type Store } from "../../src/watch/index.ts";
import { holdToContract } from "../../test/watch/store/contract.ts";
import type { OpenKept } from "../../test/watch/store/kept.ts";
import { type Database, hasPostgres, startPostgres } from "./databases.ts";
import { newDatabase } from "./postgres.ts";

const client = new Client();
let server: Database;
beforeAll(async () => {
  if (hasPostgres) server = await startPostgres();
});
afterAll(async () => {
  if (hasPostgres) await server.stop();
  await client.close();
});

function openAt(url: string, now?: () => number): Promise<Store> {
  return openPostgresStore({ address: databaseAddress(url), client, ...(now && { now }) });
}

const open: OpenKept = async (now) => {
  const url = await newDatabase(server.url);
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

describe.skipIf(!hasPostgres)("a store in PostgreSQL", () => {
  holdToContract(open);
});
