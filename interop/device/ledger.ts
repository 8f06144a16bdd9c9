/** Where a device's profile and the library that stands for it here differ, and why that is right. */

export interface LedgerRow {
  /** `case | device | profile / library`. */
  readonly differs: string;
  readonly why: string;
}

const newer =
  "The profile is of mbedTLS 3.6, which compares addresses with iPAddress names since 3.5; the library here is 2.28.";
const alert =
  "The server (OpenSSL) ends the handshake itself, since its key may not sign; the client never comes to its own verdict.";

export const ledger: readonly LedgerRow[] = [
  ...["mongoose-7-mbedtls", "esp-idf", "arduino-esp32", "micropython", "zephyr"].map((device) => ({
    differs: `lab ip-san | ${device} | accepts / -0x2700, flags 0x4`,
    why: newer,
  })),
  { differs: "a leaf whose key may only encrypt | mbedtls 2.28 | -0x7A00 / -0x7780", why: alert },
  { differs: "lab reversed | mbedtls 2.28 | -0x2700, flags 0x804 / -0x7780", why: alert },
];
