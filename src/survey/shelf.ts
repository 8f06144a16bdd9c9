/**
 * Certificates that handshakes showed, each kept once and parsed once: endpoints share their issuers, and one endpoint
 * shows the same chain to several offers. What is kept has bytes of its own, so that no record of the wire stays for it.
 */
import { createHash } from "node:crypto";
import { RecentMap } from "../core/index.ts";
import { parseCertificate, type ParsedCertificate } from "../x509/index.ts";
import { surveyLimits } from "./limits.ts";

const kept = new RecentMap<string, Uint8Array>(surveyLimits.keptCertificates.value);
const parsed = new WeakMap<Uint8Array, ParsedCertificate>();

/** The same bytes, in the one copy that is kept of them. */
export function keepCertificate(der: Uint8Array): Uint8Array {
  const key = createHash("sha256").update(der).digest("base64");
  const known = kept.get(key) ?? Uint8Array.from(der);
  kept.set(key, known);
  return known;
}

/** What `parseCertificate` makes of it; asked once where it is a certificate of a meeting. */
export function parseShown(der: Uint8Array): ParsedCertificate {
  let known = parsed.get(der);
  if (known === undefined) parsed.set(der, (known = parseCertificate(der)));
  return known;
}
