/** Codes of the rules that a certificate on a path can break. */
import { type CertificateFacts, renderList } from "./certificate-facts.ts";
import type { Entries } from "./entry.ts";
import { adviseRaising, bracketed } from "./setting-names.ts";

export interface TrustRuleDetails {
  readonly "not-a-ca": CertificateFacts;
  readonly "ca-as-leaf": CertificateFacts;
  /** `limit` CA certificates may stand below `limitedBy`; `count` do. */
  readonly "path-too-long": CertificateFacts & {
    readonly limitedBy: string;
    readonly limit: number;
    readonly count: number;
  };
  readonly "name-constraint": CertificateFacts & {
    readonly name: string;
    readonly constrainedBy: string;
    readonly reason: string;
  };
  readonly "wrong-usage": CertificateFacts & {
    readonly purpose: string;
    readonly purposes: readonly string[];
  };
  readonly "key-usage": CertificateFacts & { readonly needed: string; readonly usages: readonly string[] };
  readonly "policy-not-met": CertificateFacts & { readonly reason: string };
  readonly "unknown-critical-extension": CertificateFacts & { readonly oid: string };
  readonly "weak-signature": CertificateFacts & { readonly algorithm: string };
  readonly "weak-key": CertificateFacts & { readonly key: string; readonly reason: string };
  /** `rule` says what is wrong; `authority` where that is written. */
  readonly "irregular-certificate": CertificateFacts & {
    readonly rule: string;
    readonly authority: string;
    readonly profile: string;
  };
  readonly "malformed-certificate": CertificateFacts & { readonly reason: string };
}

