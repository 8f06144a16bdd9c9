/**
 * What a tap saw: plain data, without a secret in it and without a byte of the application's.
 *
 * Names are those of the RFCs; a number without one is written in hexadecimal. Times are milliseconds
 * since the tap was opened. Bytes are DER or as they stood on the wire.
 */
import type { SniffedPeer } from "../core/index.ts";

export type Side = "client" | "server";

/** Everything the wire says about one connection. */
export interface Observed {
  /** What answered: `silent` sent nothing, and a first byte alone may not tell yet. */
  readonly peer: { readonly kind: "tls" | "silent" } | ({ readonly kind: "not-tls" } & SniffedPeer);
  readonly client: Way;
  readonly server: Way;
  /** Runs of bytes in one direction, in order. */
  readonly flights: readonly Flight[];
  /** Handshake messages of both sides that could be read, in order. */
  readonly messages: readonly MessageSeen[];
  readonly clientHello?: ClientHello;
  readonly helloRetryRequest?: HelloRetryRequest;
  /** The second ClientHello, after a HelloRetryRequest. */
  readonly retriedClientHello?: ClientHello;
  readonly serverHello?: ServerHello;
  /** The extensions of TLS 1.3's EncryptedExtensions. */
  readonly encryptedExtensions?: readonly string[];
  /** The protocol the server chose by ALPN, in ServerHello or EncryptedExtensions. */
  readonly alpn?: string;
  /** Whether the server took up an earlier session; not there before it has answered. */
  readonly resumed?: boolean;
  readonly keyExchange?: KeyExchange;
  /** The scheme with which the server signed this handshake (`undefined` when resumed or not read). */
  readonly serverSignature?: string;
  readonly chain: ChainSeen;
  /** Certificates the client sent in answer to a request; 0 for an empty message, absent when it sent none. */
  readonly clientCertificates?: number;
  readonly certificateRequest?: CertificateRequest;
  /** The stapled OCSP response: DER of RFC 6960 §4.2.1. */
  readonly ocspResponse?: Uint8Array;
  /** A SignedCertificateTimestampList (RFC 6962 §3.3) sent by TLS extension. */
  readonly sctList?: Uint8Array;
  readonly sessionTickets: readonly SessionTicket[];
  readonly alerts: readonly Alert[];
  /** What could not be read, and why; empty when all was. */
  readonly unread: readonly Unread[];
}

/** One direction, named after the side that sent. */
export interface Way {
  readonly bytes: number;
  readonly firstByteAfterMs?: number;
  readonly lastByteAfterMs?: number;
  /** Whether TLS 1.2's or a compatibility ChangeCipherSpec was sent. */
  readonly changeCipherSpec: boolean;
  /** Whether its Finished was read; `false` also when it could not be. */
  readonly finished: boolean;
  /** Bytes of application data in the records that were kept and could be opened. */
  readonly applicationBytes: number;
  /** `unreadable`: alerts or records that could not be opened, so it may have been there. */
  readonly closeNotify: "seen" | "not-seen" | "unreadable";
  /** How TCP ended: `reset` and `error` are told by the socket, for both ways at once. */
  readonly end: WayEnd;
}

export type WayEnd =
  | { readonly kind: "open" }
  /** Ended in order: the peer's FIN for the server's way, the client's own end for the client's. */
  | { readonly kind: "fin"; readonly afterMs: number }
  | { readonly kind: "reset"; readonly afterMs: number }
  | { readonly kind: "error"; readonly code: string; readonly afterMs: number }
  /** This side closed the socket at once, without ending it. */
  | { readonly kind: "destroyed"; readonly afterMs: number };

export interface Flight {
  readonly from: Side;
  readonly bytes: number;
  /** Reads or writes: not TCP segments, which a program does not see. */
  readonly chunks: number;
  readonly afterMs: number;
  readonly untilMs: number;
}

export interface MessageSeen {
  readonly from: Side;
  /** `"client_hello"`, `"hello_retry_request"`, `"certificate"`. */
  readonly name: string;
  readonly bytes: number;
  /** Whether it was under protection on the wire. */
  readonly encrypted: boolean;
  readonly afterMs: number;
}

export interface ClientHello {
  /** Of the record(s) that carried it, headers included. */
  readonly recordBytes: number;
  readonly records: number;
  /**
   * TCP segments it needs at the least, with Ethernet's 1460 bytes in each (RFC 9293 §3.7.1): a hello in
   * two is what some middleboxes cannot put together.
   */
  readonly segmentsAtLeast: number;
  /** supported_versions; where it is absent, the one highest version. */
  readonly versions: readonly string[];
  readonly cipherSuites: readonly string[];
  readonly extensions: readonly string[];
  readonly serverName?: string;
  readonly alpn: readonly string[];
  readonly groups: readonly string[];
  /** Groups for which a key share was sent. */
  readonly keyShares: readonly string[];
  readonly signatureAlgorithms: readonly string[];
  /** Whether a stapled OCSP response was asked for. */
  readonly statusRequest: boolean;
  /** What earlier session it offered to resume. */
  readonly session: "none" | "session-id" | "session-ticket" | "pre-shared-key";
}

