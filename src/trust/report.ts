/**
 * The trust report of one connection: who vouched for the server, how that was decided, what was checked and what
 * was not. It is what a response carries and an error brings along.
 */
import { renderInstant, showAs } from "../core/index.ts";
import type { Certificate } from "../x509/index.ts";
import { renderAnchorSource, type TrustAnchor } from "./anchor.ts";
import { explainVerdict } from "./explain.ts";
import type { Rejection } from "./rejection.ts";
import type { Verdict } from "./verdict.ts";

/**
 * `verified`: OpenSSL and the engine accepted the chain. `pinned`: and a pinned key was on it.
 * `unverified`: the caller said that nobody need vouch. `plaintext`: there was no TLS.
 * `refused`: the connection did not come about. `none`: no server was asked, the program made the answer itself.
 */
export type TrustKind = "verified" | "pinned" | "unverified" | "plaintext" | "refused" | "none";

/** The word of the runtime's own TLS on the chain: OpenSSL's on Node, BoringSSL's on Bun, that of rustls on Deno. */
export type OpensslWord =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      readonly code: string;
      readonly reason: string;
      /** That there is no word: the runtime does not show its verdict. It counts as a refusal. */
      readonly unseen?: true;
    };

/** Where the runtime does not show its verdict. */
export const unseenWord: OpensslWord = {
  accepted: false,
  code: "NOT_SHOWN",
  reason: "the runtime does not show its verdict",
  unseen: true,
};

export interface TrustFacts {
  readonly kind: TrustKind;
  /** The name that the certificate had to carry. */
  readonly host: string;
  /** The chain as the server sent it; on a resumed session, as it had sent it before. */
  readonly chain: readonly Certificate[];
  readonly verdict: Verdict | undefined;
  readonly openssl: OpensslWord | undefined;
  /** When the verdict was reached, epoch milliseconds, and the moment it speaks of. */
  readonly decidedAt: number;
  readonly at: number;
  readonly basis: "handshake" | "resumed-session" | "none";
  /** The pin that matched. */
  readonly pin: string | undefined;
  /** The caller's reason for an unverified connection. */
  readonly insecureReason: string | undefined;
  /** `undefined` where the runtime does not show it. */
  readonly stapled: boolean | undefined;
  /** Whose word `openssl` is: OpenSSL's on Node. */
  readonly library: string;
  /** What cannot be seen of a connection on this runtime, as phrases. */
  readonly unseen: readonly string[];
  readonly notes: readonly string[];
}

/** What had no effect or was passed over, and where: in the environment's variables, or in a root store. */
export interface TrustNote {
  readonly about: "environment" | "store";
  readonly sentence: string;
}

/** The report as data; `schema` counts up when a field changes its meaning. */
export interface TrustReportJson {
  readonly schema: 1;
  readonly kind: TrustKind;
  readonly host: string;
  readonly basis: TrustFacts["basis"];
  readonly at: string;
  readonly chain: readonly CertificateSummary[];
  readonly path: readonly CertificateSummary[];
  readonly anchor: { readonly subject: string; readonly source: string } | undefined;
  readonly openssl: string | undefined;
  readonly engine: string | undefined;
  readonly disagreement: string | undefined;
  readonly checked: readonly string[];
  readonly notChecked: readonly string[];
  readonly unseen: readonly string[];
  readonly notes: readonly string[];
}

export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

declare module "../core/error.ts" {
  interface ErrorReports {
    /** What an error carries as `trust`. */
    readonly trust: TrustReport;
  }
}

/** The same report with a sentence more. */
export let withNote: (report: TrustReport, sentence: string) => TrustReport;

/**
 * Who vouched for the server of one connection, how that was decided, and what was and was not checked.
 *
 * `response.trust` of an answer, `error.trust` of an error; `explain()` for people, `toJSON()` for logs.
 */
export class TrustReport {
  readonly #facts: TrustFacts;

