/** Redis, or Valkey, as a queue's connection. What is asked of it while it is away waits, and is asked when it is back. */
import { setTimeout as pause } from "node:timers/promises";
import { HttpsError, messageOf } from "../../core/index.ts";
import type { DatabaseAddress } from "../database/address.ts";
import { isUnreached } from "../database/away.ts";
import { redisSettings } from "../database/settings.ts";
import { workLimits } from "../limits.ts";
import { WatchError } from "../watch-error.ts";
import { heardRedis } from "./heard-redis.ts";
import { unusable } from "./unusable.ts";
import type { Connected, ConnectRequest } from "./connection.ts";
import { loadPackage } from "./load-package.ts";
import { readRedisServer, type RedisServer } from "./redis-server.ts";

/** Waits until it answers. @throws WatchError for what waiting does not mend */
export async function connectRedis(
  { client, health, log, signal }: ConnectRequest,
  address: DatabaseAddress,
): Promise<Connected> {
  const { Redis } = await loadPackage(() => import("ioredis"), "ioredis");
  const settings = {
    ...redisSettings(client, address, { stillOpenMs: workLimits.leaveMs.value }),
    keepAlive: workLimits.keepAliveMs.value,
    maxRetriesPerRequest: null,
  };
  const redis = heardRedis(Redis, settings, () => health.back());
  let isOpen = false;
  let server: RedisServer;
  // Redis may end it without an error, and be back at once.
  redis.on("close", () => {
    if (isOpen) health.away("The connection was closed");
  });
  const refused = new Promise<never>((_resolve, reject) => {
    redis.on("error", (error) => {
      // Once it was there, whatever keeps it from being there is waited for.
      if (!isOpen && error instanceof HttpsError && !isUnreached(error)) reject(error);
      else health.away(messageOf(error));
    });
  });
  refused.catch(() => undefined); // Of what it says later, nobody waits for.
  const stop = (): void => {
    health.leave();
    redis.disconnect();
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    signal?.throwIfAborted();
    server = readRedisServer(await Promise.race([redis.fullInfo(), refused]), address.name);
    for (const sentence of server.warnings) log({ level: "warning", event: "queue-unfit", sentence });
    isOpen = true;
  } catch (error) {
    redis.disconnect();
    signal?.throwIfAborted();
    throw error instanceof WatchError ? error : unusable(address, error);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return {
    connection: redis,
    factory: undefined,
    skipVersionCheck: server.isOld,
    // One that is away would be waited for.
    end: async () => {
      const leaving = redis.status === "ready" && !health.isAway ? redis.quit().catch(() => undefined) : null;
      await Promise.race([leaving, pause(workLimits.leaveMs.value, undefined, { ref: false })]);
      redis.disconnect();
    },
  };
}
