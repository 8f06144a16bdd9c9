/** http-cache-semantics, an optional peer: what RFC 9111 says of freshness. Loaded before the first response is looked for. */
import type Semantics from "http-cache-semantics";
import { HttpsError } from "../../core/index.ts";
import { loadPackage } from "../optional-package.ts";

interface Library {
  readonly default: typeof Semantics;
}

/** What the library makes of one exchange. */
export type CachePolicy = Semantics;
/** Its class, once it is loaded. */
export let CachePolicy: typeof Semantics;

/** @throws HttpsError `cache-library-missing` */
export async function loadLibrary(from = "http-cache-semantics"): Promise<void> {
  const missing = (cause: unknown): HttpsError =>
    new HttpsError("cache-library-missing", { package: "http-cache-semantics" }, { cause });
  ({ default: CachePolicy } = await loadPackage<Library>(from, missing));
}
