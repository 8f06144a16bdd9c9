/** Certificates as text: RFC 7468 §2, §5.1. */
import { renderBase64 } from "../../core/index.ts";
import type { Minted } from "./certificate.ts";

/** The certificates in PEM, one after another. */
export function renderPem(certificates: readonly Pick<Minted, "der">[]): string {
  return certificates
    .map(({ der }) => {
      const lines = renderBase64(der).match(/.{1,64}/g) ?? [];
      return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
    })
    .join("");
}

/** A private key in PEM (RFC 5958, RFC 7468 §10). */
export function renderPrivateKey({ keys }: Pick<Minted, "keys">): string {
  return keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
