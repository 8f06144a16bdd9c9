/** One handshake with an endpoint, and what the endpoint showed in it. */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { helloVersions, HttpsError, versionNames, type HelloVersion, type KeyType } from "../core/index.ts";
import {
  directly,
  NotTlsError,
  shakeHands,
  verdictSoFar,
  type DialRequest,
  type DialWatch,
} from "../net/index.ts";
import { openTap, type Observed, type Tap } from "../tap/index.ts";
import type { OpensslWord } from "../trust/index.ts";
import { keyTypeOf, parseCertificate } from "../x509/index.ts";

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
  /** The certificates as they stood on the wire, DER, the server's own first. */
  readonly chain: readonly Uint8Array[];
  /**
   * What OpenSSL says of the chain; `undefined` where the handshake ended before the server proved that the key of its
   * certificate is its own: such a chain is anybody's who has seen it.
   */
  readonly openssl: OpensslWord | undefined;
  /** The OCSP response that came with it. */
  readonly staple: Uint8Array | undefined;
  /** Names of the CAs of which the server wants a client's certificate, DER; `undefined` where it wants none. */
  readonly authorities: readonly Uint8Array[] | undefined;
  /** What ended the handshake before its time. */
  readonly error: HttpsError | undefined;
}

/** What every handshake of an endpoint has in common. */
export type Way = Omit<DialRequest, keyof typeof directly | "alpn" | "scheme"> & Partial<DialRequest>;

/** Shakes hands once. @throws HttpsError `aborted` */
export async function meet(
  way: Way,
  { address, offered }: { readonly address: string | undefined; readonly offered: Offered },
): Promise<Meeting> {
  const watch = new Watch(way.host, way.port);
  const request: DialRequest = { ...directly, ...way, scheme: "https", alpn: [], watch };
  try {
    const { openssl, sent, staple } = await shakeHands(request);
    return describe(watch.seen(), { address, offered, openssl, sent, staple, error: undefined });
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
}

function describe(seen: Observed | undefined, { sent, ...outcome }: Outcome): Meeting {
  const chosen = seen?.serverHello;
  const chain = sent.length > 0 ? sent : (seen?.certificates?.list ?? []);
  return {
    ...outcome,
    version: versions.get(chosen?.version ?? ""),
    suite: chosen?.cipherSuite,
    signature: seen?.exchangeSignature,
    keyType: leafKeyType(chain[0]),
    chain,
    authorities: seen?.authorities,
  };
}

/** The tap has them as the RFCs write them. */
const versions: ReadonlyMap<string, HelloVersion> = new Map(
  helloVersions.map((version) => [versionNames[version], version]),
);

function leafKeyType(leaf: Uint8Array | undefined): KeyType | undefined {
  const parsed = leaf === undefined ? undefined : parseCertificate(leaf);
  return parsed?.ok === true ? keyTypeOf(parsed.certificate.spki) : undefined;
}

/** Puts a tap between TCP and TLS. */
class Watch implements DialWatch {
  readonly #host: string;
  readonly #port: number;
  #tap: Tap | undefined;
  #word: OpensslWord | undefined;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  seen(): Observed | undefined {
    return this.#tap?.read();
  }

  through(tcp: Socket): Duplex {
    this.#tap = openTap(tcp);
    return this.#tap.stream;
  }

  onTls(socket: TLSSocket): void {
    socket.on("keylog", (line: Buffer) => {
      this.#tap?.onKeylog(line);
      // The master secret of TLS 1.2: the certificates and the signed key exchange have been read.
      if (line.toString("latin1").startsWith("CLIENT_RANDOM ")) this.#word = verdictSoFar(socket);
    });
  }

  /**
   * OpenSSL's word on a chain whose handshake did not come to its end. Below TLS 1.3 a server that wants a client's
   * certificate ends it behind its own signature, which OpenSSL has checked by then. Where the key is exchanged by RSA
   * alone, nothing is signed, and only the end would tell.
   */
  wordOnProved(): OpensslWord | undefined {
    return this.seen()?.keyExchange === undefined ? undefined : this.#word;
  }

  onResolved(): void {}
  onReached(): void {}
  onHandshake(): void {}

  /** The tap knows what the error cannot: what the peer speaks in place of TLS. */
  explain(error: unknown): unknown {
    if (!(error instanceof NotTlsError)) return error;
    const peer = this.seen()?.peer;
    if (peer?.kind === "not-tls") {
      const { speaks, firstBytes } = peer;
      return new HttpsError(
        "not-tls",
        { host: this.#host, port: this.#port, speaks, firstBytes },
        { cause: error },
      );
    }
    return new HttpsError("tls-failed", { host: this.#host, reason: error.message }, { cause: error.cause });
  }
}
