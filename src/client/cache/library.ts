/** http-cache-semantics, an optional peer: what RFC 9111 says of freshness. Loaded before the first response is looked for. */
import type Semantics from "http-cache-semantics";
import { loadPackage } from "../optional-package.ts";

interface Library {
  readonly default: typeof Semantics;
}

/** What the library makes of one exchange. */
export type CachePolicy = Semantics;
/** Its class, once it is loaded. */
export let CachePolicy: typeof Semantics;

/** @throws HttpsError `package-missing` */
export async function loadLibrary(from = "http-cache-semantics"): Promise<void> {
  const missing = { needs: "The cache", name: "http-cache-semantics@4" };
  ({ default: CachePolicy } = await loadPackage<Library>(from, missing));
}
