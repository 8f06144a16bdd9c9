/**
 * Which chains an endpoint shows to a client's first message: by address, by version, by the kind of key.
 *
 * At the first address that answers, the client's whole offer is made, and then that offer with one version and keys of
 * one kind, as a build of the same client could have it or a server that changes its mind could take it. At every other
 * address there is the whole offer, and of the narrower ones those that were shown another chain at the first. One
 * handshake after the other, each once.
 */
import {
  isOfStartTls,
  type HttpsError,
  keyTypesOf,
  restrictHello,
  type Hello,
  type KeyType,
} from "../core/index.ts";
import type { TrustPolicy } from "../admission/index.ts";
import { findAddresses } from "../net/index.ts";
import { surveyLimits } from "./limits.ts";
import { isSameChain, meet, meetAsAnybody, wholeOffer, type Meeting, type Offered } from "./meeting.ts";
import { offerOf } from "./offer.ts";
import { timeoutsOf, wayTo, type EndpointRequest } from "./way.ts";

export interface SurveyRequest extends EndpointRequest {
  readonly hello: Hello;
  /** Told before each handshake: which one, and at which address. */
  readonly onProgress: (step: { readonly address: string | undefined; readonly offered: Offered }) => void;
}

/** What an endpoint showed. */
export interface Surveyed {
  /** Handshakes that came as far as TLS, in the order in which they were made. */
  readonly meetings: readonly Meeting[];
  /** Addresses at which there was no connection, and why. */
  readonly unreached: readonly { readonly address: string | undefined; readonly error: HttpsError }[];
  /** Where the whole offer was turned down: what an ordinary client was given there. */
  readonly ordinary: Meeting | undefined;
  /** Addresses that were not asked. */
  readonly leftOut: readonly LeftOut[];
  /** How many narrower offers were not made, for want of time. */
  readonly skipped: number;
}

export interface LeftOut {
  readonly address: string;
  /** `limit`: there are more addresses than one survey asks. */
  readonly why: "limit" | "time";
}

/** @throws HttpsError of stage `dns`; `aborted` */
export async function surveyEndpoint(request: SurveyRequest): Promise<Surveyed> {
  const { list, isPublished } = await addressesOf(request);
  const survey = new Survey(request);
  const leftOut: LeftOut[] = [];
  for (const [i, address] of list.entries()) {
    const why = i >= surveyLimits.surveyedAddresses.value ? "limit" : survey.isLate ? "time" : undefined;
    if (why === undefined) await survey.visit(address);
    else if (address !== undefined) leftOut.push({ address, why });
  }
  const { meetings, ordinary, skipped } = survey;
  // Nobody says that a server on this machine is at both of the loopback addresses.
  const unreached = isPublished || meetings.length === 0 ? survey.unreached : [];
  return { meetings, unreached, ordinary, leftOut, skipped };
}

interface Places {
  readonly list: readonly (string | undefined)[];
  /** Whether somebody says that the host is at each of them. */
  readonly isPublished: boolean;
}

/** Behind a proxy the addresses are the proxy's affair. */
async function addressesOf(request: SurveyRequest): Promise<Places> {
  const { host, port, proxy, addressRules, signal } = request;
  if (proxy !== undefined) return { list: [undefined], isPublished: true };
  const limitMs = timeoutsOf(request).dnsMs;
  const { list, source } = await findAddresses({ ...addressRules, host, port, limitMs, signal });
  return { list, isPublished: source !== "loopback-name" };
}

class Survey {
  readonly #request: SurveyRequest;
  readonly #endAt: number;
  readonly meetings: Meeting[] = [];
  readonly unreached: { address: string | undefined; error: HttpsError }[] = [];
  ordinary: Meeting | undefined;
  skipped = 0;
  /** The narrower offers that other addresses are to be asked as well; `undefined` until one address has answered. */
  #telling: readonly Offered[] | undefined;

  constructor(request: SurveyRequest) {
    this.#request = request;
    this.#endAt = performance.now() + request.totalMs;
  }

  get isLate(): boolean {
    return performance.now() >= this.#endAt;
  }

  async visit(address: string | undefined): Promise<void> {
    const own = await this.#meet(address, wholeOffer);
    if (own.error !== undefined && own.chain.length === 0) {
      // What fails before TLS fails alike for everybody.
      const isTls = own.error.stage === "tls" && !isOfStartTls(own.error.code);
      if (!isTls) return void this.unreached.push({ address, error: own.error });
      this.meetings.push(own);
      if (!this.isLate) this.ordinary ??= await this.#meetAsAnybody(address);
      return;
    }
    this.meetings.push(own);
    const narrower = this.#telling ?? narrowerOffers(this.#request.hello, own);
    const shown: Meeting[] = [];
    for (const offered of narrower) {
      if (this.isLate) {
        this.skipped++;
        continue;
      }
      const meeting = await this.#meet(address, offered);
      if (meeting.chain.length > 0) shown.push(meeting);
    }
    this.meetings.push(...shown);
    this.#telling ??= shown.filter((meeting) => !isSameChain(meeting, own)).map(({ offered }) => offered);
  }

  #meet(address: string | undefined, offered: Offered): Promise<Meeting> {
    this.#request.onProgress({ address, offered });
    const hello = restrictHello(this.#request.hello, offered) ?? this.#request.hello;
    const secureContext = contextFor(this.#request.policy, hello);
    return meet(wayTo(this.#request, { address, secureContext }), { address, offered });
  }

  /** The offer of this machine's OpenSSL, by which it would be told that the server is there. */
  #meetAsAnybody(address: string | undefined): Promise<Meeting> {
    return meetAsAnybody(this.#request, address);
  }
}

/** Each version with keys of each kind, but for the pair that the whole offer was answered with. */
function narrowerOffers(hello: Hello, own: Meeting): readonly Offered[] {
  const keyTypes = keyTypesOf(hello);
  // Nobody is restricted to the versions before 1.2: a server that has 1.2 takes it.
  const versions = hello.versions.filter((version) => version === "TLSv1.2" || version === "TLSv1.3");
  const offers = versions.flatMap((version) =>
    (keyTypes.length === 0 ? [undefined] : keyTypes).map((keyType: KeyType | undefined) => ({
      version,
      keyType,
    })),
  );
  return offers
    .filter(({ version, keyType }) => version !== own.version || keyType !== own.keyType)
    .filter((offered) => restrictHello(hello, offered) !== undefined)
    .slice(0, surveyLimits.narrowerHellos.value);
}

const contexts = new WeakMap<TrustPolicy, Map<string, TrustPolicy["secureContext"]>>();

/** One context for each policy and offer: hundreds of endpoints are asked with the same few. */
function contextFor(policy: TrustPolicy, hello: Hello): TrustPolicy["secureContext"] {
  const known = contexts.get(policy) ?? new Map<string, TrustPolicy["secureContext"]>();
  contexts.set(policy, known);
  const key = JSON.stringify([hello.versions, hello.suites, hello.groups, hello.signatureAlgorithms]);
  let context = known.get(key);
  if (context === undefined) known.set(key, (context = policy.contextOffering(offerOf(hello))));
  return context;
}
