/**
 * What a diagnosis is made from: plain data about what was asked, what the wire, the two keys and HTTP showed, and
 * what is known of this machine. Nothing here was guessed; what was not seen is absent.
 */
import type { AddressOutcome, Code, Details, Fault, Stage, StartTlsProtocol, Words } from "../core/index.ts";
import type { Field } from "../http1/index.ts";
import type { IdentityVerdict, OpensslWord, TrustNote, Verdict } from "../trust/index.ts";
import type { Certificate } from "../x509/index.ts";

/** Why an attempt did not come to a whole answer: the facts of an `HttpsError`. */
export interface Ended {
  readonly code: Code;
  readonly stage: Stage;
  readonly fault: Fault;
  readonly sentence: string;
  /** What to do, where its values decide that. */
  readonly hint: Words | undefined;
  readonly detail: unknown;
  /** What it came of, where that has a code, too: why a proxy could not be reached. */
  readonly causeCode?: Code | undefined;
}

/** What is spoken where it is not a web site that was asked about. */
export interface EndpointSeen {
  /** `tls` for a plain `host:port`. */
  readonly scheme: string;
  /** What is said before TLS; `undefined` where it begins at once. */
  readonly startTls: StartTlsProtocol | undefined;
  /** What the server said first, in plain; `undefined` where it said nothing, or was not to speak first. */
  readonly greeting: string | undefined;
  /** What the protocol said within TLS, in one line; `undefined` where it was not asked. */
  readonly within: string | undefined;
}

/** One connection, as far as it came. */
export interface AttemptSeen {
  readonly url: string;
  readonly scheme: "https" | "http";
  readonly host: string;
  readonly port: number;
  /** The server name that was sent. */
  readonly sni: string | undefined;
  readonly reach: ReachSeen | undefined;
  readonly tls: TlsSeen | undefined;
  readonly trust: TrustSeen | undefined;
  readonly exchange: ExchangeSeen | undefined;
  /** `undefined` for a web site. */
  readonly endpoint?: EndpointSeen | undefined;
  readonly ended: Ended | undefined;
  readonly timings: TimingsSeen;
}

/** Milliseconds of each phase that was begun. */
export interface TimingsSeen {
  readonly dnsMs?: number;
  readonly tcpMs?: number;
  readonly proxyMs?: number;
  readonly startTlsMs?: number;
  readonly tlsMs?: number;
  readonly trustMs?: number;
  readonly withinMs?: number;
  readonly firstByteMs?: number;
  readonly downloadMs?: number;
}

export interface ReachSeen {
  /** `resolver`, `override`, `literal`, `loopback-name`. */
  readonly source: string;
  readonly addresses: readonly string[];
  /** The address that answered. */
  readonly connected: string | undefined;
  readonly lost: readonly AddressOutcome[];
  readonly proxy: { readonly url: string; readonly source: string } | undefined;
}

/** What the tap saw of the handshake. */
export interface TlsSeen {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly peer:
    | { readonly kind: "tls" | "silent" }
    | {
        readonly kind: "not-tls";
        readonly speaks: Details["not-tls"]["speaks"];
        readonly firstBytes: string;
      };
  readonly offered: {
    readonly versions: readonly string[];
    readonly ciphers: readonly string[];
    readonly groups: readonly string[];
    readonly alpn: readonly string[];
    readonly bytes: number;
    readonly segments: number;
  };
  /** The server's choice; absent when no ServerHello came. */
  readonly chosen:
    | {
        readonly version: string;
        readonly cipher: string;
        readonly group: string | undefined;
        readonly alpn: string | undefined;
        readonly primeBits: number | undefined;
      }
    | undefined;
  /** Handshake messages of the server, by name, in order. */
  readonly serverMessages: readonly string[];
  readonly certificatesSent: number | undefined;
  /** DER of those that were read, the server's own first. */
  readonly certificates: readonly Uint8Array[];
  /** Whether the first of them, the server's own, can be read at all. */
  readonly leafReadable: boolean | undefined;
  /** Whether the server asked for a certificate, and how many were sent. */
  readonly clientCertificate:
    | {
        readonly authorities: readonly string[];
        readonly sent: number | undefined;
        /** What this client has to send, where it has something. */
        readonly own?: OwnCertificate | undefined;
      }
    | undefined;
  readonly alerts: readonly {
    readonly from: "client" | "server";
    readonly name: string;
    readonly number: number;
  }[];
}

