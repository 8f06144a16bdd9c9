/** What a site of the lab is: its manifest entry, and the recipe by which it is served. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import type { Code } from "../core/index.ts";
import type { Authority, Identity } from "./pki/authority.ts";
import type { Hello } from "./wire/client-hello.ts";
import type { Http2 } from "./wire/http2-script.ts";
import type { Line, Wire } from "./wire/line.ts";

/** Which part of an HTTPS request a site is about. */
export type Family = "certificates" | "protocol" | "http" | "http2";

/** The check of a client that sees what is wrong. A client without that check connects. */
export type Check =
  // Certificates.
  | "dates"
  | "name"
  | "path"
  | "signature"
  | "basic-constraints"
  | "path-length"
  | "policy"
  | "name-constraints"
  | "key-usage"
  | "extended-key-usage"
  | "critical-extension"
  | "encoding"
  | "key-size"
  | "hash"
  | "revocation"
  | "staple"
  | "pin"
  // The handshake.
  | "tls-version"
  | "cipher"
  | "group"
  | "renegotiation"
  | "alpn"
  | "client-certificate"
  | "handshake"
  | "deadline"
  // HTTP/2: its frames, streams and windows; the compression of its fields; how much comes that brings nobody further.
  | "http2"
  | "hpack"
  | "flood"
  // The HTTP exchange.
  | "http-head"
  | "http-body"
  | "http-status"
  | "redirect";

/** What Meerkat is to make of a site, given the lab's root and asked for `GET /`. */
export interface Expectation {
  /** The catalogue code of the failure; `null` where a response comes back whole. */
  readonly code: Code | null;
  /** The HTTP status, where it comes to one; `null` otherwise. */
  readonly status: number | null;
}

/** What a client has to be told before it can see what is wrong. */
export interface Needs {
  /** The SHA-256 pins (`sha256/` and base64, of the SubjectPublicKeyInfo) that it is to hold for this host. */
  readonly pins?: readonly string[];
  /** By which rules it has to judge, where those for the lab's own kind of root are more lenient. */
  readonly profile?: "webpki" | "rfc5280";
  /** Where it has to look for revocation. */
  readonly revocation?: "ocsp" | "crl";
  /** How many bytes of a body it has to send, with POST. */
  readonly uploadBytes?: number;
  /** Which version of HTTP it has to insist on. */
  readonly protocol?: "h2";
}

/** One site: the manifest's entry. */
export interface Site {
  /** Kebab-case; the catalogue's code where a site is the plain case of one. */
  readonly name: string;
  /** `<name>.lab.localhost`, or a loopback address. */
  readonly host: string;
  readonly url: string;
  readonly family: Family;
  readonly title: string;
  /** One sentence: what is wrong, or what is special and yet right. */
  readonly wrong: string;
  /** Of a client that offers both HTTP/2 and HTTP/1.1, where it needs not to insist on one. */
  readonly expected: Expectation;
  /** Of one that asks for HTTP/1.1 alone, where that is something else. */
  readonly overHttp11?: Expectation;
  /** `null` for a healthy site. */
  readonly caughtBy: Check | null;
  readonly needs?: Needs;
}

/** One site as it is written down: its entry, and how it is served. */
export interface Definition extends Omit<Site, "host" | "url" | "family"> {
  readonly serving: Serving;
  /** The host's labels before `.lab.localhost`, where they are not the name. */
  readonly label?: string;
  /** Reached by its address, without a name. Wants a port of its own. */
  readonly byAddress?: true;
  /** For what a server name cannot choose: a port of its own, on both families or on one. */
  readonly ownPort?: "both" | "ipv4";
  /** On a port of its own: what a client without a server name gets instead. */
  readonly withoutName?: Serving;
}

export type Serving = Https | Raw | { readonly kind: "nothing" };

/** TLS by OpenSSL, HTTP by Node, each with what differs from the usual. */
export interface Https {
  readonly kind: "https";
  /** Its certificates; the usual leaf and intermediate when left out. */
  readonly identify?: (authority: Authority, host: string) => Identity;
  readonly tls?: TlsOptions | ((authority: Authority) => TlsOptions);
  /** The OCSP response that is stapled to the handshake. */
  readonly staple?: (authority: Authority, identity: Identity) => Uint8Array;
  /** Looks at the ClientHello first, and may end the connection for what it sees. */
  readonly dislikes?: (hello: Hello) => "close" | "reset" | undefined;
  /** What happens to the bytes on their way. */
  readonly wire?: Wire;
  /** What it speaks where h2 is agreed by ALPN. h2 is not offered when left out. */
  readonly http2?: Http2;
  /** Answers a request over HTTP/1.1; a friendly 200 when left out. */
  readonly respond?: Respond;
}

/** Bytes by hand: after the ClientHello, or at once where the server is the one to speak first. */
export interface Raw {
  readonly kind: "raw";
  readonly speaksFirst?: true;
  readonly answer: (socket: Socket, hello: Hello | undefined, stage: Stage) => void;
}

/** Who mints for a site, and which host it is. */
export interface Stage {
  readonly authority: Authority;
  readonly host: string;
}

/** Answers one HTTP request. */
export type Respond = (request: IncomingMessage, response: ServerResponse, visit: Visit) => void;

/** What a site knows of a request besides the request. */
export interface Visit {
  /** How many requests the site has had in this lab, this one included. */
  readonly count: number;
  /** The line underneath TLS, on sites that have a `wire`. */
  readonly line: Line | undefined;
}

/** What a healthy site's entry says. */
export const healthy: Pick<Site, "expected" | "caughtBy"> = {
  expected: { code: null, status: 200 },
  caughtBy: null,
};

/** The entry of a site that fails before there is a status. */
export function fails(code: Code, caughtBy: Check): Pick<Site, "expected" | "caughtBy"> {
  return { expected: { code, status: null }, caughtBy };
}

/** The entry of a site whose answer is whole, and says no. */
export function answers(status: number): Pick<Site, "expected" | "caughtBy"> {
  return { expected: { code: null, status }, caughtBy: "http-status" };
}

/** A site with these certificates, and nothing else out of the ordinary. */
export function presents(identify: NonNullable<Https["identify"]>): Pick<Definition, "serving"> {
  return { serving: { kind: "https", identify } };
}

/** A site with these TLS settings, and nothing else out of the ordinary. */
export function speaks(tls: NonNullable<Https["tls"]>): Pick<Definition, "serving"> {
  return { serving: { kind: "https", tls } };
}

/** A site that answers requests like this, and has nothing else out of the ordinary. */
export function responds(respond: Respond): Pick<Definition, "serving"> {
  return { serving: { kind: "https", respond } };
}

/** A site that speaks HTTP/2 like this; over HTTP/1.1 it is healthy. */
export function speaksHttp2(http2: Http2): Pick<Definition, "serving"> {
  return { serving: { kind: "https", http2 } };
}
