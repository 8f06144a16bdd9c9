/** An address as the settings of the libraries that speak to it: where TLS is spoken their sockets are ours, and verified. */
import type { Duplex } from "node:stream";
import { type Client, type ConnectOptions, MeerkatSocket } from "../../client/index.ts";
import { type DatabaseAddress, withoutCredentials } from "./address.ts";
import { decoded, socketFolderOf } from "./postgres-url.ts";
import { redisDatabaseOf } from "./redis-url.ts";

/**
 * What pg is given. Its own TLS stays off: the socket speaks TLS by itself, and is verified. Where to, and as whom, is said to it part
 * by part, as it would take from a URL more than was checked; a user or password that is left out is pg's to find (`PGPASSWORD`,
 * `~/.pgpass`).
 */
export function poolSettings(client: Client, { url, isPlain }: DatabaseAddress): object {
  const [user, password] = [decoded(url.username), decoded(url.password)];
  const database = decoded(url.pathname.slice(1));
  const name = url.searchParams.get("application_name");
  return {
    host: socketFolderOf(url) ?? url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? 5432 : Number(url.port),
    ...(user !== "" && { user }),
    ...(password !== "" && { password }),
    ...(database !== "" && { database }),
    ...(name !== null && { application_name: name }),
    ssl: false,
    ...(!isPlain && {
      stream: () => new MeerkatSocket(client, withoutCredentials(url), whomToTrust(url)),
    }),
  };
}

/** Whose CA it is, the person says: in its URL, or for the whole watch. */
function whomToTrust({ searchParams }: URL): ConnectOptions {
  const file = searchParams.get("sslrootcert");
  if (file === null || file === "") return direct;
  return { ...direct, roots: file === "mozilla" ? "./mozilla" : file };
}

/** The proxies of the environment are for the web. */
const direct: ConnectOptions = { proxy: null };

/**
 * What ioredis is given, part by part: of a URL it takes every parameter as an option, also whom to connect by. `stillOpenMs`: how long
 * a connection that is ended is waited for.
 */
export function redisSettings(
  client: Client,
  { url, isPlain }: DatabaseAddress,
  { stillOpenMs }: { readonly stillOpenMs: number },
): object {
  const [username, password] = [decoded(url.username), decoded(url.password)];
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? 6379 : Number(url.port),
    ...(username !== "" && { username }),
    ...(password !== "" && { password }),
    db: redisDatabaseOf(url),
    disconnectTimeout: stillOpenMs,
    ...(!isPlain && { Connector: connectorOf(client, url, stillOpenMs) }),
  };
}

/** What of a connection is ioredis' own to ask for. */
interface Connector {
  connect(): Promise<Duplex>;
  disconnect(): void;
  check(): boolean;
}

function connectorOf(client: Client, url: URL, stillOpenMs: number): new () => Connector {
  return class implements Connector {
    #socket: MeerkatSocket | undefined;
    // There at once, so that what fails is an event of it: whoever fails here is not tried again by ioredis.
    connect(): Promise<MeerkatSocket> {
      this.#socket = new MeerkatSocket(client, withoutCredentials(url), whomToTrust(url));
      return Promise.resolve(this.#socket);
    }
    disconnect(): void {
      const socket = this.#socket;
      if (socket === undefined) return;
      if (socket.trust === undefined) return void socket.destroy();
      const timer = setTimeout(() => socket.destroy(), stillOpenMs);
      socket.once("close", () => clearTimeout(timer));
      socket.end();
    }
    check(): boolean {
      return true;
    }
  };
}
