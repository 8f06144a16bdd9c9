/** Every format in which CA certificates are written, by name. */
import { bearsslFormat } from "./bearssl.ts";
import { cArrayFormat, cPemFormat, zephyrFormat } from "./c-array.ts";
import { certsArFormat } from "./certs-ar.ts";
import { derFormat } from "./der.ts";
import { espBundleFormat, oldEspBundleFormat } from "./esp-bundle.ts";
import type { Format, FormatName } from "./format.ts";
import { moddableFormat } from "./moddable.ts";
import { mongooseOsFormat, pemFormat } from "./pem.ts";

/** Every format by its name. */
export const formats: Readonly<Record<FormatName, Format>> = {
  pem: pemFormat,
  der: derFormat,
  "c-pem": cPemFormat,
  "c-array": cArrayFormat,
  "esp-bundle": espBundleFormat,
  "esp-bundle-5.3": oldEspBundleFormat,
  bearssl: bearsslFormat,
  "certs-ar": certsArFormat,
  "mongoose-os": mongooseOsFormat,
  moddable: moddableFormat,
  zephyr: zephyrFormat,
};

/** Whether `text` names a format. */
export function isFormatName(text: string): text is FormatName {
  return Object.hasOwn(formats, text);
}
