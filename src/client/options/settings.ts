/** A client's options and a request's, merged, checked and compiled once, and kept as long as the options are. */
import { RecentMap } from "../../core/index.ts";
import { compilePolicy, type TrustOptions, type TrustPolicy } from "../../net/index.ts";
import { clientLimits } from "../limits.ts";
import type { ClientOptions, Environment, RequestOptions, SharedOptions } from "./options.ts";
import { checkRetry } from "../journey/retry.ts";
import { checkNumbers } from "./numbers.ts";
import { mergeTimeouts, type Timeouts } from "./timeouts.ts";
import { unknownOption } from "./unknown-option.ts";

/** Settings of a request, ready to use. */
export interface Settings {
  readonly options: SharedOptions;
  readonly policy: TrustPolicy;
  readonly proxyPolicy: () => TrustPolicy;
  /** The same for another origin, where a redirect leads. */
  readonly elsewhere: () => Settings;
  readonly timeouts: Timeouts;
  readonly redirects: number;
  /** What connections must share beside their origin: two requests with the same may use the same connection. */
  readonly connectionKey: string;
}

/** Options that belong to one request and are never compiled. */
const partNames: ReadonlySet<string> = new Set([
  "method",
  "headers",
  "body",
  "signal",
  "onInformational",
  "onUploadProgress",
  "onDownloadProgress",
]);

const trustNames = [
  "roots",
  "addRoots",
  "profile",
  "pins",
  "revocation",
  "crls",
  "at",
  "insecure",
  "clientCertificate",
  "minVersion",
  "maxVersion",
  "ciphers",
] as const satisfies readonly (keyof TrustOptions)[];

const sharedNames: ReadonlySet<string> = new Set([
  ...trustNames,
  "timeouts",
  "identity",
  "sni",
  "resolve",
  "socketPath",
  "proxy",
  "proxyTrust",
  "userAgent",
  "redirects",
  "allowDowngrade",
  "secretHeaders",
  "retry",
  "decompress",
  "maxDecodedBytes",
  "maxDecodedRatio",
  "maxBodyBytes",
  "authentication",
  "cookies",
  "expectContinue",
  "onEvent",
]);

const clientNames: ReadonlySet<string> = new Set([
  "headers",
  "connections",
  "waiting",
  "pipelining",
  "idleMs",
  "lifetimeMs",
  "limits",
  "allow",
  "environment",
]);

export class SettingsCompiler {
  readonly #options: ClientOptions;
  readonly #environment: Environment;
  readonly #compiled = new WeakMap<RequestOptions, Compiled>();
  /** By the options as text, where they can be written as text. */
  readonly #policies = new RecentMap<string, TrustPolicy>(clientLimits.compiledPolicies.value);
  #base: Settings | undefined;

  /** @throws HttpsError `option-unknown` */
  constructor(options: ClientOptions, environment: Environment) {
    for (const name in options) {
      if (!sharedNames.has(name) && !clientNames.has(name))
        throw unknownOption(name, [...sharedNames, ...clientNames]);
    }
    this.#options = options;
    this.#environment = environment;
  }

