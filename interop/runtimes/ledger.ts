/**
 * Where Bun and Deno come to another outcome with a site of the lab than Node does, and why. What is not here is as on Node; a
 * row that has become untrue fails.
 */
import type { Code } from "../../src/core/index.ts";
import type { RuntimeName } from "../../src/runtime/index.ts";

export interface Deviation {
  /** The code, or the status of an answer. */
  readonly ours: Code | number;
  readonly why: string;
}

const stapleUnseen = "the staple is not shown, and the report says so";
const notOffered = "its TLS has no such suite";
const resetUnseen = "a reset looks like an end";
const noMark = "its TLS does not insist on RFC 5746, and waits for the rest of the handshake";

const both: Readonly<Record<string, Deviation>> = {
  revoked: { ours: 200, why: stapleUnseen },
  "stale-staple": { ours: 200, why: stapleUnseen },
  "strangers-staple": { ours: 200, why: stapleUnseen },
  "must-staple": {
    ours: "revocation-unknown",
    why: "whether one came cannot be seen, and the certificate demands it",
  },
  cbc: { ours: "tls-alert", why: notOffered },
  "dh-2048": { ours: "tls-alert", why: notOffered },
  "http2-inadequate-security": { ours: "tls-alert", why: notOffered },
  "weak-parameters": { ours: "tls-failed", why: notOffered },
  "legacy-renegotiation": { ours: "tls-timeout", why: noMark },
  "no-close-notify": { ours: 200, why: "close_notify is not shown: the completeness is unverifiable" },
  "revoked-by-ocsp": { ours: 200, why: "as on Node: no option has the responder asked" },
};

export const ledger: Readonly<Record<Exclude<RuntimeName, "Node">, Readonly<Record<string, Deviation>>>> = {
  Bun: {
    ...both,
    reversed: {
      ours: "tls-failed",
      why: "BoringSSL ends the handshake over the key usage of the first certificate",
    },
    "renewed-intermediate": {
      ours: "keys-disagree",
      why: "BoringSSL takes the expired one of two and does not turn back",
    },
  },
  Deno: {
    ...both,
    "long-chain": { ours: "keys-disagree", why: "webpki takes no path of so many intermediates" },
    "unknown-critical-extension": {
      ours: "chain-not-shown",
      why: "webpki does not read it, and nobody is shown it",
    },
    "weak-key": { ours: "chain-not-shown", why: "rustls does not finish a handshake with such a key" },
    "static-rsa": { ours: "tls-alert", why: notOffered },
    "version-intolerant": { ours: "handshake-closed", why: resetUnseen },
    "server-name-blocked": { ours: "handshake-closed", why: resetUnseen },
    "handshake-reset": { ours: "handshake-closed", why: resetUnseen },
    "reset-after-server-hello": { ours: "handshake-closed", why: resetUnseen },
    "reset-after-server-flight": { ours: "handshake-closed", why: resetUnseen },
  },
};

/** Signatures, as `vectors.ts` names them, that a runtime's node:crypto cannot check: `signature-unchecked`, and not admitted. */
export const uncheckedSignatures: Readonly<
  Record<RuntimeName, { readonly always?: RegExp; readonly sometimes?: RegExp; readonly says: string }>
> = {
  Node: { says: "none" },
  Bun: {
    always: /^(?:RSA-PSS 2048|secp256k1|brainpool|Ed448)/,
    says: "keys that are for RSA-PSS alone; secp256k1 and the Brainpool curves; Ed448",
  },
  Deno: {
    always: /^(?:brainpool|P-384, sha1$|P-521, sha(?:1|224|256)$)/,
    // Which of them depends on the signature's numbers.
    sometimes: /^secp256k1/,
    says: "the Brainpool curves; P-384 with SHA-1, and P-521 with SHA-1, SHA-224 and SHA-256; half of those on secp256k1",
  },
};
