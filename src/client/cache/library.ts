/** http-cache-semantics, an optional peer: what RFC 9111 says of freshness. Loaded before the first response is looked for. */
import type Semantics from "http-cache-semantics";
import { HttpsError } from "../../core/index.ts";

/** No literal at its import: a bundler would warn of what is not installed. */
const name: string = "http-cache-semantics";

/** What the library makes of one exchange. */
export type CachePolicy = Semantics;
/** Its class, once it is loaded. */
export let CachePolicy: typeof Semantics;

/** @throws HttpsError `cache-library-missing` */
export async function loadLibrary(): Promise<void> {
  try {
    ({ default: CachePolicy } = (await import(/* webpackIgnore: true */ name)) as {
      readonly default: typeof Semantics;
    });
  } catch (error) {
    if (!notFound.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    throw new HttpsError("cache-library-missing", { package: name }, { cause: error });
  }
}

/** As import() says it, and as require() does. */
const notFound: ReadonlySet<string> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);
