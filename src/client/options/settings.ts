/** A client's options and a request's, merged, checked and compiled once, and kept as long as the options are. */
import {
  assert,
  canonicalText,
  mergeOptions,
  readOptions,
  RecentMap,
  saysTheSame,
  type Own,
} from "../../core/index.ts";
import { compilePolicy, trustChecks, type TrustOptions, type TrustPolicy } from "../../admission/index.ts";
import { clientLimits } from "../limits.ts";
import { sharedChecks, type Environment, type SharedOptions } from "./options.ts";
import type { Protocol } from "./protocol.ts";
import { mergeTimeouts, withoutShortForm, type Timeouts } from "./timeouts.ts";

/** Settings of a request, ready to use. */
export interface Settings {
  readonly options: Own<SharedOptions>;
  readonly policy: TrustPolicy;
  readonly proxyPolicy: () => TrustPolicy;
  /** The same for another origin, where a redirect leads. */
  readonly elsewhere: () => Settings;
  /** The same by HTTP/1.1, for a server that wants a request so. */
  readonly overHttp1: () => Settings;
  readonly protocol: Protocol;
  readonly timeouts: Timeouts;
  readonly redirects: number;
  /** What connections must share beside their origin: two requests with the same may use the same connection. */
  readonly connectionKey: string;
}

const nothingSaid = readOptions<SharedOptions>({}, sharedChecks);
const noTrust = readOptions<TrustOptions>({}, trustChecks);

export class SettingsCompiler {
  readonly #options: Own<SharedOptions>;
  readonly #environment: Environment;
  readonly #compiled = new WeakMap<object, Compiled>();
  /** By the options as text, where they can be written as text. */
  readonly #policies = new RecentMap<string, TrustPolicy>(clientLimits.compiledPolicies.value);
  #base: Settings | undefined;

  constructor(options: Own<SharedOptions>, environment: Environment) {
    this.#options = mergeOptions(sharedChecks, withoutShortForm(options), nothingSaid);
    this.#environment = environment;
  }

  /**
   * The client's settings with what a request says in their place; `source` is the object it was read from, which may
   * come again.
   * @throws HttpsError `option-invalid`, and what trust settings can be refused for
   */
  settingsFor(source: object, said: Own<SharedOptions> | undefined): Settings {
    if (said === undefined) return (this.#base ??= this.#compile(this.#options));
    const known = this.#compiled.get(source);
    if (known !== undefined && saysTheSame(known.said, said)) return known.settings;
    const settings = this.#compile(mergeOptions(sharedChecks, this.#options, withoutShortForm(said)));
    this.#compiled.set(source, { said, settings });
    return settings;
  }

  #compile(options: Own<SharedOptions>): Settings {
    const policy = this.#policyFor(options);
    const { identity, sni, socketPath, resolve, lookup, family, proxy, protocol = "auto" } = options;
    const { redirects = clientLimits.redirects.value } = options;
    const proxyTrust =
      options.proxyTrust === undefined ? trustInProxies(options) : ownTrust(options.proxyTrust);
    const connectionKey = canonicalText({
      policy: policy.fingerprint,
      at: policy.at,
      identity,
      sni,
      socketPath,
      resolve,
      lookup: lookup && numberOf(lookup),
      family,
      proxy,
      protocol,
      proxyTrust: options.proxyTrust && this.#policyFor(proxyTrust).fingerprint,
    });
    assert(connectionKey !== undefined, "what was checked is text, numbers, and made of them");
    const settings: Settings = {
      options,
      policy,
      proxyPolicy: () => this.#policyFor(proxyTrust),
      elsewhere: () => (elsewhere ??= this.#compile(withoutOwnOrigin(options, this.#options))),
      overHttp1: () => (overHttp1 ??= this.#compile({ ...options, protocol: "http/1.1" })),
      protocol,
      timeouts: mergeTimeouts(options.timeouts, mergeTimeouts(this.#options.timeouts)),
      redirects,
      connectionKey,
    };
    let overHttp1: Settings | undefined = protocol === "http/1.1" ? settings : undefined;
    let elsewhere: Settings | undefined = isForAnyOrigin(options) ? settings : undefined;
    return settings;
  }

  #policyFor(options: Own<TrustOptions>): TrustPolicy {
    const trust = mergeOptions(trustChecks, options, noTrust);
    const key = canonicalText(trust);
    // Bytes are in it: whoever keeps the options has them compiled once all the same.
    if (key === undefined) return compilePolicy(trust, this.#environment);
    let policy = this.#policies.get(key);
    if (policy === undefined) this.#policies.set(key, (policy = compilePolicy(trust, this.#environment)));
    return policy;
  }
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** A function by a number of its own, for a key. */
export function numberOf(given: object): number {
  const known = numbers.get(given) ?? ++lastNumber;
  numbers.set(given, known);
  return known;
}

function ownTrust(options: TrustOptions): Own<TrustOptions> {
  return readOptions(options, trustChecks);
}

/** What a proxy is held to by default: as the origin is, but no exception, pin or certificate made for it counts there. */
function trustInProxies(options: Own<SharedOptions>): Own<TrustOptions> {
  return { ...options, insecure: undefined, pins: undefined, clientCertificate: undefined };
}

/** Whether nothing in the options speaks of one origin alone. */
function isForAnyOrigin({ identity, sni, clientCertificate, insecure }: Own<SharedOptions>): boolean {
  return (
    identity === undefined && sni === undefined && clientCertificate === undefined && insecure === undefined
  );
}

/**
 * Options without what was said of one origin: its name, its server name, the certificate shown to it, and an exception
 * that the request made for it. An exception of the client's own was made for every origin.
 */
function withoutOwnOrigin(options: Own<SharedOptions>, { insecure }: Own<SharedOptions>): Own<SharedOptions> {
  return { ...options, identity: undefined, sni: undefined, clientCertificate: undefined, insecure };
}

/** What was compiled for an options object, and what it said then. */
interface Compiled {
  readonly said: Own<SharedOptions>;
  readonly settings: Settings;
}
