/** Which formats of CA files a device does not read, each with the reason and the way out: a clause. */
import { type FileRules, type ReadFormat } from "../../bundle/index.ts";

type Refusals = NonNullable<FileRules["refusesFormats"]>;

const espBundle =
  "it is ESP-IDF's certificate bundle, names and keys without certificates, which esp_crt_bundle_attach alone takes (--for esp-idf-bundle)";

/** The formats in which certificates can stand for one kind of device alone. */
const special: readonly (readonly [ReadFormat, what: string])[] = [
  ["esp-bundle", espBundle],
  ["esp-bundle-5.3", espBundle],
  ["bearssl", "it is C source for BearSSL, which holds names and keys and no certificates"],
  ["certs-ar", "it is the CertStore archive of the ESP8266 core; ar x FILE takes its DER files out"],
  ["moddable", "it is a store for Moddable; its caN.der files are the certificates"],
];

/** Every format that only another kind of device reads. */
export function othersFormats(...own: readonly ReadFormat[]): Refusals {
  return Object.fromEntries(
    special.filter(([format]) => !own.includes(format)).map(([format, what]) => [format, what]),
  );
}

export const toPem = "openssl x509 -inform DER -in FILE -out ca.pem writes PEM of the first certificate";
export const toDer = "openssl x509 -in FILE -outform DER -out ca.der writes DER of the first certificate";

/** Readers of PEM alone: `who` is what reads it. */
export function pemAlone(who: string): Refusals {
  return {
    ...othersFormats(),
    der: `${who} reads PEM and no DER; ${toPem}`,
    "c-array": `${who} reads PEM, and C source with DER is none; write the bytes to a file, and ${toPem}`,
  };
}

/** What runs no C program. */
export function noSource(who: string): Refusals {
  return { "c-source": `it is source code, and ${who} reads a file; write the text of its strings to one` };
}
