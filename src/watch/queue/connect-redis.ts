/** Redis, or Valkey, as a queue's connection. What is asked of it while it is away waits, and is asked when it is back. */
import { HttpsError, messageOf } from "../../core/index.ts";
import type { DatabaseAddress } from "../database/address.ts";
import { redisSettings } from "../database/settings.ts";
import { unusable } from "./unusable.ts";
import type { Connected, ConnectRequest } from "./connection.ts";
import { loadPackage } from "./load-package.ts";

/** Waits until it answers. @throws WatchError for what waiting does not mend */
export async function connectRedis(
  { client, health, signal }: ConnectRequest,
  { address, text }: { readonly address: DatabaseAddress; readonly text: string },
): Promise<Connected> {
  const { Redis } = await loadPackage(() => import("ioredis"), "ioredis");
  const redis = new Redis(text, { ...redisSettings(client, address), maxRetriesPerRequest: null });
  redis.on("ready", () => health.back());
  const refused = new Promise<never>((_resolve, reject) => {
    redis.on("error", (error) => {
      if (error instanceof HttpsError && error.stage !== "tcp" && error.stage !== "dns") reject(error);
      health.away(messageOf(error));
    });
  });
  refused.catch(() => undefined); // Of what it says later, nobody waits for.
  const stop = (): void => redis.disconnect();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    signal?.throwIfAborted();
    await Promise.race([redis.ping(), refused]);
  } catch (error) {
    redis.disconnect();
    signal?.throwIfAborted();
    throw unusable(address, error);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return {
    connection: redis,
    factory: undefined,
    // One that is away would be waited for.
    end: async () => {
      if (redis.status === "ready") await redis.quit().catch(() => redis.disconnect());
      else redis.disconnect();
    },
  };
}
