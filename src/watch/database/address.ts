/**
 * How a database is reached: by a URL that names its user and password, over TLS that our own client verifies by both keys.
 * Without TLS a database is reached on this machine alone. No password of a URL is ever shown.
 */
import { requireEndpoint } from "../../core/index.ts";
import { isLoopback } from "../loopback.ts";
import { WatchError } from "../watch-error.ts";
import { checkPostgresUrl, socketFolderOf } from "./postgres-url.ts";
import { checkRedisUrl } from "./redis-url.ts";

export interface DatabaseAddress {
  readonly kind: "postgres" | "redis";
  readonly url: URL;
  readonly isPlain: boolean;
  /** Scheme, host and port. */
  readonly name: string;
}

const kinds: ReadonlyMap<string, DatabaseAddress["kind"]> = new Map([
  ["postgres:", "postgres"],
  ["postgresql:", "postgres"],
  ["redis:", "redis"],
  ["rediss:", "redis"],
]);

/** Whether a text names something by its URL, and not a file. */
export function isDatabaseUrl(text: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(text);
}

/** @throws WatchError, which does not show the URL */
export function databaseAddress(text: string): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = kinds.get(url?.protocol ?? "");
  if (url === undefined || kind === undefined)
    throw new WatchError("The address of a database is not a URL of PostgreSQL or Redis.", {
      hint: "It looks like postgres://user:password@host/database or rediss://user:password@host.",
    });
  // A password with such a sign as it is would be read as host and port, and shown as such.
  if (`${url.pathname}${url.search}${url.hash}`.includes("@"))
    throw new WatchError("The address of a database has an @ behind its host.", {
      hint: "In a password, / is written %2F, ? is %3F, # is %23 and @ is %40; behind the host, too, @ is %40.",
    });
  const folder = kind === "postgres" ? socketFolderOf(url) : undefined;
  const name = folder === undefined ? `${url.protocol}//${url.host}` : `${url.protocol}//${folder}`;
  if (kind === "postgres") checkPostgresUrl(url, name);
  else checkRedisUrl(url, name);
  // What goes through a socket of this machine is nobody else's.
  if (folder !== undefined) return { kind, url, isPlain: true, name };
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (host === "") throw new WatchError(`The address of a database, ${name}, names no host.`);
  const isPlain =
    kind === "redis" ? url.protocol === "redis:" : url.searchParams.get("sslmode") === "disable";
  if (isPlain && !isLoopback(host))
    throw new WatchError(`${name} would be spoken to in plain text.`, {
      hint: `${kind === "redis" ? "Write rediss: in place of redis:" : "Leave sslmode=disable out"}. Plain text is for a database on this machine: localhost, 127.0.0.1 or [::1].`,
    });
  return { kind, url, isPlain, name };
}

/** For our client: it needs no more, and logs nothing that it does not have. */
export function withoutCredentials(url: URL): string {
  return requireEndpoint(`${url.protocol}//${url.host}`).href;
}
