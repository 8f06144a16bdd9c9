/** Asks a queue once what it is, and leaves it as it is: for whoever checks a configuration. Of PostgreSQL there is nothing to ask. */
import type { Client } from "../../client/index.ts";
import { messageOf } from "../../core/index.ts";
import type { DatabaseAddress } from "../database/address.ts";
import { isAway } from "../database/away.ts";
import { redisSettings } from "../database/settings.ts";
import { workLimits } from "../limits.ts";
import { WatchError } from "../watch-error.ts";
import { loadPackage } from "./load-package.ts";
import { readRedisServer } from "./redis-server.ts";
import { unusable } from "./unusable.ts";

/** What is to be said of it. @throws WatchError where it is there, and cannot be used */
export async function askQueue(client: Client, address: DatabaseAddress): Promise<readonly string[]> {
  if (address.kind !== "redis") return [];
  const { Redis } = await loadPackage(() => import("ioredis"), "ioredis");
  const redis = new Redis({
    ...redisSettings(client, address, { stillOpenMs: workLimits.leaveMs.value }),
    lazyConnect: true,
    connectTimeout: workLimits.connectMs.value,
    commandTimeout: workLimits.connectMs.value,
    retryStrategy: () => null,
  });
  let fault: unknown;
  redis.on("error", (error) => (fault = error));
  try {
    await redis.connect();
    return readRedisServer(await redis.info(), address.name).warnings;
  } catch (error) {
    // ioredis says of a connection that it was closed, and of what before.
    const reason = fault ?? error;
    if (reason instanceof WatchError) throw reason;
    if (!isAway(reason)) throw unusable(address, reason);
    return [
      `The queue at ${address.name} does not answer now: ${messageOf(reason).replace(/\.$/, "")}. A watch waits for it.`,
    ];
  } finally {
    redis.disconnect();
  }
}