export const trustRuleEntries: Entries<TrustRuleDetails> = {
  "not-a-ca": {
    stage: "trust",
    fault: "peer",
    title: "Signer that is not a CA",
    means:
      "A certificate on the path signed another one, and lacks basicConstraints with cA TRUE, which marks a CA.",
    remedy: {
      client: "If the root file is yours, give the CA's certificate.",
      server: "Use a certificate issued by a CA.",
    },
    authority: "RFC 5280 §6.1.4 (k)",
    sentence: ({ subject }) =>
      `The certificate of ${subject} vouches for another one, and is not marked as a CA.`,
  },
  "ca-as-leaf": {
    stage: "trust",
    fault: "peer",
    title: "CA certificate used by a server",
    means: "The server presents the certificate of a CA as its own. Public CAs must not let that happen.",
    remedy: { server: "Issue a certificate for the server from that CA." },
    authority: "CA/B Forum BR 7.1.2.7.8",
    sentence: ({ subject }) => `The server's own certificate (${subject}) is the certificate of a CA.`,
  },
  "path-too-long": {
    stage: "trust",
    fault: "peer",
    title: "More CAs in the path than allowed",
    means: "A CA certificate limits how many CAs may follow it, or the caller limits the whole path.",
    remedy: {
      client: ({ pathDepth }) => adviseRaising(pathDepth, { when: "if the limit is yours" }),
      server: "Use a shorter chain.",
    },
    authority: "RFC 5280 §6.1.4 (l), (m); §4.2.1.9",
    sentence: ({ limitedBy, limit, count }) =>
      `${limitedBy} allows ${limit} CA certificate${limit === 1 ? "" : "s"} below it, and the path has ${count}.`,
    hint: () => "The chain has to be shorter, or the limit was set too low.",
  },
  "name-constraint": {
    stage: "trust",
    fault: "peer",
    title: "Name outside what the CA may certify",
    means: "A CA on the path is limited to a name space, and a certificate below it carries a name outside.",
    remedy: { server: "Get a certificate from a CA that may issue for this name." },
    authority: "RFC 5280 §6.1.3 (b), (c); §4.2.1.10",
    sentence: ({ name, constrainedBy, reason }) =>
      `The name ${name} is not allowed under ${constrainedBy}: ${reason}.`,
  },
  "wrong-usage": {
    stage: "trust",
    fault: "peer",
    title: "Certificate for another purpose",
    means: "The certificate, or a CA above it, is limited to purposes that do not include this one.",
    remedy: { server: "Get a certificate whose extended key usage includes the purpose." },
    authority: "RFC 5280 §4.2.1.12; CA/B Forum BR 7.1.2.7.10",
    sentence: ({ subject, purpose, purposes }) =>
      `The certificate of ${subject} is not for ${purpose}: its extended key usage ${purposes.length === 0 ? "is missing" : `says ${renderList(purposes)}`}.`,
  },
  "key-usage": {
    stage: "trust",
    fault: "peer",
    title: "Key used against its key usage",
    means: "The keyUsage extension says what the key may do; what happens here is not among it.",
    remedy: { server: "Issue the certificate again with the right key usage." },
    authority: "RFC 5280 §6.1.4 (n); §4.2.1.3",
    sentence: ({ subject, needed, usages }) =>
      `The key of ${subject} may be used for ${usages.length === 0 ? "nothing" : renderList(usages)}; needed is ${needed}.`,
  },
  "policy-not-met": {
    stage: "trust",
    fault: "peer",
    title: "Certificate policies that do not hold",
    means: "A CA on the path demands a certificate policy throughout, and the path does not carry one.",
    remedy: { server: "Use a certificate issued under the policy that the CA demands." },
    authority: "RFC 5280 §6.1.3 (f), §6.1.5 (g); RFC 9618",
    sentence: ({ subject, reason }) =>
      `The path to ${subject} breaks the certificate policies of its CAs: ${reason}.`,
  },
  "unknown-critical-extension": {
    stage: "trust",
    fault: "peer",
    title: "Critical extension that is not understood",
    means: "Software that does not understand a critical extension must refuse the certificate.",
    remedy: { server: "Use a certificate without the extension, or with it not critical." },
    authority: "RFC 5280 §6.1.4 (o), §6.1.5 (f); §4.2",
    sentence: ({ subject, oid }) =>
      `The certificate of ${subject} has the critical extension ${oid}, which is not understood.`,
  },
  "weak-signature": {
    stage: "trust",
    fault: "peer",
    title: "Signature made with a broken hash",
    means: "MD5 and SHA-1 signatures can be forged, so they are not accepted.",
    remedy: { server: "Have the certificate issued again with SHA-256." },
    authority: "RFC 6151; RFC 9155; CA/B Forum BR 7.1.3.2",
    sentence: ({ subject, algorithm }) =>
      `The certificate of ${subject} is signed with ${algorithm}, which is not accepted.`,
  },
  "weak-key": {
    stage: "trust",
    fault: "peer",
    title: "Key too weak, or of a kind not accepted",
    means: "A key on the path is smaller than is safe today, or of a kind that the profile does not accept.",
    remedy: { server: "Make a new key: RSA of 2048 bits or more, or ECDSA P-256." },
    authority: "CA/B Forum BR 6.1.5, 6.1.6; NIST SP 800-131A",
    sentence: ({ subject, key, reason }) => `The key of ${subject} (${key}) is not accepted: ${reason}.`,
  },
  "irregular-certificate": {
    stage: "trust",
    fault: "peer",
    title: "Certificate that breaks a rule of its profile",
    means:
      "The certificate can be read, and breaks a rule that every certificate of this kind has to keep. Clients differ in whether they mind.",
    remedy: {
      client: ({ profile }) => `Choose another profile${bracketed(profile)} if the CA is your own.`,
      server: "Issue the certificate again as the rule says.",
    },
    authority: "RFC 5280 §4; CA/B Forum BR 7.1",
    sentence: ({ subject, rule, authority }) =>
      `The certificate of ${subject} breaks a rule: ${rule} (${authority}).`,
  },
  "malformed-certificate": {
    stage: "trust",
    fault: "peer",
    title: "Certificate that cannot be read",
    means: "The bytes of the certificate, or of one of its extensions, are not what the specification says.",
    remedy: { server: "Issue the certificate again with current software." },
    authority: "RFC 5280 §4.1; X.690",
    sentence: ({ subject, reason }) =>
      `The ${subject === "" ? "server's certificate" : `certificate of ${subject}`} is malformed: ${reason}.`,
  },
};
