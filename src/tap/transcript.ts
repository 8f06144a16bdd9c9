/** Gathers what the handshake messages of both sides say, in the order they are given. The first of a kind counts. */
import type { CertificateRequest } from "../core/index.ts";
import {
  parseCertificateMessage,
  parseCertificateRequest,
  parseExchangeSignature,
  parseServerKeyExchange,
} from "./authentication.ts";
import type { HandshakeMessage } from "./assembler.ts";
import { parseClientHello, parseEncryptedExtensions, parseServerHello, type Listed } from "./hello.ts";
import type { TapLimits } from "./limits.ts";
import { handshakeName } from "./names.ts";
import type {
  Choice,
  ClientHello,
  KeyExchange,
  MessageSeen,
  SentCertificates,
  Side,
  Unread,
} from "./observed.ts";

/** Ethernet's 1500 bytes less the headers of IPv4 and TCP: RFC 9293 §3.7.1. */
const segmentBytes = 1_460;

/** Where a message stood. */
export interface Context {
  readonly from: Side;
  readonly turn: number;
}

/** What decides the keys: known once the ServerHello has been read. */
export interface Negotiated {
  readonly version: number;
  readonly suite: string;
  readonly serverRandom: Uint8Array;
}

export class Transcript {
  readonly #limits: TapLimits;
  readonly #listed: Record<Side, Listed & { readonly limit: number }>;
  readonly #seen: (MessageSeen & { readonly turn: number })[] = [];
  readonly #messages: Record<Side, number> = { client: 0, server: 0 };
  readonly unread: Unread[] = [];
  clientRandom: Uint8Array | undefined;
  negotiated: Negotiated | undefined;
  clientHello: ClientHello | undefined;
  helloRetryRequest: Choice | undefined;
  serverHello: Choice | undefined;
  alpn: string | undefined;
  keyExchange: KeyExchange | undefined;
  exchangeSignature: string | undefined;
  certificates: SentCertificates | undefined;
  clientCertificates: SentCertificates | undefined;
  asked: CertificateRequest | undefined;

  constructor(limits: TapLimits) {
    this.#limits = limits;
    this.#listed = {
      client: { limit: limits.listed, leftOut: 0 },
      server: { limit: limits.listed, leftOut: 0 },
    };
  }

  /** Whether TLS 1.3 was chosen; only it has a HelloRetryRequest, which comes before the choice is read. */
  get isTls13(): boolean {
    return this.negotiated?.version === 0x0304 || this.helloRetryRequest !== undefined;
  }

  /** The messages in the order they passed. */
  get messages(): MessageSeen[] {
    return this.#seen.toSorted((a, b) => a.turn - b.turn).map(({ from, name }) => ({ from, name }));
  }

  /** What the limits cut. */
  get cut(): Unread[] {
    return (["client", "server"] as const).flatMap((from): Unread[] => {
      const messages = this.#messages[from] - this.#limits.messages;
      const lists = this.#listed[from].leftOut;
      return [
        ...(messages > 0 ? [{ kind: "limit", from, limit: "messages", leftOut: messages } as const] : []),
        ...(lists > 0 ? [{ kind: "limit", from, limit: "listed", leftOut: lists } as const] : []),
      ];
    });
  }

  take(message: HandshakeMessage, { from, turn }: Context): void {
    // A message past the limit is counted, not read: a handshake is over by then.
    if (++this.#messages[from] > this.#limits.messages) return;
    const understood = from === "client" ? this.#takeClient(message) : this.#takeServer(message);
    const name = understood === "retry" ? "hello_retry_request" : handshakeName(message.type);
    this.#seen.push({ from, name, turn });
    if (understood === undefined) this.unread.push({ kind: "malformed", from, message: name });
  }

  #takeClient(message: HandshakeMessage): unknown {
    switch (message.type) {
      case 1:
        return this.#takeClientHello(message);
      case 11: {
        const read = this.#readCertificates(message.body, "client");
        this.clientCertificates ??= read;
        return read;
      }
      default:
        return true;
    }
  }

  #takeServer({ type, body }: HandshakeMessage): unknown {
    switch (type) {
      case 2:
        return this.#takeServerHello(body);
      case 8: {
        const read = parseEncryptedExtensions(body, this.#listed.server);
        this.alpn ??= read?.alpn;
        return read;
      }
      case 11: {
        const read = this.#readCertificates(body, "server");
        this.certificates ??= read;
        return read;
      }
      case 12: {
        const { suite = "", version = 0 } = this.negotiated ?? {};
        this.exchangeSignature ??= parseExchangeSignature(body, { suite, version });
        const exchange = parseServerKeyExchange(body, suite);
        this.keyExchange ??= exchange;
        // Exchanges without a group of their own (PSK, SRP) are not read, and not malformed.
        return exchange ?? !/_(?:EC)?DHE?_(?!PSK)/.test(suite);
      }
      case 13:
        return this.#takeCertificateRequest(body);
      default:
        return true;
    }
  }

  #takeClientHello({ body, recordBytes }: HandshakeMessage): true | undefined {
    const read = parseClientHello(body, this.#listed.client);
    if (read === undefined) return undefined;
    if (this.clientHello !== undefined) return true; // The second one, after a HelloRetryRequest.
    const segmentsAtLeast = Math.ceil(recordBytes / segmentBytes);
    this.clientHello = { recordBytes, segmentsAtLeast, ...read.facts };
    this.clientRandom = read.random;
    return true;
  }

  #takeServerHello(body: Uint8Array): true | "retry" | undefined {
    const read = parseServerHello(body, this.#listed.server);
    if (read === undefined) return undefined;
    if (read.kind === "retry") {
      this.helloRetryRequest ??= read.facts;
      return "retry";
    }
    if (this.serverHello !== undefined) return true;
    this.serverHello = read.facts;
    this.negotiated = { version: read.version, suite: read.suite, serverRandom: read.random };
    this.alpn = read.alpn;
    const { group } = read.facts;
    if (group !== undefined) this.keyExchange = { kind: "group", group };
    return true;
  }

  #readCertificates(body: Uint8Array, from: Side): ReturnType<typeof parseCertificateMessage> {
    const limit = this.#limits.certificates;
    const read = parseCertificateMessage(body, this.isTls13, this.#listed[from], limit);
    const leftOut = (read?.count ?? 0) - limit;
    if (leftOut > 0) this.unread.push({ kind: "limit", from, limit: "certificates", leftOut });
    return read;
  }

  #takeCertificateRequest(body: Uint8Array): unknown {
    const limit = this.#limits.authorities;
    const read = parseCertificateRequest(body, this.negotiated?.version ?? 0, this.#listed.server, limit);
    if (read === undefined || this.asked !== undefined) return read;
    const leftOut = read.authoritiesLeftOut;
    if (leftOut > 0) this.unread.push({ kind: "limit", from: "server", limit: "authorities", leftOut });
    this.asked = read;
    return read;
  }
}