  static {
    withNote = (report: TrustReport, sentence: string): TrustReport =>
      new TrustReport({ ...report.#facts, notes: [...report.#facts.notes, sentence] });
  }

  constructor(facts: TrustFacts) {
    this.#facts = facts;
  }

  /** Whether the server was verified, and if not, why the connection was used or refused. */
  get kind(): TrustKind {
    return this.#facts.kind;
  }

  /** The name that the certificate had to carry. */
  get host(): string {
    return this.#facts.host;
  }

  /** The certificates as the server sent them, leaf first. */
  get chain(): readonly Certificate[] {
    return this.#facts.chain;
  }

  /** The engine's verdict, with every path it tried; `undefined` without TLS. */
  get verdict(): Verdict | undefined {
    return this.#facts.verdict;
  }

  /** OpenSSL's word on the chain; `undefined` without TLS. */
  get openssl(): OpensslWord | undefined {
    return this.#facts.openssl;
  }

  /** The path that verified, leaf first, without the anchor; empty when none did. */
  get path(): readonly Certificate[] {
    const { verdict } = this.#facts;
    return verdict?.trusted === true ? verdict.path.certificates : [];
  }

  /** The root it ends at, with where that came from. */
  get anchor(): TrustAnchor | undefined {
    const { verdict } = this.#facts;
    return verdict?.trusted === true ? verdict.path.anchor : undefined;
  }

  /** What the engine refused, were it asked alone. */
  get rejection(): Rejection | undefined {
    const { verdict } = this.#facts;
    return verdict?.trusted === false ? verdict.primary : undefined;
  }

  /** Whether the chain came with this handshake or with the session that it resumed; `none` without TLS. */
  get basis(): TrustFacts["basis"] {
    return this.#facts.basis;
  }

  /** The moment the verdict speaks of, epoch milliseconds. */
  get at(): number {
    return this.#facts.at;
  }

  /** When the verdict was reached, epoch milliseconds. */
  get decidedAt(): number {
    return this.#facts.decidedAt;
  }

  /** The pin that matched, `sha256/` and base64. */
  get pin(): string | undefined {
    return this.#facts.pin;
  }

  /** Sentences about the root store and the environment variables that counted. */
  get notes(): readonly string[] {
    return this.#facts.notes;
  }

  /** Says that OpenSSL and the engine differ; the stricter one decided. `undefined` while they agree. */
  get disagreement(): string | undefined {
    const { openssl, verdict, library } = this.#facts;
    if (openssl === undefined || verdict === undefined || openssl.accepted === verdict.trusted)
      return undefined;
    if (!openssl.accepted && openssl.unseen === true) return undefined;
    return verdict.trusted
      ? `${library} refused the chain (${openssl.accepted ? "" : openssl.code}); the engine found a path. ${library}'s word stands.`
      : `${library} accepted the chain; the engine refused it (${verdict.primary.code}). The engine's word stands.`;
  }

  /** What was checked before a byte of the request was sent. */
  get checked(): readonly string[] {
    const { kind, verdict, at, pin } = this.#facts;
    if (kind === "plaintext" || verdict?.trusted !== true) return [];
    const { names, revocation } = verdict.path;
    const checks = [
      signaturesOf(verdict.path.certificates.length),
      `their validity at ${renderInstant(at)}`,
      ...names.map(({ value }) => `that the certificate names ${value}`),
      "that every issuer may issue, and that the certificate is for servers",
    ];
    if (pin !== undefined) checks.push(`that a pinned key is on the path (${pin})`);
    if (revocation.includes("ocsp")) checks.push("the stapled OCSP response");
    if (revocation.includes("crl")) checks.push("the CRLs supplied");
    return checks;
  }

  /** What was not checked, so that nobody believes it was. */
  get notChecked(): readonly string[] {
    const { kind, verdict, stapled } = this.#facts;
    if (kind === "plaintext") return ["anything: the connection is not encrypted"];
    if (kind === "none") return ["anything: no server was asked"];
    if (kind === "unverified") return ["anything that counted: the caller asked for no verification"];
    if (verdict?.trusted !== true) return [];
    const revocation = verdict.path.revocation.some((source) => source !== "not-checked");
    const unchecked = ["Certificate Transparency"];
    if (revocation) return unchecked;
    return [`revocation: ${whyUnstapled(stapled)}`, ...unchecked];
  }

  /** What cannot be seen of a connection on this runtime, as phrases; empty on Node. */
  get unseen(): readonly string[] {
    return this.#facts.unseen;
  }

  /** One sentence: who vouched for the server, or that nobody did. */
  headline(): string {
    const { kind, host, verdict, insecureReason } = this.#facts;
    switch (kind) {
      case "plaintext":
        return `Nobody vouched for ${host}: the connection is plain HTTP.`;
      case "unverified":
        return `Nobody vouched for ${host}: verification was turned off ("${insecureReason ?? ""}"). ${this.#wouldBe()}`;
      case "verified":
      case "pinned": {
        if (verdict?.trusted !== true || insecureReason !== undefined) {
          return `${host} was recognised by its key alone, which is pinned; nobody had to vouch for it ("${insecureReason ?? ""}").`;
        }
        const { anchor } = verdict.path;
        const name = anchor.subject.display;
        const pinned = kind === "pinned" ? ", and its key is one of the pinned ones" : "";
        return `${host} was verified: ${name} vouches for it (a root from ${renderAnchorSource(anchor.source)})${pinned}.`;
      }
      case "none":
        return `No server was asked for ${host}: this program made the answer itself.`;
      case "refused":
        return `${host} was refused.`;
    }
  }

  /** Sentences for a person, one a line. */
  explain(): string {
    const { verdict, basis, decidedAt } = this.#facts;
    const lines = [this.headline()];
    if (verdict !== undefined) lines.push(explainVerdict(verdict));
    if (basis === "resumed-session") {
      lines.push(
        `The TLS session was resumed; the chain of the first handshake was judged again at ${renderInstant(decidedAt)}.`,
      );
    }
    if (this.disagreement !== undefined) lines.push(this.disagreement);
    if (this.checked.length > 0) lines.push(`Checked: ${this.checked.join("; ")}.`);
    if (this.notChecked.length > 0) lines.push(`Not checked: ${this.notChecked.join("; ")}.`);
    if (this.unseen.length > 0) lines.push(`Cannot be seen here: ${this.unseen.join("; ")}.`);
    return [...lines, ...this.notes].join("\n");
  }

  toJSON(): TrustReportJson {
    const { kind, host, basis, at, chain, openssl, verdict, notes } = this.#facts;
    const { anchor } = this;
    return {
      schema: 1,
      kind,
      host,
      basis,
      at: new Date(at).toISOString(),
      chain: chain.map(summarize),
      path: this.path.map(summarize),
      anchor: anchor && { subject: anchor.subject.text, source: renderAnchorSource(anchor.source) },
      openssl: openssl && (openssl.accepted ? "accepted" : openssl.code),
      engine: verdict && (verdict.trusted ? "accepted" : verdict.primary.code),
      disagreement: this.disagreement,
      checked: this.checked,
      notChecked: this.notChecked,
      unseen: this.unseen,
      notes,
    };
  }

  #wouldBe(): string {
    const { verdict } = this.#facts;
    if (verdict === undefined) return "";
    return verdict.trusted
      ? "It would have been verified without that."
      : `It would have been refused: ${verdict.primary.code}.`;
  }
}

showAs(TrustReport.prototype, "TrustReport", (report) => report.toJSON());

function signaturesOf(count: number): string {
  return count === 1
    ? "the signature of the certificate, by the root"
    : `the signatures of ${count} certificates up to the root`;
}

function whyUnstapled(stapled: boolean | undefined): string {
  if (stapled === undefined) return "whether the server stapled an OCSP response cannot be seen here";
  return stapled ? "the stapled OCSP response was not used" : "the server stapled no OCSP response";
}

function summarize(certificate: Certificate): CertificateSummary {
  return {
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serial: certificate.serial,
    notBefore: renderInstant(certificate.notBeforeAt),
    notAfter: renderInstant(certificate.notAfterAt),
  };
}
