/** One TLS server at every loopback address, and when each of them was dialled for which name. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createSecureContext, createServer, type SecureContext } from "node:tls";
import { identityOf, pemOf } from "../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../test/pki/today.ts";

interface Arrival {
  readonly address: string;
  readonly at: number;
}

export interface ManySites {
  readonly port: number;
  /** Its root, PEM. */
  readonly root: string;
  readonly arrivals: readonly Arrival[];
  /** The names that handshakes were begun for, in their order. */
  readonly names: readonly string[];
  /** The most connections that one address had at a time. */
  mostAtOnce(): number;
  /** Tells of every handshake. */
  onName: () => void;
  close(): Promise<void>;
}

export const domain = "many.example";

export async function openManySites(): Promise<ManySites> {
  const root = mintRoot("Root of many");
  const leaf = mintLeaf(domain, root, { names: [`dns:*.${domain}`] });
  const arrivals: Arrival[] = [];
  const names: string[] = [];
  const open = new Map<string, number>();
  let most = 0;
  const context = createSecureContext(identityOf(leaf));
  // A visit may have seen enough before its handshake is over on this side.
  const SNICallback = (name: string, done: (error: null, context: SecureContext) => void): void => {
    names.push(name);
    sites.onName();
    done(null, context);
  };
  const server = createServer({ SNICallback }, (socket) => {
    socket.on("error", () => {}).resume();
  });
  server.on("tlsClientError", () => {});
  server.on("connection", (socket) => {
    const address = String(socket.localAddress);
    arrivals.push({ address, at: performance.now() });
    open.set(address, (open.get(address) ?? 0) + 1);
    socket.once("close", () => open.set(address, (open.get(address) ?? 1) - 1));
    // What ended before may be read after this, in the same turn.
    setImmediate(() => (most = Math.max(most, open.get(address) ?? 0)));
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sites: ManySites = {
    port,
    root: pemOf(root),
    arrivals,
    names,
    mostAtOnce: () => most,
    onName: () => {},
    close: async () => {
      server.close();
      await once(server, "close");
    },
  };
  return sites;
}

/** How often more than `most` arrived within a second of their own. */
export function tooMany(arrivals: readonly Arrival[], most: number): number {
  const times = arrivals.map(({ at }) => at).toSorted((a, b) => a - b);
  return times.filter((at, i) => i >= most && at - (times[i - most] ?? 0) < 1_000).length;
}

export function groupedBy<T>(
  list: readonly T[],
  keyOf: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
