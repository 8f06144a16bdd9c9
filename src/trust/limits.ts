/** Limits of the path search: whatever chain is sent, it ends soon. */
import type { Limit } from "../core/index.ts";

/** CA certificates between leaf and anchor, self-issued ones not counted, unless `maxDepth` says otherwise. */
export const defaultMaxDepth: Limit = {
  value: 8,
  unit: "count",
  why: "Public chains have one or two; pyca/cryptography allows 8, rustls-webpki 6.",
  option: "maxDepth",
};

/** All certificates on a path, self-issued ones too, whatever `maxDepth` says. */
export const maxPathCertificates: Limit = {
  value: 32,
  unit: "count",
  why: "LibreSSL builds chains of at most 32. Self-issued certificates do not count as depth and could go on without end.",
};

/** Intermediates that are looked at. */
export const maxIntermediates: Limit = {
  value: 512,
  unit: "count",
  why: "OpenSSL takes certificate messages of 100 KiB, about 300 small certificates.",
};

/** Signature checks in one search. */
export const signatureBudget: Limit = {
  value: 100,
  unit: "count",
  why: "rustls-webpki and Go's crypto/x509 stop at the same number (CVE-2018-16875: CPU exhaustion).",
};

/** Issuer candidates that are looked at in one search. */
export const visitBudget: Limit = {
  value: 1_024,
  unit: "count",
  why: "mozilla::pkix and rustls-webpki allow 200,000 build calls; JavaScript has the time for fewer, and the longest conformance search needs under 100.",
};

/** Comparisons of one name with one constraint in one search. */
export const constraintBudget: Limit = {
  value: 250_000,
  unit: "count",
  why: "rustls-webpki and Go's crypto/x509 stop at the same number (many names times many constraints).",
};

/** Attempts that a verdict keeps; the rest are counted. */
export const maxAttemptsKept: Limit = {
  value: 64,
  unit: "count",
  why: "A verdict is read by people. The largest conformance graph gives 24 attempts.",
};

/** How far a responder's clock may differ from ours. */
export const ocspSkewMs: Limit = {
  value: 300_000,
  unit: "ms",
  why: "OpenSSL's ocsp command and Apache's mod_ssl allow 300 seconds.",
};

/** How old an OCSP response without nextUpdate may be. */
export const ocspAgeMs: Limit = {
  value: 864_000_000,
  unit: "ms",
  why: "BR 4.9.10 lets responses be valid for ten days at most; without nextUpdate newer ones exist (RFC 6960 §4.2.2.1).",
};
