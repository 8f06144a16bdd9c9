/** Opens the store that a configuration names: an SQLite file, or a PostgreSQL database. */
import { Client } from "../../client/index.ts";
import type { Config } from "../config/schema.ts";
import { databaseAddress, type DatabaseAddress, isDatabaseUrl } from "../database/address.ts";
import type { Store } from "../store/port.ts";
import { openPostgresStore } from "../store/postgres/store.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import { WatchError } from "../watch-error.ts";
import type { RunPorts } from "./ports.ts";
import { secretsOf } from "./secrets.ts";

const storeHint = "A store is an SQLite file or a PostgreSQL database: postgres://user@host/database.";
const usualFile = "meerkat-watch.db";

type StorePorts = Pick<RunPorts, "pathOf" | "readSecret" | "now" | "environment" | "trust">;

/** @throws WatchError */
export async function openStore(config: Pick<Config, "store">, ports: StorePorts): Promise<Store> {
  const place = await placeOf(config, ports);
  if (typeof place === "string") return openSqliteStore({ path: place, now: ports.now });
  return openDatabase(place, ports);
}

/** Whether it names a store; whether that is there and can be used, opening it says. @throws WatchError */
export async function checkStore(config: Pick<Config, "store">, ports: StorePorts): Promise<void> {
  await placeOf(config, ports);
}

/** The path of an SQLite file, or the address of a database. @throws WatchError */
async function placeOf(
  { store = usualFile }: Pick<Config, "store">,
  ports: StorePorts,
): Promise<string | DatabaseAddress> {
  if (typeof store === "string" && !isDatabaseUrl(store)) return ports.pathOf(store);
  const address =
    typeof store === "string" ? openAddress(store) : databaseAddress(await secretsOf(ports)(store)());
  if (address.kind !== "postgres")
    throw new WatchError(`The history cannot be kept in ${address.name}.`, {
      hint: storeHint,
    });
  return address;
}

/** What stands in a configuration or on a command line is read by many. @throws WatchError */
function openAddress(text: string): DatabaseAddress {
  const address = databaseAddress(text);
  if (address.url.password !== "")
    throw new WatchError(`The address of ${address.name} holds a password where many can read it.`, {
      hint: "Put the whole URL into a file or a variable, and name that in a configuration: `store: { file: /etc/meerkat/store-url }`, `store: { env: MEERKAT_STORE }`.",
    });
  return address;
}

async function openDatabase(
  address: DatabaseAddress,
  { now, environment, trust }: StorePorts,
): Promise<Store> {
  const client = new Client({ ...trust, environment });
  try {
    const store = await openPostgresStore({ address, client, now });
    return {
      ...store,
      close: async () => {
        await store.close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}
