/**
 * What a tap saw: plain data, without a secret in it and without a byte of the application's.
 *
 * It holds what a diagnosis reads and no more. Names are those of the RFCs; a number without one is written in
 * hexadecimal. Bytes are DER or as they stood on the wire.
 */
import type { CertificateRequest, SniffedPeer } from "../core/index.ts";

export type Side = "client" | "server";

/** What the wire says about one connection. */
export interface Observed {
  /** What answered: `silent` sent nothing, and a first byte alone may not tell yet. */
  readonly peer: { readonly kind: "tls" | "silent" } | ({ readonly kind: "not-tls" } & SniffedPeer);
  readonly client: Way;
  readonly server: Way;
  /** Handshake messages of both sides that could be read, in order. */
  readonly messages: readonly MessageSeen[];
  readonly clientHello?: ClientHello;
  readonly helloRetryRequest?: Choice;
  readonly serverHello?: Choice;
  /** The protocol the server chose by ALPN, in ServerHello or EncryptedExtensions. */
  readonly alpn?: string;
  readonly keyExchange?: KeyExchange;
  /** How TLS 1.2's ServerKeyExchange is signed: `"rsa_pss_rsae_sha256"`. */
  readonly exchangeSignature?: string;
  /** The server's certificates exactly as sent; absent when none was read. */
  readonly certificates?: SentCertificates;
  /** What the client sent in answer to a request; an empty list for an empty message, absent when it sent none. */
  readonly clientCertificates?: SentCertificates;
  /** What the server's CertificateRequest asks for; absent when none was read. */
  readonly asked?: CertificateRequest;
  readonly alerts: readonly Alert[];
  /** What could not be read, and why; empty when all was. What is absent above may be in there. */
  readonly unread: readonly Unread[];
}

/** One direction, named after the side that sent. */
export interface Way {
  readonly bytes: number;
  /** `unreadable`: alerts or records that could not be opened, so it may have been there. */
  readonly closeNotify: "seen" | "not-seen" | "unreadable";
  /** How TCP ended: `reset` and `error` are told by the socket, for both ways at once. */
  readonly end: WayEnd;
}

export type WayEnd =
  | { readonly kind: "open" }
  /** Ended in order: the peer's FIN for the server's way, the client's own end for the client's. */
  | { readonly kind: "fin" }
  | { readonly kind: "reset" }
  | { readonly kind: "error"; readonly code: string }
  /** This side closed the socket at once, without ending it. */
  | { readonly kind: "destroyed" };

export interface MessageSeen {
  readonly from: Side;
  /** `"client_hello"`, `"hello_retry_request"`, `"certificate"`. */
  readonly name: string;
}

export interface ClientHello {
  /** Of the record(s) that carried it, headers included. */
  readonly recordBytes: number;
  /**
   * TCP segments it needs at the least, with Ethernet's 1460 bytes in each (RFC 9293 §3.7.1): a hello in
   * two is what some middleboxes cannot put together.
   */
  readonly segmentsAtLeast: number;
  /** supported_versions; where it is absent, the one highest version. */
  readonly versions: readonly string[];
  readonly cipherSuites: readonly string[];
  readonly alpn: readonly string[];
  readonly groups: readonly string[];
  /** signature_algorithms; empty when it was not sent. */
  readonly signatureAlgorithms: readonly string[];
}

/** What a server chose of a ClientHello; a HelloRetryRequest says no more. */
export interface Choice {
  readonly version: string;
  readonly cipherSuite: string;
  /** The group of TLS 1.3's key share, or the one that a retry asks for. */
  readonly group?: string;
}

/** How the key was agreed on: TLS 1.3's key share, TLS 1.2's ServerKeyExchange. */
export type KeyExchange =
  | { readonly kind: "group"; readonly group: string }
  /** TLS 1.2 with Diffie-Hellman parameters of the server's own. */
  | { readonly kind: "dhe"; readonly primeBits: number };

export interface SentCertificates {
  /** DER, in order. */
  readonly list: readonly Uint8Array[];
  /** How many were sent: more than are listed when a limit cut the list. */
  readonly count: number;
}

export interface Alert {
  readonly from: Side;
  readonly number: number;
  /** Absent when nobody has assigned the number. */
  readonly name?: string;
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
