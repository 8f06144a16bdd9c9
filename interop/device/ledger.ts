/** Where a device's profile and the library that stands for it here differ, and why that is right. */

export interface LedgerRow {
  /** `case | device | profile / library`. */
  readonly differs: string;
  readonly why: string;
}

const kinds =
  "The profile is of Mongoose OS's mbedTLS, which compares every kind of name as text; the library here is 2.28.";
const alert =
  "The server (OpenSSL) ends the handshake itself, since its key may not sign; the client never comes to its own verdict.";

export const ledger: readonly LedgerRow[] = [
  ...["a URI", "an e-mail address"].map((kind) => ({
    differs: `the name as ${kind} | mongoose-os | accepts / -0x2700, flags 0x4`,
    why: kinds,
  })),
  { differs: "a leaf whose key may only agree on keys | mbedtls 2.28 | -0x7A00 / -0x7780", why: alert },
  { differs: "a leaf whose key may only encrypt | mbedtls 2.28 | -0x7A00 / -0x7780", why: alert },
  { differs: "lab reversed | mbedtls 2.28 | -0x2700, flags 0x804 / -0x7780", why: alert },
];
