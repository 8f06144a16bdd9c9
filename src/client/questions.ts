/**
 * What is asked again when somebody wants to know why: the same destination under the same settings, over new connections.
 * `inquiry.ts` says who asks; here is said what.
 */
import { asError, HttpsError, setInquiry, Unasked, type ErrorReport, type Target } from "../core/index.ts";
import type { AddressRules } from "../net/index.ts";
import { explainRequest, inquire, type Inquiry } from "./inquiry.ts";
import type { Asked } from "./journey/redirects.ts";
import { listFields } from "./journey/request-fields.ts";
import type { Environment } from "./options/options.ts";
import type { Settings } from "./options/settings.ts";
import type { ConnectionOptions } from "./pool/connection-owner.ts";
import type { ProxyChoice } from "./pool/proxy-choice.ts";

/** What differs from a request's own inquiry. */
export type Changes = Partial<
  Pick<Inquiry, "signal" | "endpoint" | "alpn" | "proxyFor" | "addressRules" | "sni" | "name">
>;

/** Which way leads to a target. */
export type Choose = (target: Target, settings: Settings) => ProxyChoice;

/** What all questions of a client share. */
interface Shared {
  readonly environment: Environment;
  readonly reading: ConnectionOptions;
  readonly choose: Choose;
}

/** A client's questions about what it asked for. */
export class Questions {
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Finds out more about what failed; not where new connections would lead elsewhere than its own. */
  async inquire(
    asked: Asked,
    settings: Settings,
    { error, changes }: { readonly error: HttpsError; readonly changes: Changes },
  ): ReturnType<HttpsError["why"]> {
    if (settings.options.socketPath !== undefined)
      return new Unasked(error, "Nothing was asked again: the request went to a Unix socket (socketPath).");
    return inquire(this.#inquiryOf(asked, settings, changes), error);
  }

  /** Finds out about what was asked for, whatever came of it. @throws HttpsError `option-invalid` */
  async explain(asked: Asked, settings: Settings, changes: Changes = {}): Promise<ErrorReport<"why">> {
    if (settings.options.socketPath !== undefined)
      throw new HttpsError("option-invalid", {
        option: "socketPath",
        value: "a Unix socket",
        expected: "nothing: what is asked again goes over the network",
      });
    return explainRequest(this.#inquiryOf(asked, settings, changes));
  }

  #inquiryOf(asked: Asked, settings: Settings, changes: Changes): Inquiry {
    const { roots, addRoots, sni, identity } = settings.options;
    const { environment, reading, choose } = this.#shared;
    return {
      target: asked.target,
      endpoint: undefined,
      method: asked.method === "HEAD" ? ("HEAD" as const) : ("GET" as const),
      fields: listFields(asked.fields),
      protocol: settings.protocol,
      policy: settings.policy,
      ownRoots: roots !== undefined || addRoots !== undefined,
      environment,
      proxyFor: (target: Target) => choose(target, settings),
      addressRules: addressRulesOf(settings),
      sni,
      name: identity,
      alpn: undefined,
      reading,
      signal: undefined,
      ...changes,
    };
  }
}

/** What `work` comes to; its error says how to find out more. @throws HttpsError */
export async function askable<T>(
  work: Promise<T>,
  findOut: (error: HttpsError) => ReturnType<HttpsError["why"]>,
): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const error = asError(thrown);
    if (error instanceof HttpsError) setInquiry(error, () => findOut(error));
    throw error;
  }
}

/** Where the options say that hosts are. */
export function addressRulesOf({ options: { resolve, lookup, family } }: Settings): AddressRules {
  return { resolve, lookup, family };
}