export interface HelloRetryRequest {
  readonly version: string;
  readonly cipherSuite: string;
  /** The group the server wants a share of; absent when it asks for the cookie alone. */
  readonly group?: string;
  readonly cookie: boolean;
  readonly extensions: readonly string[];
}

export interface ServerHello {
  readonly version: string;
  readonly cipherSuite: string;
  readonly extensions: readonly string[];
  /** The group of TLS 1.3's key share. */
  readonly group?: string;
  readonly alpn?: string;
  /** TLS 1.3: which of the client's pre-shared keys was taken. */
  readonly preSharedKey?: number;
  /** RFC 5746: whether renegotiation_info was there. Says nothing in TLS 1.3, which has no renegotiation. */
  readonly secureRenegotiation: boolean;
  /** RFC 8446 §4.1.3: a server that knows a newer version marks the downgrade in its random. */
  readonly downgradeSentinel?: "TLS 1.2" | "TLS 1.1 or below";
}

/** How the key was agreed on: TLS 1.3's key share, TLS 1.2's ServerKeyExchange. */
export type KeyExchange =
  | { readonly kind: "group"; readonly group: string }
  /** TLS 1.2 with Diffie-Hellman parameters of the server's own. */
  | { readonly kind: "dhe"; readonly primeBits: number };

/** The server's certificates exactly as sent, in order; or why there are none. */
export type ChainSeen =
  | {
      readonly kind: "sent";
      readonly certificates: readonly SentCertificate[];
      /** How many it sent: more than are listed when a limit cut the list. */
      readonly count: number;
    }
  /** A resumed session sends none: RFC 8446 §2.2, RFC 5246 §7.3. */
  | { readonly kind: "resumed" }
  /** The cipher suite works without certificates: TLS 1.2 with a pre-shared key, or anonymous. */
  | { readonly kind: "anonymous" }
  /** The handshake ended, or was refused, before the server's certificates were there whole. */
  | { readonly kind: "not-reached" }
  /** Records were there that could have held it and could not be read: see `unread`. */
  | { readonly kind: "unreadable" };

export interface SentCertificate {
  readonly der: Uint8Array;
  /** TLS 1.3 carries these per certificate: RFC 8446 §4.4.2.1. */
  readonly ocspResponse?: Uint8Array;
  readonly sctList?: Uint8Array;
}

export interface CertificateRequest {
  /** TLS 1.2 only. */
  readonly certificateTypes?: readonly string[];
  readonly signatureAlgorithms: readonly string[];
  /** Distinguished names, DER; empty when the server names no authority. */
  readonly authorities: readonly Uint8Array[];
  /** How many it names: more than are listed when a limit cut the list. */
  readonly authorityCount: number;
  /** Asked after the handshake: RFC 8446 §4.6.2. */
  readonly postHandshake: boolean;
}

export interface SessionTicket {
  readonly lifetimeS: number;
  readonly bytes: number;
  readonly afterMs: number;
}

export interface Alert {
  readonly from: Side;
  /** `"fatal"` and `"warning"` are RFC 5246's; TLS 1.3 ignores the level (RFC 8446 §6). */
  readonly level: string;
  readonly number: number;
  /** Absent when nobody has assigned the number. */
  readonly name?: string;
  readonly encrypted: boolean;
  readonly afterMs: number;
}

export type Unread =
  /** Records under keys that the key log did not give, or under a cipher that is not opened here. */
  | {
      readonly kind: "no-key";
      readonly from: Side;
      readonly records: number;
      /** TLS 1.2 shows the type of a protected record: how many of them were alerts. */
      readonly alerts: number;
    }
  /** A record that did not open with the keys it should have: bytes changed, or keys that moved on unseen. */
  | {
      readonly kind: "not-decrypted";
      readonly from: Side;
      readonly afterMs: number;
      readonly records: number;
    }
  | { readonly kind: "malformed"; readonly from: Side; readonly message: string }
  /** The recording ended inside this message or record. */
  | {
      readonly kind: "incomplete";
      readonly from: Side;
      readonly of: string;
      readonly haveBytes: number;
      readonly wantBytes?: number;
    }
  /** In the middle of TLS, bytes that begin no record. */
  | { readonly kind: "not-a-record"; readonly from: Side; readonly atBytes: number }
  | { readonly kind: "limit"; readonly from: Side; readonly limit: string; readonly leftOut: number };
