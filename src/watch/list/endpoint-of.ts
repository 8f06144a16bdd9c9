/** The endpoint that is watched, of a URL or `host:port` that was read. */
import { createHash } from "node:crypto";
import type { Endpoint } from "../../core/index.ts";
import type { WatchedEndpoint } from "../../fleet/index.ts";

/** 80 bits of SHA-256: a million endpoints share none of them but once in two trillion lists. */
const idDigits = 20;

export function endpointOf(endpoint: Endpoint, tags: readonly string[]): WatchedEndpoint {
  const { href, host, port, scheme } = endpoint;
  const id = createHash("sha256").update(href).digest("hex").slice(0, idDigits);
  return { id, href, name: nameOf(endpoint), host, port, scheme, tags };
}

/** A path and a query may be credentials. `tls:` is what is meant where there is no scheme, as in the lists. */
function nameOf({ scheme, href }: Endpoint): string {
  const [origin = href] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/.exec(href) ?? [];
  return scheme === "tls" ? origin.slice("tls://".length) : origin;
}
