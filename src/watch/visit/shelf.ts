/** Certificates that visits met, each hashed and parsed once: endpoints share their issuers, and show what they showed before. */
import { sha256 } from "../../admission/index.ts";
import { RecentMap, renderHex } from "../../core/index.ts";
import { parseCertificate, type ParsedCertificate } from "../../x509/index.ts";
import { visitLimits } from "./limits.ts";

export interface Kept {
  /** Bytes of its own, so that no record of the wire stays for it. */
  readonly der: Uint8Array;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
  readonly parsed: ParsedCertificate;
}

const kept = new RecentMap<string, Kept>(visitLimits.keptChains.value);
const byBytes = new WeakMap<Uint8Array, Kept>();

/** The one copy that is kept of these bytes. */
export function keep(der: Uint8Array): Kept {
  const known = byBytes.get(der);
  if (known !== undefined) return known;
  const id = renderHex(sha256(der));
  let one = kept.get(id);
  if (one === undefined) {
    const own = Uint8Array.from(der);
    one = { der: own, sha256: id, parsed: parseCertificate(own) };
    byBytes.set(own, one);
  }
  kept.set(id, one);
  return one;
}

/** `parseCertificate` for what is kept. */
export function parseKept(der: Uint8Array): ParsedCertificate {
  return keep(der).parsed;
}
