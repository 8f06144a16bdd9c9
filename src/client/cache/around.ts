/** Where a client's cache comes in: loaded at the first request of a client that asked for one, and at no other. */
import type { Innermost } from "../middleware/innermost.ts";
import type { CacheOptions } from "../options/cache-option.ts";

const none: readonly Innermost[] = [];

export function cacheAround(option: CacheOptions | boolean | undefined): readonly Innermost[] {
  if (option === undefined || option === false) return none;
  let loaded: Promise<Innermost> | undefined;
  return [
    async (exchange, next, place) => {
      const cache = await (loaded ??= load(option === true ? {} : option));
      return cache(exchange, next, place);
    },
  ];
}

/** @throws HttpsError `package-missing` */
async function load(options: CacheOptions): Promise<Innermost> {
  const { loadLibrary, openCache } = await import("./cache.ts");
  await loadLibrary();
  return openCache(options);
}
