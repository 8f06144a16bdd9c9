/** What a PAC file may ask of this machine: addresses of names, a bounded number of times; its own address; how the clock stands. */
import { lookup } from "node:dns/promises";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { pacLookups } from "../../limits.ts";

/** Functions of the script, by name; the other ones are the library's. */
export interface PacFunctions {
  readonly alert: () => void;
  readonly dnsResolve: (host: unknown) => Promise<string | null>;
  readonly isResolvable: (host: unknown) => Promise<boolean>;
  readonly isInNet: (host: unknown, pattern: string, mask: string) => Promise<boolean>;
  readonly myIpAddress: () => Promise<string>;
  readonly shExpMatch: (text: unknown, pattern: unknown) => boolean;
}

/** `isInNet` decides of an address; names are looked up here, each once. Past the limit no name resolves, and `onLimit` is called. */
export function pacFunctions(
  isInNet: (address: string, pattern: string, mask: string) => Promise<boolean>,
  onLimit: () => void,
): PacFunctions {
  const known = new Map<string, Promise<string | null>>();
  const resolve = (host: unknown): Promise<string | null> => {
    const name = String(host);
    if (isIPv4(name)) return Promise.resolve(name);
    const earlier = known.get(name);
    if (earlier !== undefined) return earlier;
    if (known.size >= pacLookups.value) {
      onLimit();
      return Promise.resolve(null);
    }
    const found = lookup(name, { family: 4 }).then(
      ({ address }) => address,
      () => null,
    );
    known.set(name, found);
    return found;
  };
  return {
    // A browser opens a window for it, which nobody would see here.
    alert: () => undefined,
    dnsResolve: async (host) => resolve(host),
    isResolvable: async (host) => (await resolve(host)) !== null,
    isInNet: async (host, pattern, mask) => {
      const address = await resolve(host);
      return address !== null && isInNet(address, pattern, mask);
    },
    myIpAddress: async () => ownAddress(),
    shExpMatch: (text, pattern) => matchesShell(String(text), String(pattern)),
  };
}

/** The first address that is not of this machine alone. Nobody outside is asked for it. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) => list);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

/** `*` is any characters, `?` is one: in time that is bounded by the lengths' product, where a regular expression's is not. */
export function matchesShell(text: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resumed = 0;
  while (at < text.length) {
    if (pattern[next] === "*") {
      star = next++;
      resumed = at;
    } else if (pattern[next] === "?" || pattern[next] === text[at]) {
      next++;
      at++;
    } else if (star === -1) return false;
    else {
      next = star + 1;
      at = ++resumed;
    }
  }
  while (pattern[next] === "*") next++;
  return next === pattern.length;
}
