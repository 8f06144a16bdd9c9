/** One handshake with an endpoint, and what the endpoint showed in it. */
import {
  equalBytes,
  HttpsError,
  versionNamed,
  type CertificateRequest,
  type HelloVersion,
  type KeyType,
} from "../core/index.ts";
import { shakeHands } from "../net/index.ts";
import type { Observed } from "../tap/index.ts";
import type { OpensslWord } from "../trust/index.ts";
import { keyTypeOf } from "../x509/index.ts";
import { keepCertificate, parseShown } from "./shelf.ts";
import { Watch } from "./watch.ts";
import { dialOf, wayTo, type EndpointRequest, type Way } from "./way.ts";

/** What was offered: all that the client offers, or that with one version and keys of one kind. */
export interface Offered {
  readonly version: HelloVersion | undefined;
  readonly keyType: KeyType | undefined;
}

/** The client's own offer, with nothing left out. */
export const wholeOffer: Offered = { version: undefined, keyType: undefined };

export interface Meeting {
  /** `undefined` where a proxy, and nobody here, knows the address. */
  readonly address: string | undefined;
  readonly offered: Offered;
  /** What the server chose; `undefined` where it chose nothing. */
  readonly version: HelloVersion | undefined;
  /** By its name in the IANA registry. */
  readonly suite: string | undefined;
  /** How the server signed its key exchange, in TLS 1.2. */
  readonly signature: string | undefined;
  /** The kind of the leaf's key, where it is one of which servers have several. */
  readonly keyType: KeyType | undefined;
  /** The certificates as they stood on the wire, DER, the server's own first; equal ones are one object. */
  readonly chain: readonly Uint8Array[];
  /** Where neither the wire nor the runtime shows what was sent, the chain is completed from the roots. */
  readonly asSent: boolean;
  /**
   * What OpenSSL says of the chain; `undefined` where the handshake ended before the server proved that the key of its
   * certificate is its own: such a chain is anybody's who has seen it.
   */
  readonly openssl: OpensslWord | undefined;
  /** The OCSP response that came with it. */
  readonly staple: Uint8Array | undefined;
  /** What the server asks of a client's certificate; `undefined` where the handshake was not read that far. */
  readonly asked: CertificateRequest | "not-asked" | undefined;
  /** What ended the handshake before its time. */
  readonly error: HttpsError | undefined;
}

/** Shakes hands once. @throws HttpsError `aborted` */
export async function meet(
  way: Way,
  { address, offered }: { readonly address: string | undefined; readonly offered: Offered },
): Promise<Meeting> {
  const watch = new Watch(way);
  try {
    const { openssl, sent, staple } = await shakeHands(dialOf(way, watch));
    const { sentChain } = way.policy.runtime.shows;
    const outcome = { address, offered, openssl, staple, error: undefined };
    return describe(watch.seen(), { ...outcome, ...(sentChain ? { sent } : { sent: [], shown: sent }) });
  } catch (error) {
    if (!(error instanceof HttpsError) || error.code === "aborted") throw error;
    return describe(watch.seen(), {
      address,
      offered,
      openssl: watch.wordOnProved(),
      sent: [],
      staple: undefined,
      error,
    });
  }
}

interface Outcome extends Pick<Meeting, "address" | "offered" | "openssl" | "staple" | "error"> {
  /** The chain by OpenSSL, of a handshake that came to its end: its word is about this one. */
  readonly sent: readonly Uint8Array[];
  /** The chain as the runtime completed it, where it shows no other. */
  readonly shown?: readonly Uint8Array[];
}

/** With the offer of this machine's OpenSSL, and no certificate. @throws HttpsError `aborted` */
export function meetAsAnybody(request: EndpointRequest, address?: string): Promise<Meeting> {
  const secureContext = request.policy.anonymousContext();
  return meet(wayTo(request, { address, secureContext }), { address, offered: wholeOffer });
}

/** What the wire showed, and what OpenSSL told beside it. */
export function describe(seen: Observed | undefined, { sent, shown = [], ...outcome }: Outcome): Meeting {
  const chosen = seen?.serverHello;
  // The request stands before the certificates in TLS 1.3, and behind them in TLS 1.2.
  const isReadWhole = seen?.certificates !== undefined && outcome.error === undefined;
  const onWire = sent.length > 0 ? sent : seen?.certificates?.list;
  const chain = (onWire ?? shown).map(keepCertificate);
  return {
    ...outcome,
    version: versionNamed(chosen?.version),
    suite: chosen?.cipherSuite,
    signature: seen?.exchangeSignature,
    keyType: leafKeyType(chain[0]),
    chain,
    asSent: onWire !== undefined,
    asked: seen?.asked ?? (isReadWhole ? "not-asked" : undefined),
  };
}

/** Whether two handshakes were shown the same certificates in the same order. */
export function isSameChain({ chain: a }: Meeting, { chain: b }: Meeting): boolean {
  return a.length === b.length && a.every((der, i) => der === b[i] || equalBytes(der, b[i] ?? nothing));
}

const nothing = new Uint8Array();

function leafKeyType(leaf: Uint8Array | undefined): KeyType | undefined {
  const parsed = leaf === undefined ? undefined : parseShown(leaf);
  return parsed?.ok === true ? keyTypeOf(parsed.certificate.spki) : undefined;
}
