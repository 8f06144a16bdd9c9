/** What a caller can say about a request, and about all requests of a client; and how each option is read. */
import type { LookupFunction } from "node:net";
import {
  HttpsError,
  ageMs,
  canonicalHost,
  asGiven,
  callback,
  deadlineMs,
  flag,
  kindOfOpaque,
  listOf,
  nameKind,
  objectWith,
  orNull,
  pauseMs,
  ratio,
  record,
  text,
  variables,
  wholeNumber,
  wholeOrInfinity,
  type Check,
  type Checks,
  type Naming,
} from "../../core/index.ts";
import {
  allowCheck,
  readerLimitChecks,
  type ReaderLimits,
  type ResponseHead,
  type Tolerance,
} from "../../http1/index.ts";
import { trustChecks, type TrustOptions } from "../../admission/index.ts";
import { resolveCheck } from "../../net/index.ts";
import { environmentHere } from "../../runtime/index.ts";
import { elsewhere } from "./elsewhere.ts";
import { readAuthentication, type Authentication } from "./authentication.ts";
import { cacheCheck, type CacheOptions } from "./cache-option.ts";
import type { CookieJar } from "./cookie-jar.ts";
import type { EventListener } from "../events.ts";
import { protocolCheck, type Protocol } from "./protocol.ts";
import type { BodyInput } from "../body/request-body.ts";
import { baseUrl } from "./base-url.ts";
import { pairs, queryPairs, type PairsInput } from "../body/pairs.ts";
import { retryCheck, type RetryOptions } from "./retry-options.ts";
import { resumeCheck, type ResumeOptions } from "./resume-options.ts";
import { timeoutChecks, type Timeouts } from "./timeouts.ts";

/** A value, several lines of one name, or nothing: `null` and `false` take a default field out. */
export type FieldValue = string | number | readonly string[] | null | false | undefined;

/** Fields by name, or in order as pairs. */
export type FieldsInput = Readonly<Record<string, FieldValue>> | Iterable<readonly [string, string]>;

/**
 * The types of options that are made of requests and responses themselves. Each is declared where it is at home (`declare module`),
 * so that options know nothing above them.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type
export interface OptionTypes {}

/** The type of that name. */
export type OptionType<Name extends string> =
  OptionTypes extends Readonly<Record<Name, infer Type extends (...args: never) => unknown>> ? Type : never;

/** What may differ from request to request and is never kept. */
export interface RequestParts {
  /** Default `GET`. Those that the Fetch standard knows may be written in any case (Fetch §2.2.1, normalize). */
  readonly method?: string | undefined;
  /** Fields in addition to the client's, or instead of them. */
  readonly headers?: FieldsInput | undefined;
  /** What is sent. A stream is waited for as long as it takes: `signal` and `timeouts.totalMs` bound it. */
  readonly body?: BodyInput | null | undefined;
  /** What is sent as JSON (RFC 8259) in place of `body`; `JSON.stringify` writes it. `null` is JSON too. */
  readonly json?: unknown;
  /** What is sent as application/x-www-form-urlencoded in place of `body`; files go into a `FormData` as `body`. */
  readonly form?: PairsInput | undefined;
  /** Names and values, or a query as text, put behind the query that the URL has. */
  readonly query?: PairsInput | string | undefined;
  /** Functions around the whole exchange, within those of the client; the first is the outermost. */
  readonly middleware?: readonly OptionType<"middleware">[] | undefined;
  /** Ends the request with `aborted` when it aborts, the body's reading too. */
  readonly signal?: AbortSignal | undefined;
  /** Told of a 1xx response other than 101. An exception becomes a warning of the process, and the request goes on. */
  readonly onInformational?: ((head: ResponseHead) => void) | undefined;
  /** Told of what was sent. An exception becomes a warning of the process, and the request goes on. */
  readonly onUploadProgress?: (sentBytes: number, totalBytes: number | undefined) => void;
  /** Told of what was received. An exception becomes a warning of the process, and the request goes on. */
  readonly onDownloadProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
}

