/** Codes of trust: whether a path exists, holds at this moment and is for this host. The rules on the way: trust-rules.ts. */
import { type CertificateFacts, renderInstant, renderList, renderSpan } from "./certificate-facts.ts";
import type { Entries, Fault } from "./entry.ts";
import { adviseInterception, explainInterception, type ChainEnd, type Interception } from "./interception.ts";
import { adviseKeyAlone } from "./key-alone.ts";
import { avoidObstacle, explainObstacle, mendObstacle, type OpensslObstacle } from "./openssl-obstacle.ts";
import { adviseReplacing, faultOfRoot, type OwnRoot } from "./own-root.ts";
import { bracketed, type SettingNames } from "./setting-names.ts";
import { ownValue } from "../options/own.ts";

/** Facts of a chain that leads to nobody who is believed. */
interface MaybeIntercepted {
  /** What speaks for somebody in between having made the certificate. */
  readonly interception?: Interception | undefined;
}

/** Facts of a certificate that is out of its dates. */
interface MaybeOwnRoot extends CertificateFacts {
  /** Where it came from, when it is not the server's but one that is trusted here. */
  readonly ownRoot?: OwnRoot | undefined;
}

export interface TrustDetails {
  readonly expired: MaybeOwnRoot & { readonly notAfterAt: number; readonly at: number };
  readonly "not-yet-valid": MaybeOwnRoot & { readonly notBeforeAt: number; readonly at: number };
  readonly "wrong-host": CertificateFacts & { readonly name: string; readonly names: readonly string[] };
  /** No subject alternative name of a kind that could match; `commonName` is what old software would have used. */
  readonly "no-names": CertificateFacts & { readonly name: string; readonly commonName: string };
  readonly "self-signed": CertificateFacts & MaybeIntercepted;
  readonly "untrusted-root": CertificateFacts & MaybeIntercepted;
  readonly "missing-intermediate": CertificateFacts & MaybeIntercepted & { readonly urls: readonly string[] };
  readonly "bad-signature": CertificateFacts & { readonly algorithm: string; readonly signer: string };
  readonly "signature-unchecked": CertificateFacts & { readonly algorithm: string; readonly signer: string };
  readonly revoked: CertificateFacts & {
    readonly revokedAt: number;
    readonly reason: string;
    readonly source: string;
  };
  readonly "revocation-unknown": CertificateFacts & { readonly source: string; readonly reason: string };
  readonly "distrusted-after": CertificateFacts & {
    readonly notBeforeAt: number;
    readonly distrustAfterAt: number;
  };
  readonly "budget-exhausted": CertificateFacts & { readonly budget: string; readonly limit: number };
  /** OpenSSL refused what the engine found a path for; `anchor` is the root at its end. */
  readonly "keys-disagree": CertificateFacts & {
    readonly opensslCode: string;
    readonly reason: string;
    readonly anchor: string;
    /** Whose word it is, where it is not OpenSSL's: BoringSSL on Bun, rustls on Deno. */
    readonly library?: string;
    /** What stands in OpenSSL's way, where that is known. */
    readonly obstacle?: OpensslObstacle | undefined;
  };
  readonly "pin-mismatch": CertificateFacts & {
    readonly host: string;
    readonly expected: readonly string[];
    readonly seen: readonly string[];
  };
  /** The handshake ended without a certificate of the server's. */
  readonly "no-certificate": { readonly name: string; readonly reason: string };
  /** `libraryCode` is what the runtime's TLS calls its reason. */
  readonly "chain-not-shown": RuntimeWords & { readonly libraryCode: string; readonly reason: string };
  readonly "verdict-not-shown": RuntimeWords;
}

/** Where something is not shown, and whose verdict would have been asked for. */
interface RuntimeWords {
  readonly host: string;
  readonly runtime: string;
  readonly library: string;
}

const expiredAdvice =
  "Check this machine's clock. If it is right, the server's operator has to renew the certificate.";
