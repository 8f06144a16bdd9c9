/**
 * What a kept response is found by. A URL alone is not enough: what one policy admitted, or what was shown to one holder of
 * credentials, is given under no other. Everything that decides whom a request trusts and as whom it asks is in the key; the
 * key is a hash, so that a store holds none of it.
 */
import { createHash, randomUUID } from "node:crypto";
import { canonicalText } from "../../core/index.ts";
import { namesCredential } from "../../http1/index.ts";
import { cookiesFor } from "../journey/cookies.ts";
import type { AskedRequest } from "../middleware/exchange.ts";
import type { Settings } from "../options/settings.ts";
import type { ReadonlyHeaders } from "../readonly-headers.ts";

/** A function has a number in this process alone: what depends on one is found in this process alone. */
const thisProcess = randomUUID();

/** By which a URL's responses are found, and forgotten together (RFC 9111 §4.4). */
export function indexKey(url: string): string {
  return hashOf(["index", url]);
}

/** Whom the request trusts, and as whom it asks. @throws HttpsError `cookie-jar-failed` */
export async function contextOf({ url, headers }: AskedRequest, settings: Settings): Promise<string> {
  const { options, connectionKey } = settings;
  const { authentication, lookup, cookies, decompress, userAgent, secretHeaders = [] } = options;
  const secrets = [...headers].filter(
    ([name]) => namesCredential(name) || secretHeaders.some((secret) => secret.toLowerCase() === name),
  );
  return hashOf([
    "context",
    connectionKey,
    lookup === undefined ? undefined : thisProcess,
    secrets,
    authentication === undefined || authentication === null ? undefined : { ...authentication },
    cookies === undefined || cookies === null ? undefined : await cookiesFor(cookies, url),
    // What the client says by itself, which a response may vary by.
    decompress === false,
    userAgent,
  ]);
}

/** Where one response of a URL stands: `id` is its index's, `varies` the fields that its responses differ by. */
export function responseKey(
  { id, varies }: { readonly id: string; readonly varies: readonly string[] },
  {
    url,
    context,
    headers,
  }: { readonly url: string; readonly context: string; readonly headers: ReadonlyHeaders },
): string {
  return hashOf(["response", id, url, context, varies.map((name) => [name, headers.get(name)])]);
}

function hashOf(parts: readonly unknown[]): string {
  return createHash("sha256")
    .update(canonicalText(parts) ?? "")
    .digest("hex");
}