/** What a client has defaults for, and a request can replace. */
export interface SharedOptions extends TrustOptions {
  /** Deadlines, in milliseconds; one that is left out has its default. */
  readonly timeouts?: Partial<Timeouts>;
  /** The same as `timeouts.totalMs`: the deadline of the whole request, in milliseconds. */
  readonly timeout?: number;
  /** The name that the certificate must carry; default the URL's host. */
  readonly identity?: string;
  /** The server name to send (SNI); default the URL's host; `null` for none. */
  readonly sni?: string | null;
  /** `host:port` to addresses, as curl's `--resolve`; `*:port` for every host. */
  readonly resolve?: Readonly<Record<string, string>>;
  /**
   * Finds the addresses of a name in place of the system's resolver, in the shape of Node's `dns.lookup`. Every name is asked
   * for, loopback ones too, so that it can forbid addresses; what it does with an IP address in a URL, it is not asked.
   * It has `timeouts.dnsMs` to answer.
   */
  readonly lookup?: LookupFunction;
  /** Connect by IPv4 or by IPv6 alone. */
  readonly family?: 4 | 6;
  /** A Unix socket to connect to instead of the URL's host. */
  readonly socketPath?: string;
  /**
   * A proxy's URL, `http://`, `https://`, `socks5://` (names are looked up here) or `socks5h://` (by the proxy), with its
   * credentials where it wants some; `null` for none; `"system"` for what the environment says, or else the settings of GNOME,
   * KDE, macOS or Windows. Default: the environment's `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.
   */
  readonly proxy?: string | null;
  /** Trust settings of a proxy reached over TLS; default the client's own. */
  readonly proxyTrust?: TrustOptions;
  /** The version of HTTP: `auto` (the default), `http/1.1` or `h2`. */
  readonly protocol?: Protocol;
  /** Default `meerkat/<version>`; `null` for none. */
  readonly userAgent?: string | null;
  /** Redirects to follow; 0 for none. Default 20. */
  readonly redirects?: number;
  /** Follow redirects from https to http. Default false. */
  readonly allowDowngrade?: boolean;
  /** Further fields that never cross to another origin, beside Authorization and Cookie. */
  readonly secretHeaders?: readonly string[];
  /** Retries that the caller wants, or how many of them; default none. */
  readonly retry?: RetryOptions | number;
  /**
   * Whether the body of a GET that breaks off is gone on with where it broke (RFC 9110 §13.1.5, §14), and how often at most; `true`
   * for ten times. It takes a strong validator (an ETag, or a Last-Modified that is old enough); without one, and where the
   * server says `Accept-Ranges: none`, the body ends in its error as without this. What is not the rest of the same
   * representation is the error `resume-refused`. No content coding is asked for then. Default false.
   */
  readonly resume?: ResumeOptions | number | boolean;
  /** Whether a status of 400 or above is an error, `status`, with the response on it. Default false: a status is a result. */
  readonly throwOnStatus?: boolean;
  /**
   * Undo content codings (RFC 9110 §8.4). Default true: a coding that is not known is an error. `"known"` hands out the bytes
   * as they came then.
   */
  readonly decompress?: boolean | "known";
  /** The most that a body may unpack to, in bytes. */
  readonly maxDecodedBytes?: number;
  /** The most that a body may unpack to, as a multiple of what was received. */
  readonly maxDecodedRatio?: number;
  /** The most that `bytes()`, `text()` and `json()` hold, in bytes. Default 256 MiB. */
  readonly maxBodyBytes?: number;
  /** Credentials for the URL's origin; `null` for none. */
  readonly authentication?: Authentication | null;
  /** A cookie jar, such as tough-cookie's; `null` for none. Each of its promises has `timeouts.cookiesMs` to settle. */
  readonly cookies?: CookieJar | null;
  /** Send `Expect: 100-continue` with a body, and wait this many milliseconds at most (`true`: one second). */
  readonly expectContinue?: boolean | number;
  /** Told what happens. An exception becomes a warning of the process, and the request goes on. */
  readonly onEvent?: EventListener;
}

/** One request: method, fields and body, and whatever it replaces of the client's options. */
export interface RequestOptions extends RequestParts, SharedOptions {}

/** What holds for all requests of a client. An option that is left out has its default; an unknown one is an error. */
export interface ClientOptions extends SharedOptions {
  /** What a request's URL is relative to, if it has no scheme: a prefix, which a path cannot leave. */
  readonly baseUrl?: string | URL;
  /** Functions around every exchange; the first is the outermost. */
  readonly middleware?: readonly OptionType<"middleware">[] | undefined;
  /** Fields that every request carries unless it says otherwise. */
  readonly headers?: FieldsInput | undefined;
  /**
   * Keep responses, and answer from what is kept where that is allowed (RFC 9111). Default false. It needs the package
   * http-cache-semantics.
   */
  readonly cache?: CacheOptions | boolean;
  /** Connections to one origin at most. Default 64. */
  readonly connections?: number;
  /** Requests that may wait for a connection to one origin. Default 100,000. */
  readonly waiting?: number;
  /** Idempotent requests sent ahead on one connection. Default 1, which is none. */
  readonly pipelining?: number;
  /**
   * How long an idle connection is kept, in milliseconds, where the server does not say. Default 4,000; 60,000 over HTTP/2.
   */
  readonly idleMs?: number;
  /** How long a connection is used at all, in milliseconds. Default 600,000. */
  readonly lifetimeMs?: number;
  /**
   * How long a peer on HTTP/2 may say nothing before a PING asks whether it is there, in milliseconds; as long again, and it
   * is given up. `Infinity`: it is never asked. Default 25,000.
   */
  readonly pingMs?: number;
  /** Bounds on responses. */
  readonly limits?: Partial<ReaderLimits>;
  /** Faults of servers that are let pass, each by name. Default none. */
  readonly allow?: readonly Tolerance[];
  /** The variables to use instead of the process's own. */
  readonly environment?: Environment;
}

