/** Where a device's profile and the library that stands for it here differ, and why that is right. */

export interface LedgerRow {
  /** `case | device | profile / library`. */
  readonly differs: string;
  readonly why: string;
}

const newer =
  "The profile is of mbedTLS 3.6, which compares addresses with iPAddress names since 3.5; the library here is 2.28.";
const hash =
  "The profile is of mbedTLS 3.6, whose default profile left SHA-224 out; the library here is 2.28.";
const kinds =
  "The profile is of Mongoose OS's mbedTLS, which compares every kind of name as text; the library here is 2.28.";
const alert =
  "The server (OpenSSL) ends the handshake itself, since its key may not sign; the client never comes to its own verdict.";

export const ledger: readonly LedgerRow[] = [
  ...["mongoose-7-mbedtls", "esp-idf", "arduino-esp32", "micropython", "zephyr"].map((device) => ({
    differs: `lab ip-san | ${device} | accepts / -0x2700, flags 0x4`,
    why: newer,
  })),
  ...["mongoose-7-mbedtls", "esp-idf", "arduino-esp32", "micropython", "zephyr"].map((device) => ({
    differs: `a leaf signed with SHA-224 | ${device} | -0x2700, flags 0x4000 / accepts`,
    why: hash,
  })),
  ...["a URI", "an e-mail address"].map((kind) => ({
    differs: `the name as ${kind} | mongoose-os | accepts / -0x2700, flags 0x4`,
    why: kinds,
  })),
  { differs: "a leaf whose key may only agree on keys | mbedtls 2.28 | -0x7A00 / -0x7780", why: alert },
  { differs: "a leaf whose key may only encrypt | mbedtls 2.28 | -0x7A00 / -0x7780", why: alert },
  { differs: "lab reversed | mbedtls 2.28 | -0x2700, flags 0x804 / -0x7780", why: alert },
];
