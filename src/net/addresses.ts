/**
 * Which addresses a host has: literals, overrides and loopback names without asking anybody, all others by
 * the system's resolver. Ordered for racing (RFC 8305 §4): families take turns, the resolver's first choice first.
 */
import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { bare, dictionary, HttpsError, isWithheld, shownUrl, text, type Check } from "../core/index.ts";
import { runtimeHere } from "../runtime/index.ts";
import { runGuarded } from "./guard.ts";
import { netLimits } from "./limits.ts";

/** What a caller says of where hosts are. */
export interface AddressRules {
  /** `host:port` to addresses, as curl's `--resolve`; `*:port` for every host. */
  readonly resolve: Readonly<Record<string, string>> | undefined;
  /** Asked in place of the system's resolver, loopback names included. */
  readonly lookup: LookupFunction | undefined;
  /** The one family to connect by. */
  readonly family: 4 | 6 | undefined;
}

export const noAddressRules: AddressRules = { resolve: undefined, lookup: undefined, family: undefined };

export interface AddressQuery extends AddressRules {
  /** A host name or an IP literal without brackets. */
  readonly host: string;
  readonly port: number;
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

/** @throws HttpsError `name-not-found`, `dns-failed`, `dns-timeout`, `network-denied`, `aborted`, `option-invalid` */
export async function findAddresses(query: AddressQuery): Promise<Addresses> {
  const { source, list } = await findAll(query);
  const { host, family } = query;
  if (family === undefined) return { source, list };
  const ofFamily = list.filter((address) => isIP(address) === family);
  if (ofFamily.length > 0) return { source, list: ofFamily };
  throw new HttpsError("name-not-found", { host, resolverCode: `no IPv${family} address` });
}

async function findAll(query: AddressQuery): Promise<Addresses> {
  const { host, lookup } = query;
  const override = findOverride(query);
  if (override !== undefined) return { source: "override", list: override };
  if (isIP(host) !== 0) return { source: "literal", list: [host] };
  // RFC 6761 §6.3 (3): these names never leave the machine. Who looks up by a function of its own may forbid them.
  if (lookup === undefined && isLoopbackName(host))
    return { source: "loopback-name", list: ["127.0.0.1", "::1"] };
  return { source: "resolver", list: interleaveFamilies(await askResolver(query)) };
}

/** `localhost` and every name under it, with or without the root's dot (RFC 6761 §6.3). */
export function isLoopbackName(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(host);
}

function findOverride({ host, port, resolve }: AddressQuery): readonly string[] | undefined {
  const named = [`${host}:${port}`, `[${host}]:${port}`, `*:${port}`];
  const text = named.map((name) => resolve?.[name]).find((one) => one !== undefined);
  if (text === undefined) return undefined;
  const list = text.split(",").map((address) => address.trim().replace(/^\[(.*)\]$/, "$1"));
  const wrong = list.find((address) => isIP(address) === 0);
  if (wrong === undefined) return list;
  throw new HttpsError("option-invalid", {
    option: "resolve",
    value: JSON.stringify(shownUrl(wrong)),
    expected: "IP addresses, several separated by commas",
  });
}

function askResolver(query: AddressQuery): Promise<readonly LookupAddress[]> {
  const { host, limitMs, signal, family, lookup: ask = lookup } = query;
  const guard = {
    limitMs,
    signal,
    timedOut: () =>
      new HttpsError("dns-timeout", { host, limitMs, asked: ask === lookup ? "resolver" : "lookup" }),
    aborted: (reason: unknown) => new HttpsError("aborted", { host, phase: "dns" }, { cause: reason }),
  };
  return runGuarded(guard, (resolve, reject) => {
    const fail = (error: unknown): void => reject(translateResolver(query, error));
    // A look-up of the caller's may call back with anything, throw, or be a promise that fails.
    const settle = (error: unknown, found: unknown, foundFamily?: unknown): void => {
      if (error !== null && error !== undefined) return fail(error);
      try {
        const addresses = readAnswer(found, foundFamily);
        if (addresses === undefined || addresses.length === 0)
          fail(Object.assign(new Error(), { code: addresses === undefined ? "EBADRESP" : "ENODATA" }));
        else resolve(addresses);
      } catch (thrown) {
        fail(thrown);
      }
    };
    try {
      const given: unknown = ask(host, bare({ all: true, verbatim: true, family: family ?? 0 }), settle);
      if (typeof given === "object" && given !== null) Promise.resolve(given).catch(fail);
    } catch (error) {
      fail(error);
    }
    return () => {}; // getaddrinfo cannot be called back; its late answer is dropped.
  });
}

/** What a look-up gave: one address or a list of them. `undefined` where it is neither. */
function readAnswer(found: unknown, family: unknown): readonly LookupAddress[] | undefined {
  const list: readonly unknown[] = Array.isArray(found) ? found : [{ address: found, family }];
  const addresses = list.map((entry) => (entry as { readonly address?: unknown } | null)?.address);
  if (!addresses.every((address): address is string => typeof address === "string")) return undefined;
  if (addresses.some((address) => isIP(address) === 0)) return undefined;
  return addresses.map((address) => ({ address, family: isIP(address) }));
}

function translateResolver({ host, port }: AddressQuery, error: unknown): HttpsError {
  const resolverCode = codeOf(error);
  const { name: runtime } = runtimeHere;
  // Deno's resolver has the system's code for it.
  if (isWithheld(error) || (runtime === "Deno" && resolverCode === "EPERM"))
    return new HttpsError("network-denied", { host, port, addresses: [], runtime }, { cause: error });
  const missing = resolverCode === "ENOTFOUND" || resolverCode === "ENODATA";
  return new HttpsError(missing ? "name-not-found" : "dns-failed", { host, resolverCode }, { cause: error });
}

function codeOf(error: unknown): string {
  try {
    const { code } = error as { readonly code?: unknown };
    return typeof code === "string" ? code : "no code";
  } catch {
    return "no code";
  }
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