  /** @throws HttpsError `option-unknown`, `option-invalid`, and what trust settings can be refused for */
  settingsFor(options: RequestOptions): Settings {
    let isPlain = true;
    for (const name in options) {
      if (partNames.has(name)) continue;
      if (!sharedNames.has(name)) throw unknownOption(name, [...sharedNames, ...partNames]);
      isPlain = false;
    }
    if (isPlain) return (this.#base ??= this.#compile(this.#options));
    const known = this.#compiled.get(options);
    if (known !== undefined && isUnchanged(options, known.given)) return known.settings;
    const given = sharedPart(options);
    const settings = this.#compile({ ...this.#options, ...given }, given);
    this.#compiled.set(options, { given, settings });
    return settings;
  }

  #compile(options: SharedOptions, given: SharedOptions = {}): Settings {
    checkNumbers(options);
    const policy = this.#policyFor(options);
    const { identity, sni, socketPath, resolve, redirects = clientLimits.redirects.value } = options;
    checkRetry(options.retry);
    const proxyTrust = options.proxyTrust ?? trustInProxies(options);
    const settings: Settings = {
      options,
      policy,
      proxyPolicy: () => this.#policyFor(proxyTrust),
      elsewhere: () => (elsewhere ??= this.#compile(withoutOwnOrigin(options, given, this.#options))),
      timeouts: mergeTimeouts(options.timeouts, mergeTimeouts(this.#options.timeouts)),
      redirects,
      // By name: in a list, JSON writes null, which turns a thing off, and undefined, which says nothing, alike.
      connectionKey: JSON.stringify({
        policy: policy.fingerprint,
        at: policy.at,
        identity,
        sni,
        socketPath,
        resolve,
        proxy: options.proxy,
        proxyTrust: options.proxyTrust && this.#policyFor(proxyTrust).fingerprint,
      }),
    };
    let elsewhere: Settings | undefined = isForAnyOrigin(options) ? settings : undefined;
    return settings;
  }

  #policyFor(options: TrustOptions): TrustPolicy {
    const trust: Record<string, unknown> = {};
    let isText = true;
    for (const name of trustNames) {
      if (options[name] === undefined) continue;
      trust[name] = options[name];
      isText &&= isWritable(options[name]);
    }
    if (!isText) return compilePolicy(trust, this.#environment);
    const key = JSON.stringify(trust);
    let policy = this.#policies.get(key);
    if (policy === undefined) this.#policies.set(key, (policy = compilePolicy(trust, this.#environment)));
    return policy;
  }
}

/** What a proxy is held to by default: as the origin is, but no exception, pin or certificate made for it counts there. */
function trustInProxies(options: SharedOptions): TrustOptions {
  const { insecure: _insecure, pins: _pins, clientCertificate: _certificate, ...rest } = options;
  return rest;
}

/** Whether nothing in the options speaks of one origin alone. */
function isForAnyOrigin({ identity, sni, clientCertificate, insecure }: SharedOptions): boolean {
  return (
    identity === undefined && sni === undefined && clientCertificate === undefined && insecure === undefined
  );
}

/**
 * Options without what was said of one origin: its name, its server name, the certificate shown to it, and an exception
 * that the request made for it. An exception of the client's own was made for every origin.
 */
function withoutOwnOrigin(
  options: SharedOptions,
  given: SharedOptions,
  client: SharedOptions,
): SharedOptions {
  const { identity: _identity, sni: _sni, clientCertificate: _certificate, insecure, ...rest } = options;
  const kept = given.insecure === undefined ? insecure : client.insecure;
  return kept === undefined ? rest : { ...rest, insecure: kept };
}

/** What was compiled from an options object, and what stood in it then. */
interface Compiled {
  readonly given: SharedOptions;
  readonly settings: Settings;
}

/** What a request says of its own. A value of `undefined` says nothing: it takes no pin and no root of the client's away. */
function sharedPart(options: RequestOptions): SharedOptions {
  const given: Record<string, unknown> = {};
  for (const name in options) {
    const value = options[name as keyof RequestOptions];
    if (value !== undefined && !partNames.has(name)) given[name] = value;
  }
  return given;
}

/** Whether an options object still says what it said; a caller may well have changed it since. */
function isUnchanged(options: RequestOptions, given: SharedOptions): boolean {
  const now: Readonly<Record<string, unknown>> = { ...sharedPart(options) };
  const then: Readonly<Record<string, unknown>> = { ...given };
  const names = Object.keys(now);
  return (
    names.length === Object.keys(then).length &&
    names.every((name) => isUnchangeable(now[name]) && now[name] === then[name])
  );
}

/** Whether a value that is the same still says the same. Of bytes that is taken for granted. */
function isUnchangeable(value: unknown): boolean {
  return typeof value !== "object" || value === null || value instanceof Uint8Array;
}

/** Whether JSON keeps everything of a value: no bytes in it. */
function isWritable(value: unknown): boolean {
  if (ArrayBuffer.isView(value)) return false;
  return typeof value !== "object" || value === null || Object.values(value).every(isWritable);
}