/** The certificate that this client has to send, and what speaks against it at this server. */
export interface OwnCertificate {
  readonly issuer: string;
  readonly verdict: IdentityVerdict;
}

export interface TrustSeen {
  /** The name that the certificate had to carry. */
  readonly name: string;
  readonly at: number;
  /** In the order sent; what could not be parsed is left out. */
  readonly chain: readonly ChainCertificate[];
  /** Where the runtime does not show what was sent, the chain is completed from the roots. */
  readonly asSent: boolean;
  readonly verdict: Verdict | undefined;
  readonly openssl: OpensslWord | undefined;
  /** Whose word that is: OpenSSL's on Node. */
  readonly library: string;
  /** That the two keys differ, as a sentence. */
  readonly disagreement: string | undefined;
  /** `undefined` where the runtime does not show it. */
  readonly stapled: boolean | undefined;
  /** What cannot be seen on this runtime, as phrases. */
  readonly unseen: readonly string[];
  readonly notes: readonly TrustNote[];
}

export interface ChainCertificate {
  readonly certificate: Certificate;
  /** SHA-256, lower-case hexadecimal. */
  readonly fingerprint: string;
}

/** What was sent and what came back on this connection. */
export interface ExchangeSeen {
  readonly hops: readonly HopSeen[];
  readonly answer: AnswerSeen | undefined;
  /** Bytes that followed the answer and that nobody had asked for. */
  readonly unsolicitedBytes: number;
  readonly version: VersionSeen;
  /** What came of the same request before, where it was sent again by itself, as the client does. */
  readonly resent: readonly RequestGave[];
}

/** A version of HTTP, by ALPN's names (RFC 7301 §6, RFC 9113 §3.1). */
export type HttpVersion = "h2" | "http/1.1";

/** Which version of HTTP was spoken, and how it came to that. */
export interface VersionSeen {
  readonly spoken: HttpVersion;
  readonly asked: HttpVersion | "auto";
  /** By ALPN; nothing in plain. */
  readonly offered: readonly string[];
  /** What the server selected of it; `undefined` where it did not say. */
  readonly selected: string | undefined;
  /** Whether it is HTTP/1.1 because the server wants this request so (HTTP_1_1_REQUIRED). */
  readonly isWanted: boolean;
}

/** One answer to a request of an experiment. */
export interface RequestGave {
  readonly status: number | undefined;
  readonly ended: Ended | undefined;
  /** The client would have sent it again by itself: it says nothing of what was asked. */
  readonly isPassing?: boolean;
}

/** One redirect that was followed; its URLs are as they are shown, without their queries. */
export interface HopSeen {
  readonly from: string;
  readonly to: string;
  readonly status: number;
  /** The cookies that it set, as a Cookie field has them; empty for none. */
  readonly cookies: string;
}

export interface AnswerSeen {
  readonly url: string;
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly Field[];
  /** The beginning of the body as text, content codings undone where that was possible. */
  readonly excerpt: string;
  readonly bodyBytes: number;
  /** `part`: enough was seen, and the rest was not waited for. */
  readonly completeness: "complete" | "unverifiable" | "part";
  /** This machine's clock when the head came. */
  readonly receivedAt: number;
}

/** What is known of this machine. */
export interface LocalFacts {
  /** Its clock. */
  readonly at: number;
  /** NODE_TLS_REJECT_UNAUTHORIZED=0. */
  readonly verificationDisabled: boolean;
  /** What NODE_EXTRA_CA_CERTS names, if it is set. */
  readonly extraRoots:
    | { readonly file: string; readonly state: "in-force" | "overridden" }
    | { readonly file: string; readonly state: "unusable"; readonly ended: Ended }
    | undefined;
  /** mkcert's root on this disk. */
  readonly mkcertRoot: string | undefined;
  /** Which rule chose the proxy, or no proxy. */
  readonly proxyRule: string;
}
