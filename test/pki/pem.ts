/** Certificates as text. */

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
