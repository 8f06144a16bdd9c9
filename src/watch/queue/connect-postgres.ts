/** PostgreSQL as a queue's connection, by BullMQ's own backend, which keeps its tables in a schema of its own: `bullmq`. */
import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "pg";
import type * as BullMq from "bullmq";
import { messageOf } from "../../core/index.ts";
import type { DatabaseAddress } from "../database/address.ts";
import { isAway } from "../database/away.ts";
import { poolClient } from "../database/pool-client.ts";
import { poolSettings } from "../database/settings.ts";
import { workLimits } from "../limits.ts";
import { loadPackage } from "./load-package.ts";
import { patientBackends } from "./patient-backend.ts";
import { unusable } from "./unusable.ts";
import type { Connected, ConnectRequest } from "./connection.ts";

/** Waits until it answers, and makes BullMQ's tables. @throws WatchError for what waiting does not mend */
export async function connectPostgres(
  { bullmq, client, health, signal }: ConnectRequest,
  address: DatabaseAddress,
): Promise<Connected> {
  const { default: pg } = await loadPackage(() => import("pg"), "pg");
  const pool = new pg.Pool({
    Client: poolClient(pg.Client),
    ...poolSettings(client, address),
    // BullMQ's own files name no schema.
    options: `-c search_path=${bullmq.quoteSchemaName(bullmq.DEFAULT_SCHEMA)}`,
    max: workLimits.poolSize.value,
    connectionTimeoutMillis: workLimits.connectMs.value,
    query_timeout: workLimits.silentMs.value,
    keepAlive: true,
    keepAliveInitialDelayMillis: workLimits.keepAliveMs.value,
  });
  // What nobody used was lost, and is said where it is asked for.
  pool.on("error", () => undefined);
  const end = async (): Promise<void> => {
    await Promise.race([pool.end(), pause(workLimits.leaveMs.value, undefined, { ref: false })]);
  };
  try {
    for (;;)
      try {
        signal?.throwIfAborted();
        await migrate(pool, bullmq);
        break;
      } catch (error) {
        if (signal?.aborted === true || !isAway(error)) throw error;
        health.away(messageOf(error));
        await pause(workLimits.retryMs.value, undefined, signal === undefined ? {} : { signal });
      }
  } catch (error) {
    await end();
    signal?.throwIfAborted();
    throw unusable(address, error);
  }
  health.back();
  return { connection: pool, factory: patientBackends(bullmq, health), skipVersionCheck: false, end };
}

async function migrate(pool: Pool, { runMigrations }: typeof BullMq): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
