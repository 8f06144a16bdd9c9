/** Rejections: a code of the catalogue with its facts, about one certificate in one place of a path. */
import { type CertificateFacts, type CertificateRole, type Details, renderHex } from "../core/index.ts";
import type { Certificate, Sha256 } from "../x509/index.ts";

/**
 * Codes that a rule of the search can give, from the one that makes the most useful headline to the least (`rank.ts` says
 * what useful means). A code that is not ranked here does not exist for the search.
 */
export const rankedCodes = [
  "revoked",
  // What cannot be read makes later findings doubtful: names that cannot be read look like no names.
  "malformed-certificate",
  // Almost always this machine's clock.
  "not-yet-valid",
  "wrong-host",
  "no-names",
  "expired",
  "distrusted-after",
  "not-a-ca",
  "wrong-usage",
  "ca-as-leaf",
  "key-usage",
  "name-constraint",
  // The search was cut: from here on nothing can be said of the paths that were not looked at.
  "budget-exhausted",
  "path-too-long",
  "weak-key",
  "weak-signature",
  "unknown-critical-extension",
  "policy-not-met",
  "irregular-certificate",
  "revocation-unknown",
  "signature-unchecked",
  "bad-signature",
  "self-signed",
  "untrusted-root",
  "missing-intermediate",
] as const;

/** The codes that can end a path; `docs/errors.md` explains each. */
export type RejectionCode = (typeof rankedCodes)[number];

/** What ended a path: `new HttpsError(rejection.code, rejection.detail)` is the failure that it becomes. */
export type Rejection = {
  readonly [C in RejectionCode]: { readonly code: C; readonly detail: Details[C] };
}[RejectionCode];

/** A certificate and where on the path it stands. */
export interface Placed {
  readonly certificate: Certificate;
  readonly role: CertificateRole;
}

/** What a rejection says beside the certificate's own facts. */
export type Extra<C extends RejectionCode> = Omit<Details[C], keyof CertificateFacts>;

/** Makes rejections; the fingerprint is only computed when one is made. */
export type Reject = <C extends RejectionCode>(code: C, placed: Placed, extra: Extra<C>) => Rejection;

/** A maker of rejections over a port that computes SHA-256. */
export function rejectWith(sha256: Sha256): Reject {
  return (code, { certificate, role }, extra) => {
    const facts: CertificateFacts = {
      subject: certificate.subject.display === "" ? "(empty name)" : certificate.subject.display,
      issuer: certificate.issuer.display,
      fingerprint: renderHex(sha256(certificate.der)),
      role,
    };
    return { code, detail: { ...facts, ...extra } } as unknown as Rejection;
  };
}
