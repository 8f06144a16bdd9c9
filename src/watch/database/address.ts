/**
 * How a database is reached: by a URL that names its user and password, over TLS that our own client verifies by both keys.
 * Without TLS a database is reached on this machine alone. Nothing of the URL but scheme, host and port is ever shown.
 */
import type { Socket } from "node:net";
import { requireEndpoint } from "../../core/index.ts";
import { type Client, MeerkatSocket } from "../../client/index.ts";
import { isLoopback } from "../tell/http-receiver.ts";
import { WatchError } from "../watch-error.ts";

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

/** @throws WatchError, which does not show the URL */
export function databaseAddress(text: string): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = kinds.get(url?.protocol ?? "");
  if (url === undefined || kind === undefined)
    throw new WatchError("The address of a database is not a URL of PostgreSQL or Redis.", {
      hint: "It looks like postgres://user:password@host/database or rediss://user:password@host.",
    });
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const name = `${url.protocol}//${url.host}`;
  const isPlain = url.protocol === "redis:" || url.searchParams.get("sslmode") === "disable";
  if (isPlain && !isLoopback(host))
    throw new WatchError(`${name} would be spoken to in plain text.`, {
      hint: "Use rediss:, or leave sslmode out. Plain text is for a database on this machine: localhost, 127.0.0.1 or [::1].",
    });
  return { kind, url, isPlain, name };
}

/** What pg is given. Its own TLS stays off: the socket speaks TLS by itself, and is verified. */
export function poolSettings(client: Client, { url, isPlain }: DatabaseAddress): object {
  const place = new URL(url);
  // pg puts what its URL says of TLS in the place of `ssl`.
  for (const name of ["sslmode", "sslcert", "sslkey", "sslrootcert"]) place.searchParams.delete(name);
  const stream = isPlain ? {} : { stream: () => new MeerkatSocket(client, withoutCredentials(url)) };
  return { connectionString: place.href, ssl: false, ...stream };
}

/** What ioredis is given beside its URL. */
export function redisSettings(client: Client, { url, isPlain }: DatabaseAddress): object {
  if (isPlain) return {};
  class Connector {
    #stop = new AbortController();
    async connect(): Promise<Socket> {
      this.#stop = new AbortController();
      const { signal } = this.#stop;
      const { socket } = await client.connect(withoutCredentials(url), { signal });
      signal.addEventListener("abort", () => socket.end());
      return socket;
    }
    disconnect(): void {
      this.#stop.abort();
    }
    check(): boolean {
      return true;
    }
  }
  return { Connector };
}

function withoutCredentials(url: URL): string {
  return requireEndpoint(`${url.protocol}//${url.host}`).href;
}
