/** Limits of certificates and of what comes with them. */
import type { Limit } from "../core/index.ts";

/** How large one certificate may be. */
export const maxCertificateBytes: Limit = {
  value: 512 * 1024,
  unit: "bytes",
  why: "OpenSSL takes certificate messages of 100 KiB by default; the largest conformance certificate (thousands of names) has about 200 KiB.",
};

/** How large one CRL may be. */
export const maxCrlBytes: Limit = {
  value: 16 * 1024 * 1024,
  unit: "bytes",
  why: "The largest CRLs of public CAs come to about 10 MB; sharded ones are far smaller.",
};

/** How large one OCSP response may be. */
export const maxOcspBytes: Limit = {
  value: 64 * 1024,
  unit: "bytes",
  why: "A response with a delegate's certificate has about 2 KiB; a TLS record stops at 16 KiB.",
};

/** How many extensions one certificate may have. */
export const maxExtensions: Limit = {
  value: 256,
  unit: "count",
  why: "Certificates in use have at most about 20. Duplicates are looked for, which costs time for each.",
};

/** How large a PEM file may be. */
export const maxPemBytes: Limit = {
  value: 64 * 1024 * 1024,
  unit: "bytes",
  why: "Every certificate known to the CCADB comes to about 24 MB of PEM.",
};

/** How many certificates of one PKCS #7 bag, or of one DER file, are read. */
export const maxFileCertificates: Limit = {
  value: 4096,
  unit: "count",
  why: "Browsers' stores hold about 150 roots, and every root and intermediate known to the CCADB comes to some ten thousand; a CA file is far smaller.",
};
