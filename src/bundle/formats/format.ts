/** What a format of CA files can do: write anchors, and say what each of them costs. */
import type { Certificate } from "../../x509/index.ts";
import type { Written } from "../bundle.ts";

/** The formats in which CA files can be written. */
export type FormatName =
  | "pem"
  | "der"
  | "c-array"
  | "c-pem"
  | "esp-bundle"
  | "esp-bundle-5.3"
  | "bearssl"
  | "certs-ar"
  | "mongoose-os"
  | "moddable"
  | "zephyr";

/** A format in which CA certificates can be written. */
export interface Format {
  readonly name: FormatName;
  /** For people: `PEM file`. */
  readonly title: string;
  /** Writes the certificates, in this order where order means nothing to the device. Same input, same bytes. */
  write(certificates: readonly Certificate[]): Written;
  /** How many bytes one anchor adds on the device. */
  sizeOf(certificate: Certificate): number;
  /** Why this certificate cannot be carried; `undefined` where it can. */
  refuse(certificate: Certificate): string | undefined;
}

/** The certificates a format can carry, and the others with the reason. */
export function sortOut(
  format: Pick<Format, "refuse">,
  certificates: readonly Certificate[],
): {
  readonly carried: readonly Certificate[];
  readonly omitted: Written["omitted"];
} {
  const carried: Certificate[] = [];
  const omitted: { certificate: Certificate; reason: string }[] = [];
  for (const certificate of certificates) {
    const reason = format.refuse(certificate);
    if (reason === undefined) carried.push(certificate);
    else omitted.push({ certificate, reason });
  }
  return { carried, omitted };
}

const encoder = new TextEncoder();

/** The bytes of text as a file holds it. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** `01`, `02`, ..., wide enough that the names sort as the numbers do. */
export function renderNumber(index: number, count: number): string {
  return String(index + 1).padStart(String(count).length, "0");
}