function adviseRevocation({ crls, revocation }: SettingNames): string {
  return crls === undefined || revocation === undefined
    ? "Ask the server's operator: only the server can send a current answer here."
    : `Supply a current CRL from the certificate's own issuer (${crls}), or turn the check off, knowingly (${revocation}).`;
}

const clockAdvice = "Check this machine's clock: one that is behind is the usual cause.";

export const trustEntries: Entries<TrustDetails> = {
  expired: {
    stage: "trust",
    fault: "peer",
    title: "Expired certificate",
    means: "A certificate on the path has a notAfter that has passed at the moment of validation.",
    remedy: {
      client: expiredAdvice,
      server: "Renew the certificate, and let a program do so from now on.",
    },
    authority: "RFC 5280 §6.1.3 (a)(2)",
    faultOf: faultOfOwnRoot,
    sentence: ({ subject, notAfterAt, at }) =>
      `The certificate of ${subject} expired on ${renderInstant(notAfterAt)}, ${renderSpan(at - notAfterAt)} before ${renderInstant(at)}.`,
    hint: (detail, names) => adviseOwnRoot(detail, names) ?? expiredAdvice,
  },
  "not-yet-valid": {
    stage: "trust",
    fault: "peer",
    title: "Certificate that is not valid yet",
    means: "A certificate on the path has a notBefore that still lies ahead at the moment of validation.",
    remedy: {
      client: clockAdvice,
      server: "Use a certificate whose validity has begun.",
    },
    authority: "RFC 5280 §6.1.3 (a)(2)",
    faultOf: faultOfOwnRoot,
    sentence: ({ subject, notBeforeAt, at }) =>
      `The certificate of ${subject} is not valid before ${renderInstant(notBeforeAt)}, ${renderSpan(notBeforeAt - at)} after ${renderInstant(at)}.`,
    hint: (detail, names) => {
      const replacing = adviseOwnRoot(detail, names);
      return replacing === undefined ? clockAdvice : `${clockAdvice} If it is right: ${replacing}`;
    },
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
    hint: ({ name, names }) => {
      if (names[0] === undefined) return "The server needs a certificate with subject alternative names.";
      return names.includes(`DNS:${name}`)
        ? `An address counts only where it stands as one: the server needs a certificate with IP:${name} (in OpenSSL's words) among its alternative names, not DNS:${name}.`
        : `If one of these names is the host you want, use it in the URL.`;
    },
  },
  "no-names": {
    stage: "trust",
    fault: "peer",
    title: "Certificate without names to compare",
    means:
      "The certificate has no subject alternative name of the kind that is asked for. The common name has not counted since 2011 (RFC 6125) and no current client reads it.",
    remedy: {
      client: (names) => adviseKeyAlone("If the server is yours", names),
      server: "Issue the certificate again with the host as subject alternative name (DNS or IP).",
    },
    authority: "RFC 9525 §6.3, §2; RFC 5280 §4.2.1.6",
    sentence: ({ name, commonName }) =>
      `The certificate cannot be compared with "${name}": it has no subject alternative name of a kind to compare${commonName === "" ? "" : `, only the common name "${commonName}", which does not count`}.`,
    hint: ({ name }, names) =>
      `The server needs a certificate with "${name}" as subject alternative name. ${adviseKeyAlone("Until then, if it is yours", names)}`,
  },
  "self-signed": {
    stage: "trust",
    fault: "peer",
    title: "Self-signed server certificate",
    means: "The server's certificate is signed by its own key, and is not itself among the trusted ones.",
    remedy: {
      client: adviseSelfSigned,
      server: "Use a certificate that a CA issued.",
    },
    authority: "RFC 5280 §6.1",
    faultOf: faultBetween,
    likely: likelyBetween,
    sentence: ({ subject }) =>
      `The server's certificate (${subject}) is signed by itself, so nobody vouches for it.`,
    hint: (detail, names) => adviseIntercepted(detail, {}, names) ?? adviseSelfSigned(names),
  },
  "untrusted-root": {
    stage: "trust",
    fault: "caller",
    title: "Chain to a root that is not trusted",
    means:
      "The chain is whole and ends in a root that is not in the trust store: a private CA's, or that of a company's proxy or an antivirus which makes the certificates on the way.",
    remedy: {
      client: adviseRoot,
      server: "Use a CA that your clients trust.",
    },
    authority: "RFC 5280 §6.1.1 (d)",
    faultOf: faultBetween,
    likely: likelyBetween,
    sentence: ({ issuer }) => `The chain ends at "${issuer}", a root that is not among the trusted ones.`,
    hint: (detail, names) => adviseIntercepted(detail, { root: detail }, names) ?? adviseRoot(names),
  },
  "missing-intermediate": {
    stage: "trust",
    fault: "peer",
    title: "Chain with a missing link",
    means:
      "The issuer of a certificate was neither sent by the server nor found among the roots: it is an intermediate that the server left out, or the root of a CA that is not trusted here. Browsers hide the first by fetching it; most other clients do not.",
    remedy: {
      client:
        "If the issuer is the root of a private CA that you mean to trust, give it; otherwise give the missing certificate as a further root, until the server is fixed.",
      server: "Send the full chain: the leaf first, then each intermediate.",
    },
    authority: "RFC 8446 §4.4.2; RFC 5280 §6.1",
    faultOf: faultBetween,
    likely: likelyBetween,
    sentence: ({ subject, issuer }) =>
      `The issuer "${issuer}" of the certificate of ${subject} was not sent by the server and is not among the roots.`,
    hint: (detail, names) => {
      const { role, issuer, urls } = detail;
      const missing = { issuer, isLeafs: role !== "intermediate" };
      const intercepted = adviseIntercepted(detail, { missing }, names);
      if (intercepted !== undefined) return intercepted;
      const root = bracketed(names.root);
      const where = urls.length === 0 ? "" : `; it is published at ${urls.join(", ")}`;
      return role === "intermediate"
        ? `Either the server has to send the certificate of "${issuer}"${where}; or it is a root, which you have to give if you mean to trust it${root}.`
        : `The server has to send its full chain, with the certificate of "${issuer}"${where}; unless "${issuer}" is itself a root, of a private CA: then give it, if you mean to trust it${root}.`;
    },
  },
  "bad-signature": {
    stage: "trust",
    fault: "peer",
    title: "Signature that does not verify",
    means:
      "The certificate names an issuer, and the issuer's key did not make the signature: it was altered, or another CA of the same name signed it.",
    remedy: {
      client:
        "Treat the connection as unsafe; if it is your own CA, check which of its keys the root file holds.",
      server: "Send the intermediate that really signed the certificate.",
    },
    authority: "RFC 5280 §6.1.3 (a)(1)",
    sentence: ({ subject, signer, algorithm }) =>
      `The signature (${algorithm}) on the certificate of ${subject} was not made with the key of ${signer}.`,
  },
  "signature-unchecked": {
    stage: "trust",
    fault: "local",
    title: "Signature that cannot be checked here",
    means:
      "The signature's algorithm is not one that Meerkat checks (DSA, ML-DSA), or the cryptography that was asked does not have it, or cannot use the issuer's key. Nothing is known against the certificate, and nothing for it.",
    remedy: {
      client:
        "Verify the chain where the algorithm is known: Node's OpenSSL knows more of them than a browser's WebCrypto.",
      server: "Use a certificate signed with ECDSA on P-256 or P-384, or with RSA and SHA-256.",
    },
    authority: "our policy: a signature that nobody checked is not believed",
    sentence: ({ subject, signer, algorithm }) =>
      `The signature (${algorithm}) on the certificate of ${subject}, said to be made with the key of ${signer}, cannot be checked here.`,
  },
  revoked: {
    stage: "trust",
    fault: "peer",
    title: "Revoked certificate",
    means: "The CA has declared the certificate void before its end.",
    remedy: {
      client: "Do not use this server until it has a new certificate.",
      server: "Get a new certificate and a new key.",
    },
    authority: "RFC 5280 §6.3.3; RFC 6960 §2.2",
    sentence: ({ subject, revokedAt, reason, source }) =>
      `The certificate of ${subject} was revoked on ${renderInstant(revokedAt)} (${reason}; according to ${source}).`,
  },
  "revocation-unknown": {
    stage: "trust",
    fault: "peer",
    title: "Revocation that could not be decided",
    means:
      "Revocation was to be checked, and what was given for it (a CRL or an OCSP response) does not answer for this certificate at this moment.",
    remedy: {
      client: adviseRevocation,
      server: "Let the server fetch its stapled response again.",
    },
    authority: "RFC 5280 §6.3.3; RFC 6960 §3.2",
    sentence: ({ subject, source, reason }) =>
      `Whether the certificate of ${subject} is revoked could not be decided from ${source}: ${reason}.`,
  },
  "distrusted-after": {
    stage: "trust",
    fault: "peer",
    title: "Certificate issued after its root was distrusted",
    means:
      "The root programme still trusts what this root issued up to a date, and nothing issued later. The leaf was issued later.",
    remedy: { server: "Get a certificate from another CA." },
    authority: "Mozilla Root Store Policy §7.3 (CKA_NSS_SERVER_DISTRUST_AFTER)",
    sentence: ({ subject, issuer, notBeforeAt, distrustAfterAt }) =>
      `The certificate of ${subject} dates from ${renderInstant(notBeforeAt)}; "${issuer}" is trusted only for what it issued up to ${renderInstant(distrustAfterAt)}.`,
  },
  "budget-exhausted": {
    stage: "trust",
    fault: "peer",
    title: "Chain too complex to search",
    means:
      "The search for a path was stopped at its limit. Ordinary chains stay far below it; hostile ones are made to exceed it.",
    remedy: { server: "Send only the certificates that lead to the root." },
    authority: "our policy: every search is bounded",
    sentence: ({ budget, limit }) => `The search for a path was stopped after ${limit} ${budget}.`,
  },
  "keys-disagree": {
    stage: "trust",
    fault: "peer",
    title: "Chain that OpenSSL refused and Meerkat's engine trusts",
    means:
      "A connection is used only when OpenSSL and Meerkat's own engine both accept its chain. Here the engine found a path to a trusted root and OpenSSL refused, so the connection was closed before a byte of the request was sent.",
    remedy: {
      client:
        "Look at OpenSSL's reason. OpenSSL judges by this machine's clock and follows one path; the engine judges at the moment of validation that was asked for and tries every path.",
      server: "Send only the certificates that lead to the root, each of them current.",
    },
    authority: "our policy: two keys; OpenSSL X509_verify_cert_error_string(3)",
    sentence: ({ subject, anchor, reason, opensslCode, library = "OpenSSL" }) =>
      `${library} refused the certificate of ${subject}: ${reason} (${opensslCode}). Meerkat's own engine found a path to "${anchor}"; one of the two is not enough.`,
    hint: ({ opensslCode, obstacle, library = "OpenSSL" }, names) => {
      if (obstacle !== undefined) {
        const steps = [explainObstacle(obstacle), mendObstacle(obstacle), avoidObstacle(obstacle, names)];
        return steps.filter((step) => step !== undefined).join(" ");
      }
      return opensslCode === "CERT_HAS_EXPIRED" || opensslCode === "CERT_NOT_YET_VALID"
        ? `${library} judges by this machine's clock, whatever moment of validation was asked for.`
        : `A certificate that the server sends beside the path, or a second path through it, may be what ${library} refuses.`;
    },
  },
  "pin-mismatch": {
    stage: "trust",
    fault: "peer",
    title: "Key that is not among the pins",
    means: "The host is pinned to certain keys, and none of them is on the path.",
    remedy: {
      client:
        "If the server changed its key on purpose, update the pin; otherwise do not trust this connection.",
      server: "Announce key changes to clients that pin.",
    },
    authority: "RFC 7469 §2.6; our policy",
    sentence: ({ host, expected, seen }) =>
      `None of the keys pinned for ${host} (${renderList(expected)}) is on the path; seen were ${renderList(seen)}.`,
  },
  "no-certificate": {
    stage: "trust",
    fault: "caller",
    title: "Server without a certificate",
    means:
      "The handshake ended and the server showed no certificate: the two sides agreed on a cipher suite without authentication. Such suites are offered only by a client that was given a list of ciphers of its own.",
    remedy: {
      client:
        "Leave the list of ciphers out, or take aNULL out of it: without authentication the server shows no certificate.",
      server: "Give the server a certificate, and turn the suites without authentication off.",
    },
    authority: "RFC 8446 §4.4.2; our policy: two keys",
    sentence: ({ name, reason }) =>
      `The server showed no certificate, so nobody can vouch for ${name} (${reason}).`,
  },
  "chain-not-shown": {
    stage: "trust",
    fault: "peer",
    title: "Refused chain that the runtime does not show",
    means:
      "The runtime's own TLS refused the server's certificates, and shows nobody which they are: not when it refuses, nor when the server is asked once more without sending anything. So the rule that was broken cannot be named here. Bun and Deno only.",
    remedy: {
      client:
        "Ask the same on Node, where the refused chain can be seen: `meerkat why` names the rule there.",
      server: "Look at the reason that the runtime gives.",
    },
    authority: "our policy: two keys; say only what was looked at",
    sentence: ({ host, runtime, library, libraryCode, reason }) =>
      `${library}, the TLS of ${runtime}, refused the certificates of ${host}: ${reason} (${libraryCode}). It does not show them, so what is wrong with them cannot be seen here.`,
  },
  "verdict-not-shown": {
    stage: "trust",
    fault: "local",
    title: "Runtime that does not show its verdict",
    means:
      "A connection is used only when the runtime's own TLS and Meerkat's engine both accept its chain. Here the runtime does not show what its TLS made of the chain, so the connection was closed before a byte of the request was sent. Bun and Deno only.",
    remedy: { client: "Run the program on Node." },
    authority: "our policy: two keys",
    sentence: ({ host, runtime, library }) =>
      `${runtime} does not show whether ${library} accepts the certificates of ${host}; Meerkat's own engine alone is not enough.`,
  },
};

