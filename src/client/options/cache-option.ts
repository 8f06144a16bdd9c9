/** What a client's cache is made with, and what a place to keep responses in has to be able to do. */
import {
  flag,
  objectWith,
  record,
  wholeNumber,
  wholeOrInfinity,
  type Check,
  type Checks,
} from "../../core/index.ts";

/** One thing that a cache keeps: text in a form of the cache's own, and the body as it came, content codings and all. */
export interface CacheEntry {
  /** JSON; what is in it may change between versions, and is a miss then. It holds fields of the response. */
  readonly facts: string;
  readonly body: Uint8Array;
}

/**
 * Where responses are kept. A key is 64 hexadecimal digits, which tell nothing of the URL. It may forget what it likes; what
 * it throws, and an answer that takes longer than a second, costs no request more than that: the server is asked.
 */
export interface CacheStore {
  get(key: string): CacheEntry | undefined | Promise<CacheEntry | undefined>;
  set(key: string, entry: CacheEntry): unknown;
  delete(key: string): unknown;
}

/** Where responses are kept, how many, and for whom. */
export interface CacheOptions {
  /** Default: memory of this client's, within `maxBytes` and `maxEntries`. */
  readonly store?: CacheStore;
  /** Whether several users are served from it (RFC 9111 §3.5, §5.2.2.10): then `private` is not kept, and `s-maxage` counts. Default false. */
  readonly shared?: boolean;
  /** The largest body that is kept, in bytes. Default 8 MiB. */
  readonly maxBodyBytes?: number;
  /** What the memory keeps at most, in bytes. Default 64 MiB. */
  readonly maxBytes?: number;
  /** How many responses the memory keeps at most. Default 1,024. */
  readonly maxEntries?: number;
}

const cacheChecks: Checks<CacheOptions> = {
  store: objectWith<CacheStore>(["get", "set", "delete"], "a store with get, set and delete"),
  shared: flag,
  maxBodyBytes: wholeNumber(0),
  maxBytes: wholeOrInfinity(0),
  maxEntries: wholeNumber(1),
};

const cacheRecord = record(cacheChecks);

export const cacheCheck: Check<CacheOptions | boolean> = (value, option) =>
  typeof value === "boolean" ? value : cacheRecord(value, option);
