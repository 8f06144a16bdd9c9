/** ECDSA signatures from DER to WebCrypto's form: strict, or not at all. */
import { expect, test } from "vitest";
import { rawEcdsaSignature } from "./ecdsa-signature.ts";

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

test.each([
  ["short numbers are filled with zeros before them", "30 06 02 01 01 02 01 7f", "00000001 0000007f"],
  ["the zero before a set first bit goes", "30 0c 02 05 00 80000000 02 03 010203", "80000000 00010203"],
  ["numbers of the whole length stay", "30 0c 02 04 7fffffff 02 04 00800000", "7fffffff 00800000"],
])("%s", (_law, der, raw) => {
  expect(rawEcdsaSignature(hex(der), 4)).toEqual(hex(raw));
});

test.each([
  ["nothing", ""],
  ["a number alone", "02 01 01"],
  ["one number", "30 03 02 01 01"],
  ["three numbers", "30 09 02 01 01 02 01 01 02 01 01"],
  ["bytes after it", "30 06 02 01 01 02 01 7f 00"],
  ["an end too early", "30 06 02 01 01 02 01"],
  ["a length in the long form that has a short one", "30 81 06 02 01 01 02 01 7f"],
  ["an indefinite length", "30 80 02 01 01 02 01 7f 00 00"],
  ["a zero too many", "30 07 02 02 00 01 02 01 7f"],
  ["a negative number", "30 06 02 01 ff 02 01 7f"],
  ["a number without content", "30 05 02 00 02 01 7f"],
  ["a number longer than the curve's", "30 0a 02 05 0100000000 02 01 7f"],
  ["the other number longer", "30 0a 02 01 7f 02 05 0100000000"],
  ["another type of number", "30 06 0a 01 01 02 01 7f"],
])("%s is not a signature", (_what, der) => {
  expect(rawEcdsaSignature(hex(der), 4)).toBeUndefined();
});
