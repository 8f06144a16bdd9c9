/** An address as the settings of the libraries that speak to it: where TLS is spoken their sockets are ours, and verified. */
import type { Socket } from "node:net";
import { type Client, type ConnectOptions, MeerkatSocket } from "../../client/index.ts";
import { type DatabaseAddress, withoutCredentials } from "./address.ts";
import { decoded, socketFolderOf } from "./postgres-url.ts";

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

/** What ioredis is given beside its URL. */
export function redisSettings(client: Client, { url, isPlain }: DatabaseAddress): object {
  if (isPlain) return {};
  class Connector {
    #stop = new AbortController();
    async connect(): Promise<Socket> {
      this.#stop = new AbortController();
      const { signal } = this.#stop;
      const { socket } = await client.connect(withoutCredentials(url), { ...whomToTrust(url), signal });
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