/** Variables of the environment that the client uses. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const partChecks: Checks<RequestParts> = {
  method: asGiven(),
  headers: (value, option) => {
    const expected = "fields by name, or pairs of name and value";
    const fields = objectWith<FieldsInput>([], expected)(value, option);
    const opaque = Symbol.iterator in fields ? undefined : kindOfOpaque(fields);
    if (opaque === undefined) return fields;
    throw new HttpsError("option-invalid", { option, value: `an object of the kind ${opaque}`, expected });
  },
  body: asGiven(),
  json: asGiven(),
  form: pairs,
  query: queryPairs,
  middleware: listOf(callback<OptionType<"middleware">>()),
  signal: objectWith<AbortSignal>(["addEventListener", "removeEventListener"], "an AbortSignal"),
  onInformational: callback(),
  onUploadProgress: callback(),
  onDownloadProgress: callback(),
};

export const hostName: Check<string> = (value, option) => {
  // In the form that a URL's host has: without an address's brackets, as `new URL().hostname` has them, and in A-labels.
  const name = canonicalHost(text(value, option));
  if (name !== undefined) return name;
  throw new HttpsError("option-invalid", {
    option,
    value: "a text that is not a host",
    expected: "a name or an IP address",
  });
};

const proxyUrl: Check<string> = (value, option) => {
  if (typeof value === "string") return value;
  throw new HttpsError("option-invalid", {
    option,
    value: nameKind(value),
    expected: 'a URL as text, such as "http://user:password@proxy.example:3128"',
  });
};

export const sharedChecks: Checks<SharedOptions> = {
  ...trustChecks,
  timeouts: record(timeoutChecks),
  timeout: deadlineMs,
  identity: hostName,
  sni: orNull(text),
  resolve: resolveCheck,
  lookup: callback(),
  family: (value, option) => {
    if (value === 4 || value === 6) return value;
    throw new HttpsError("option-invalid", {
      option,
      value: typeof value === "number" ? String(value) : nameKind(value),
      expected: "4 or 6",
    });
  },
  socketPath: text,
  proxy: orNull(proxyUrl),
  proxyTrust: record(trustChecks),
  protocol: protocolCheck,
  userAgent: orNull(text),
  redirects: wholeNumber(0),
  allowDowngrade: flag,
  secretHeaders: listOf(text),
  retry: retryCheck,
  resume: resumeCheck,
  throwOnStatus: flag,
  decompress: (value, option) => (value === "known" ? value : flag(value, option)),
  maxDecodedBytes: wholeOrInfinity(0),
  maxDecodedRatio: ratio,
  maxBodyBytes: wholeOrInfinity(0),
  authentication: orNull(readAuthentication),
  cookies: orNull(
    objectWith<CookieJar>(
      ["getCookieString", "setCookie"],
      "a cookie jar, such as new CookieJar() of tough-cookie",
    ),
  ),
  expectContinue: (value, option) => (typeof value === "boolean" ? value : pauseMs(value, option)),
  onEvent: callback(),
};

export const requestChecks: Checks<RequestOptions> = { ...partChecks, ...sharedChecks };

export const clientChecks: Checks<ClientOptions> = {
  ...sharedChecks,
  headers: partChecks.headers,
  baseUrl,
  middleware: listOf(callback<OptionType<"middleware">>()),
  cache: cacheCheck,
  connections: wholeOrInfinity(1),
  waiting: wholeOrInfinity(1),
  pipelining: wholeNumber(1),
  idleMs: ageMs,
  lifetimeMs: ageMs,
  pingMs: deadlineMs,
  limits: record(readerLimitChecks),
  allow: allowCheck,
  environment: (value, option) =>
    // The process's own is not copied: not every program may read all of it.
    value === process.env || value === environmentHere ? environmentHere : variables(value, option),
};

/** How options are called in messages. */
export const naming: Naming = { prefix: "", elsewhere };
