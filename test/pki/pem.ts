/** Certificates and keys as text. */
import type { Keys } from "./keys.ts";

/** The certificates as one PEM text. */
export function pemOf(...minted: readonly { readonly der: Uint8Array }[]): string {
  return minted
    .map(
      ({ der }) =>
        `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
          .toString("base64")
          .match(/.{1,64}/g)
          ?.join("\n")}\n-----END CERTIFICATE-----\n`,
    )
    .join("");
}

/** What a server or a client shows, and proves: PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** The leaf with its key, and what is sent behind it. */
export function identityOf(
  leaf: { readonly der: Uint8Array; readonly keys: Keys },
  ...more: readonly { readonly der: Uint8Array }[]
): Identity {
  const key = leaf.keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { cert: pemOf(leaf, ...more), key };
}
