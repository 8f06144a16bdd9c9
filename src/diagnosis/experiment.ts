/**
 * The experiments that a diagnosis can ask for, and what each gives back. An experiment changes one thing and leaves
 * the rest as it was in the main attempt.
 */
import { protocolNames, type KeyType, type StartTlsProtocol } from "../core/index.ts";
import type { Rejection } from "../trust/index.ts";
import { connectionBudget } from "./limits.ts";
import type { AttemptSeen, Ended, RequestGave } from "./observation.ts";
import type { RequestChange } from "./request-change.ts";

export type Experiment =
  /** The handshake once more, with this change, and nothing after it; `again` to see whether it was chance. */
  | HandshakeExperiment
  /** A request for `/`, verifying nothing; nothing secret is sent. */
  | { readonly kind: "unverified" }
  /** The engine once more over the same chain: no connection. */
  | { readonly kind: "judge"; readonly change: JudgeChange }
  /** The missing issuer, fetched from where the certificate says, and the engine once more. */
  | { readonly kind: "fetch-issuer" }
  /** OCSP and CRL, asked at the certificate's own URLs. */
  | { readonly kind: "revocation" }
  /** A connection to this address, and over TLS a handshake: whether the server there is trusted, too. */
  | { readonly kind: "reach"; readonly address: string }
  /** A handshake that takes keys of this kind alone: whether the certificate that the server has of it is trusted, too. */
  | { readonly kind: "other-key"; readonly keyType: KeyType }
  /** The request with these changes, twice; `again` as it was, after all others. */
  | { readonly kind: "request"; readonly changes: readonly RequestChange[]; readonly again?: true };

export interface HandshakeExperiment {
  readonly kind: "handshake";
  readonly change: HandshakeChange;
  readonly again?: true;
  /** What is said before TLS, for `behind-starttls`. */
  readonly protocol?: StartTlsProtocol;
}

export type HandshakeChange =
  | "none"
  | "no-server-name"
  | "nobodys-name"
  | "tls-1.2"
  | "tls-1.2-long"
  | "tls-1.3"
  | "no-alpn"
  | "at-once"
  | "behind-starttls"
  | "http1"
  | "http2"
  | "x25519"
  | "everything";

export type JudgeChange =
  | { readonly kind: "store"; readonly store: RootStoreName }
  | { readonly kind: "clock"; readonly at: number }
  | { readonly kind: "any-name" };

export type RootStoreName = "mozilla" | "system" | "NODE_EXTRA_CA_CERTS" | "mkcert";

/** Why an experiment came to nothing. */
export type Undone =
  | { readonly kind: "no-time-left" }
  /** It had begun. */
  | { readonly kind: "cut-off" }
  | { readonly kind: "no-connections-left" }
  | { readonly kind: "failed"; readonly ended: Ended };

/** Why, in a few words. */
export function explainUndone(undone: Undone): string {
  switch (undone.kind) {
    case "no-time-left":
      return "there was no time left";
    case "cut-off":
      return "it was cut off: there was no time left";
    case "no-connections-left":
      return `all ${connectionBudget.value} connections were used`;
    case "failed":
      return undone.ended.code;
  }
}

/** What an experiment gave; `undone` says why it was not carried out. */
export type ExperimentResult = {
  readonly [K in Experiment["kind"]]: {
    readonly kind: K;
    readonly experiment: Extract<Experiment, { readonly kind: K }>;
    readonly ms: number;
    readonly undone: Undone | undefined;
    readonly gave: Gave[K] | undefined;
  };
}[Experiment["kind"]];

export interface Gave {
  readonly handshake: HandshakeGave;
  readonly unverified: AttemptSeen;
  readonly judge: JudgeGave;
  readonly "fetch-issuer": FetchGave;
  readonly revocation: readonly RevocationAnswer[];
  readonly reach: ReachGave;
  readonly "other-key": OtherKeyGave;
  readonly request: readonly RequestGave[];
}

export interface HandshakeGave {
  readonly completed: boolean;
  readonly ended: Ended | undefined;
  /** Of its ClientHello. */
  readonly helloBytes?: number | undefined;
  /** The server's choice, as far as it answered. */
  readonly version: string | undefined;
  readonly cipher: string | undefined;
  readonly group: string | undefined;
  readonly alpn: string | undefined;
  readonly leaf: LeafSeen | undefined;
}

