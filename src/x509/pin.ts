/** Pins of public keys: RFC 7469 §2.4, as curl and others write them. */
import { renderBase64 } from "../core/index.ts";
import type { Certificate, Sha256 } from "./certificate.ts";

/** `sha256/` and the base64 of the SHA-256 of the SubjectPublicKeyInfo. */
export function spkiPin(certificate: Pick<Certificate, "spki">, sha256: Sha256): string {
  return `sha256/${renderBase64(sha256(certificate.spki.der))}`;
}

/** Whether text has the form of a pin: `sha256/` and the base64 of 32 bytes. */
export function isSpkiPin(text: string): boolean {
  return /^sha256\/[A-Za-z0-9+/]{43}=$/.test(text);
}
