/**
 * Which addresses a host has: literals, overrides and loopback names without asking anybody, all others by
 * the system's resolver. Ordered for racing (RFC 8305 §4): families take turns, the resolver's first choice first.
 */
import { lookup, type LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { dictionary, HttpsError, text, type Check } from "../core/index.ts";
import { runGuarded } from "./guard.ts";
import { netLimits } from "./limits.ts";

export interface AddressQuery {
  /** A host name or an IP literal without brackets. */
  readonly host: string;
  readonly port: number;
  /** `host:port` to address, as curl's `--resolve`. */
  readonly resolve?: Readonly<Record<string, string>> | undefined;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
}

/** The check of an option that says where hosts are: names and text; whether it is addresses is said where they are used. */
export const resolveCheck: Check<Readonly<Record<string, string>>> = dictionary(
  text,
  '{ "host:port": "addresses" }',
);

/** Where the addresses came from, for reports. */
export type AddressSource = "literal" | "override" | "loopback-name" | "resolver";

export interface Addresses {
  readonly source: AddressSource;
  readonly list: readonly string[];
}

/** @throws HttpsError `name-not-found`, `dns-failed`, `dns-timeout`, `aborted`, `option-invalid` */
export async function findAddresses(query: AddressQuery): Promise<Addresses> {
  const override = findOverride(query);
  if (override !== undefined) return { source: "override", list: override };
  if (isIP(query.host) !== 0) return { source: "literal", list: [query.host] };
  // RFC 6761 §6.3 (3): these names never leave the machine.
  if (isLoopbackName(query.host)) return { source: "loopback-name", list: ["127.0.0.1", "::1"] };
  return { source: "resolver", list: interleaveFamilies(await askResolver(query)) };
}

/** `localhost` and every name under it, with or without the root's dot (RFC 6761 §6.3). */
export function isLoopbackName(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(host);
}

function findOverride({ host, port, resolve }: AddressQuery): readonly string[] | undefined {
  const text = resolve?.[`${host}:${port}`] ?? resolve?.[`[${host}]:${port}`];
  if (text === undefined) return undefined;
  const list = text.split(",").map((address) => address.trim().replace(/^\[(.*)\]$/, "$1"));
  const wrong = list.find((address) => isIP(address) === 0);
  if (wrong === undefined) return list;
  throw new HttpsError("option-invalid", {
    option: "resolve",
    value: JSON.stringify(wrong),
    expected: "IP addresses, several separated by commas",
  });
}

function askResolver({ host, limitMs, signal }: AddressQuery): Promise<readonly LookupAddress[]> {
  const guard = {
    limitMs,
    signal,
    timedOut: () => new HttpsError("dns-timeout", { host, limitMs }),
    aborted: (reason: unknown) => new HttpsError("aborted", { host, phase: "dns" }, { cause: reason }),
  };
  return runGuarded(guard, (resolve, reject) => {
    lookup(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error !== null) reject(translateResolver(host, error));
      else if (addresses.length === 0)
        reject(translateResolver(host, Object.assign(new Error(), { code: "ENODATA" })));
      else resolve(addresses);
    });
    return () => {}; // getaddrinfo cannot be called back; its late answer is dropped.
  });
}

function translateResolver(host: string, error: NodeJS.ErrnoException): HttpsError {
  const resolverCode = error.code ?? "no code";
  const missing = resolverCode === "ENOTFOUND" || resolverCode === "ENODATA";
  return new HttpsError(missing ? "name-not-found" : "dns-failed", { host, resolverCode }, { cause: error });
}

/** RFC 8305 §4: after the first address, the families alternate, each in the resolver's order. */
export function interleaveFamilies(addresses: readonly LookupAddress[]): readonly string[] {
  const first = addresses[0]?.family;
  const same = addresses.filter(({ family }) => family === first);
  const other = addresses.filter(({ family }) => family !== first);
  const order: string[] = [];
  for (let i = 0; i < Math.max(same.length, other.length); i++) {
    const pair = [same[i], other[i]];
    for (const entry of pair) if (entry !== undefined) order.push(entry.address);
  }
  return order.slice(0, netLimits.addresses.value);
}