/** The leaf that came to a handshake. */
export interface LeafSeen {
  /** SHA-256. */
  readonly fingerprint: string;
  readonly names: readonly string[];
  /** Whether the name that was asked for is among them. */
  readonly namesHost: boolean;
  /** Text of its issuer's name. */
  readonly issuer?: string | undefined;
}

export interface ReachGave {
  readonly connected: boolean;
  /** Of TCP, in words. */
  readonly outcome: string;
  /** How TLS went, where it was tried. */
  readonly met: Met | undefined;
}

/** A server that was met, as far as its chain goes. */
export interface Met {
  /** SHA-256 of its leaf. */
  readonly leaf: string | undefined;
  readonly trusted: boolean | undefined;
  /** Why not. */
  readonly ended: Ended | undefined;
}

export interface OtherKeyGave extends Met {
  /** The kind of the leaf's key: a server may show what it has, whatever is offered. */
  readonly keyType: KeyType | undefined;
}

export interface JudgeGave {
  readonly trusted: boolean;
  readonly rejection: Rejection | undefined;
  /** The root that vouched, and where it stands. */
  readonly anchor: { readonly subject: string; readonly source: string } | undefined;
}

export interface FetchGave extends JudgeGave {
  readonly fetched: readonly {
    readonly url: string;
    /** The certificates that were there, by name. */
    readonly subjects: readonly string[];
    /** Why there are none. */
    readonly reason: string | undefined;
  }[];
}

export interface RevocationAnswer {
  readonly source: "OCSP" | "CRL";
  readonly url: string;
  readonly says: "good" | "revoked" | "unknown";
  readonly reason: string;
  readonly rejection: Rejection | undefined;
}

/** The most connections that an experiment can take. */
export function connectionsOf(experiment: Experiment): number {
  switch (experiment.kind) {
    case "judge":
      return 0;
    case "fetch-issuer":
      return 3;
    case "revocation":
    case "request":
      return 2;
    case "handshake":
    case "unverified":
    case "reach":
    case "other-key":
      return 1;
  }
}

/** What an experiment is called while it runs. */
export function nameExperiment(experiment: Experiment): string {
  switch (experiment.kind) {
    case "handshake":
      return `${handshakeNames[experiment.change]}${behind(experiment)}${experiment.again === true ? ", once more" : ""}`;
    case "unverified":
      return "a request for /, verifying nothing";
    case "judge":
      return nameJudgement(experiment.change);
    case "fetch-issuer":
      return "fetching the issuer that was not sent";
    case "revocation":
      return "asking whether the certificate was revoked";
    case "reach":
      return `connecting to ${experiment.address}`;
    case "other-key":
      return `a handshake that takes ${experiment.keyType} keys alone`;
    case "request":
      return experiment.changes.length === 0
        ? `the same request again${experiment.again === true ? ", after the others" : ""}`
        : `the request ${listOf(experiment.changes.map(({ says }) => says))}`;
  }
}

function behind({ protocol }: HandshakeExperiment): string {
  return protocol === undefined ? "" : ` (${protocolNames[protocol]})`;
}

const handshakeNames: Readonly<Record<HandshakeChange, string>> = {
  none: "the same handshake again",
  "no-server-name": "a handshake without a server name (SNI)",
  "nobodys-name": "a handshake for a name that nobody can have",
  "tls-1.2": "a handshake offering TLS 1.2 alone",
  "tls-1.2-long": "a handshake offering TLS 1.2 alone in a ClientHello as long as the first",
  "tls-1.3": "a handshake offering TLS 1.3 alone",
  "no-alpn": "a handshake without ALPN",
  "at-once": "a handshake at once, without the words before TLS",
  "behind-starttls": "a handshake behind STARTTLS",
  http1: "a handshake offering http/1.1 alone by ALPN",
  http2: "a handshake offering h2 alone by ALPN",
  x25519: "a handshake offering the groups X25519 and P-256 alone",
  everything: "a handshake offering every old version and cipher",
};

function nameJudgement(change: JudgeChange): string {
  switch (change.kind) {
    case "store":
      return `judging the chain by ${storeNames[change.store]}`;
    case "clock":
      return "judging the chain by the server's clock";
    case "any-name":
      return "judging the chain for any name";
  }
}

/** What a store is called in a sentence. */
export const storeNames: Readonly<Record<RootStoreName, string>> = {
  mozilla: "Mozilla's roots, as Node carries them",
  system: "this system's roots",
  NODE_EXTRA_CA_CERTS: "the roots of NODE_EXTRA_CA_CERTS",
  mkcert: "mkcert's root on this machine",
};

/** "a, b and c". */
export function listOf(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}
