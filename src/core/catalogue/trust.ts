/** Codes of certificates: what the trust engine, OpenSSL or a pin refused. */
import type { Entries } from "./entry.ts";

/** Which certificate a finding is about, in facts that a report can carry. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
}

export interface TrustDetails {
  readonly expired: CertificateFacts & { readonly notAfterAt: number; readonly at: number };
  readonly "not-yet-valid": CertificateFacts & { readonly notBeforeAt: number; readonly at: number };
  readonly "wrong-host": CertificateFacts & { readonly name: string; readonly names: readonly string[] };
  readonly "self-signed": CertificateFacts;
  readonly "untrusted-root": CertificateFacts;
  readonly "missing-intermediate": CertificateFacts & { readonly urls: readonly string[] };
  readonly "certificate-refused": CertificateFacts & { readonly opensslCode: string; readonly reason: string };
}

export const trustEntries: Entries<TrustDetails> = {
  expired: {
    stage: "trust",
    fault: "peer",
    title: "Certificate past its end",
    means: "A certificate on the path has a notAfter that has passed at the moment of validation.",
    remedy: {
      client: "Check this machine's clock. If it is right, nothing: the certificate no longer counts.",
      server: "Renew the certificate, and let a program do so from now on.",
    },
    authority: "RFC 5280 §6.1.3 (a)(2)",
    sentence: ({ subject, notAfterAt, at }) =>
      `The certificate of ${subject} expired on ${renderInstant(notAfterAt)}, ${renderSpan(at - notAfterAt)} before ${renderInstant(at)}.`,
    hint: ({ at }) => `If this machine's clock (${renderInstant(at)}) is right, the server's operator has to renew it.`,
  },
  "not-yet-valid": {
    stage: "trust",
    fault: "peer",
    title: "Certificate before its beginning",
    means: "A certificate on the path has a notBefore that still lies ahead at the moment of validation.",
    remedy: {
      client: "Check this machine's clock: one that is behind is the usual cause.",
      server: "Use a certificate whose validity has begun.",
    },
    authority: "RFC 5280 §6.1.3 (a)(2)",
    sentence: ({ subject, notBeforeAt, at }) =>
      `The certificate of ${subject} is not valid before ${renderInstant(notBeforeAt)}, ${renderSpan(notBeforeAt - at)} after ${renderInstant(at)}.`,
    hint: ({ at }) => `Check this machine's clock: it says ${renderInstant(at)}.`,
  },
  "wrong-host": {
    stage: "trust",
    fault: "peer",
    title: "Certificate for another host",
    means: "The certificate does not name the host that was asked for among its subject alternative names.",
    remedy: {
      client: "Use a host name that the certificate names.",
      server: "Get a certificate that names this host, or serve the right one for it.",
    },
    authority: "RFC 9525 §6.3; RFC 9110 §4.3.4",
    sentence: ({ name, names }) =>
      `The certificate is not for "${name}": it names ${names.length === 0 ? "no host at all" : renderList(names)}.`,
    hint: ({ names }) =>
      names[0] === undefined
        ? "The server needs a certificate with subject alternative names."
        : `If one of these names is the host you want, use it in the URL.`,
  },
  "self-signed": {
    stage: "trust",
    fault: "peer",
    title: "Self-signed server certificate",
    means: "The server's certificate is signed by its own key, and is not itself among the trusted ones.",
    remedy: {
      client: "If the server is yours, trust this very certificate (roots) or pin its key.",
      server: "Use a certificate that a CA issued.",
    },
    authority: "RFC 5280 §6.1",
    sentence: ({ subject }) => `The server's certificate (${subject}) is signed by itself, so nobody vouches for it.`,
    hint: () => "If the server is yours, give its certificate as a root, or pin its key.",
  },
  "untrusted-root": {
    stage: "trust",
    fault: "caller",
    title: "Chain to a root that is not trusted",
    means: "The chain is whole and ends in a root that is not in the trust store.",
    remedy: {
      client: "If you know that root and mean to trust it, add it to the roots.",
      server: "Use a CA that your clients trust.",
    },
    authority: "RFC 5280 §6.1.1 (d)",
    sentence: ({ issuer }) => `The chain ends at "${issuer}", a root that is not among the trusted ones.`,
    hint: ({ issuer }) => `If you mean to trust "${issuer}", give its certificate as a root (--cacert FILE).`,
  },
  "missing-intermediate": {
    stage: "trust",
    fault: "peer",
    title: "Chain with a missing link",
    means:
      "The issuer of a certificate was neither sent by the server nor found among the roots. Browsers hide this by fetching it; most other clients do not.",
    remedy: {
      client: "Give the missing certificate as a further root, until the server is mended.",
      server: "Send the full chain: the leaf first, then each intermediate.",
    },
    authority: "RFC 8446 §4.4.2; RFC 5280 §6.1",
    sentence: ({ subject, issuer }) =>
      `The issuer "${issuer}" of the certificate of ${subject} was not sent by the server and is not among the roots.`,
    hint: ({ urls }) =>
      urls.length === 0
        ? "The server has to send its full chain."
        : `The server has to send its full chain; the missing certificate is published at ${urls.join(", ")}.`,
  },
  "certificate-refused": {
    stage: "trust",
    fault: "peer",
    title: "Certificate that OpenSSL refused",
    means: "OpenSSL refused the chain for a reason without an entry of its own; its words are in the message.",
    remedy: { client: "Look at OpenSSL's words.", server: "Mend what they name." },
    authority: "OpenSSL X509_verify_cert_error_string(3)",
    sentence: ({ subject, reason, opensslCode }) =>
      `OpenSSL refused the certificate of ${subject}: ${reason} (${opensslCode}).`,
    hint: () => "OpenSSL's own error is kept as the cause.",
  },
};

/** An instant as people write it, to the second, in UTC. */
export function renderInstant(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15
    ? new Date(at).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC")
    : "an instant outside the calendar";
}

/** A length of time in its largest whole unit. */
export function renderSpan(durationMs: number): string {
  const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1_000],
  ] as const;
  for (const [name, sizeMs] of units) {
    const count = Math.floor(durationMs / sizeMs);
    if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  return "less than a second";
}

const namesShown = 5; // A thousand names would bury the sentence.

/** A few values, and how many more there are. */
export function renderList(values: readonly string[]): string {
  const shown = values.slice(0, namesShown).join(", ");
  return values.length > namesShown ? `${shown} and ${values.length - namesShown} more` : shown;
}