function faultOfOwnRoot(detail: MaybeOwnRoot): Fault | undefined {
  const ownRoot = ownValue(detail, "ownRoot");
  return ownRoot && faultOfRoot(ownRoot);
}

function adviseOwnRoot(detail: MaybeOwnRoot, names: SettingNames): string | undefined {
  const ownRoot = ownValue(detail, "ownRoot");
  return ownRoot && adviseReplacing({ subject: detail.subject, ownRoot }, names);
}

function likelyBetween(detail: MaybeIntercepted): string | undefined {
  const interception = ownValue(detail, "interception");
  return interception?.certainty === "likely" ? explainInterception(interception) : undefined;
}

function adviseIntercepted(detail: MaybeIntercepted, end: ChainEnd, names: SettingNames): string | undefined {
  const interception = ownValue(detail, "interception");
  return interception && adviseInterception(interception, end, names);
}

/** Neither the server nor the caller can do anything about who stands in between. */
function faultBetween(detail: MaybeIntercepted): Fault | undefined {
  return ownValue(detail, "interception")?.certainty === "likely" ? "network" : undefined;
}

function adviseRoot({ root }: SettingNames): string {
  return `If you know that root and mean to trust it, add it to the roots${bracketed(root)}.`;
}

function adviseSelfSigned({ root }: SettingNames): string {
  return `If the server is yours, copy its certificate from it and give that as a root${bracketed(root)}: its name, dates and key are then checked.`;
}
