/**
 * Which chains an endpoint shows to a client's first message: by address, by version, by the kind of key.
 *
 * At the first address that answers, the client's whole offer is made, and then that offer with one version and keys of
 * one kind, as a build of the same client could have it or a server that changes its mind could take it. At every other
 * address there is the whole offer, and of the narrower ones those that were shown another chain at the first, or of which
 * nothing was learned there. One handshake after the other, each once; a second one where OpenSSL accepted what it could
 * refuse at its ordinary security level.
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
import type { OpensslWord } from "../trust/index.ts";
import type { Certificate } from "../x509/index.ts";
import { surveyLimits } from "./limits.ts";
import { isSameChain, meet, meetAsAnybody, wholeOffer, type Meeting, type Offered } from "./meeting.ts";
import { offerOf, type SecurityLevel } from "./offer.ts";
import { parseShown } from "./shelf.ts";
import { mayBeTooWeak } from "./strength.ts";
import { timeoutsOf, wayTo, type EndpointRequest } from "./way.ts";

export interface SurveyRequest extends EndpointRequest {
  readonly hello: Hello;
  /** Told before each handshake: which one, and at which address. */
  readonly onProgress: (step: { readonly address: string | undefined; readonly offered: Offered }) => void;
  /**
   * Waits until a handshake at this address may begin; what it gives is called once that is over. The wait is not a part of
   * the time that the survey may take. Without it, one follows the other at once.
   */
  readonly turn?: ((address: string | undefined) => Promise<() => void>) | undefined;
}

/** What an endpoint showed. */
export interface Surveyed {
  /** Handshakes that came as far as TLS, in the order in which they were made. */
  readonly meetings: readonly Meeting[];
  /** Addresses at which there was no connection, and why. */
  readonly unreached: readonly { readonly address: string | undefined; readonly error: HttpsError }[];
  /** At each address at which the whole offer was turned down: what an ordinary client was given there. */
  readonly ordinary: readonly Meeting[];
  /** Narrower offers that showed no chain and were not turned down either: what they would be shown is not known. */
  readonly unlearned: readonly Meeting[];
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
  const { meetings, ordinary, unlearned, skipped } = survey;
  // Nobody says that a server on this machine is at both of the loopback addresses.
  const unreached = isPublished || meetings.length === 0 ? survey.unreached : [];
  return { meetings, unreached, ordinary, unlearned, leftOut, skipped };
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
  #endAt: number;
  readonly meetings: Meeting[] = [];
  readonly unreached: { address: string | undefined; error: HttpsError }[] = [];
  readonly ordinary: Meeting[] = [];
  readonly unlearned: Meeting[] = [];
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
      if (!this.isLate) this.ordinary.push(await this.#meetAsAnybody(address));
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
      else if (!isTurnedDown(meeting)) this.unlearned.push(meeting);
    }
    this.meetings.push(...shown);
    const telling = [...shown.filter((meeting) => !isSameChain(meeting, own)), ...this.unlearned];
    this.#telling ??= telling.map(({ offered }) => offered);
  }

  async #meet(address: string | undefined, offered: Offered): Promise<Meeting> {
    this.#request.onProgress({ address, offered });
    const { policy } = this.#request;
    const hello = restrictHello(this.#request.hello, offered) ?? this.#request.hello;
    const secureContext = contextFor(policy, hello, "none");
    const found = await this.#inTurn(address, () =>
      meet(wayTo(this.#request, { address, secureContext }), { address, offered }),
    );
    const isAccepted = found.openssl?.accepted === true;
    if (!isAccepted || !mayBeTooWeak(certificatesOf(found), policy.anchors)) return found;
    return { ...found, openssl: await this.#judgeOrdinarily(found, hello) };
  }

  /** OpenSSL's word on a chain that it accepted at level 0, as it is on every other connection of this machine. */
  async #judgeOrdinarily(found: Meeting, hello: Hello): Promise<OpensslWord> {
    const { address, offered } = found;
    let secureContext: TrustPolicy["secureContext"];
    try {
      secureContext = contextFor(this.#request.policy, hello, "ordinary");
    } catch (error) {
      return belowLevel(error instanceof Error ? error.message : String(error));
    }
    const again = await this.#inTurn(address, () =>
      meet(wayTo(this.#request, { address, secureContext }), { address, offered }),
    );
    if (again.chain.length > 0 && !isSameChain(again, found))
      return belowLevel("another chain is shown then");
    return again.openssl ?? belowLevel(again.error?.message ?? "the handshake did not come to its end");
  }

  /** The offer of this machine's OpenSSL, by which it would be told that the server is there. */
  #meetAsAnybody(address: string | undefined): Promise<Meeting> {
    return this.#inTurn(address, () => meetAsAnybody(this.#request, address));
  }

  async #inTurn<T>(address: string | undefined, shake: () => Promise<T>): Promise<T> {
    const { turn } = this.#request;
    if (turn === undefined) return shake();
    const askedAt = performance.now();
    const end = await turn(address);
    this.#endAt += performance.now() - askedAt;
    try {
      return await shake();
    } finally {
      end();
    }
  }
}

/** Where OpenSSL could not be asked at its ordinary level, it has not accepted the chain: nothing that it would refuse is admitted. */
function belowLevel(why: string): OpensslWord {
  const reason = `it takes part in this handshake below its ordinary security level alone: ${why.replace(/\.$/, "")}`;
  return { accepted: false, code: "SECURITY_LEVEL", reason };
}

function certificatesOf({ chain }: Meeting): readonly Certificate[] {
  return chain.flatMap((der) => {
    const parsed = parseShown(der);
    return parsed.ok ? [parsed.certificate] : [];
  });
}

/** Whether the server itself said no: a connection that ended otherwise says nothing of what was offered. */
function isTurnedDown({ error }: Meeting): boolean {
  return error?.code === "tls-alert" || error?.code === "tls-version";
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
function contextFor(policy: TrustPolicy, hello: Hello, level: SecurityLevel): TrustPolicy["secureContext"] {
  const known = contexts.get(policy) ?? new Map<string, TrustPolicy["secureContext"]>();
  contexts.set(policy, known);
  const key = JSON.stringify([level, hello.versions, hello.suites, hello.groups, hello.signatureAlgorithms]);
  let context = known.get(key);
  if (context === undefined) known.set(key, (context = policy.contextOffering(offerOf(hello, level))));
  return context;
}
