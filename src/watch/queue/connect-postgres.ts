/** PostgreSQL as a queue's connection, by BullMQ's own backend, which keeps its tables in a schema of its own: `bullmq`. */
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../../core/index.ts";
import type { DatabaseAddress } from "../database/address.ts";
import { isAway } from "../database/away.ts";
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
  await loadPackage(() => import("pg"), "pg");
  const connection = {
    ...poolSettings(client, address),
    max: workLimits.poolSize.value,
    connectionTimeoutMillis: workLimits.connectMs.value,
    query_timeout: workLimits.silentMs.value,
    keepAlive: true,
    keepAliveInitialDelayMillis: workLimits.keepAliveMs.value,
    migrate: true,
  };
  for (;;) {
    const first = new bullmq.Queue("meerkat", { connection }, bullmq.createPostgresBackend as never);
    first.on("error", () => undefined); // It is thrown as well.
    try {
      await first.waitUntilReady();
      break;
    } catch (error) {
      if (!isAway(error)) throw unusable(address, error);
      health.away(messageOf(error));
      await pause(workLimits.retryMs.value, undefined, signal === undefined ? {} : { signal });
    } finally {
      await first.close().catch(() => undefined);
    }
  }
  health.back();
  const factory = patientBackends(bullmq.createPostgresBackend, health);
  return { connection, factory, skipVersionCheck: false, end: () => Promise.resolve() };
}
