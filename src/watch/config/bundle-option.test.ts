/** Which file of CA certificates which devices hold, as a command line says it. */
import { expect, test } from "vitest";
import { parseBundleOption } from "./bundle-option.ts";

test.each([
  ["ca.pem@mongoose-os", { file: "ca.pem", device: "mongoose-os" }],
  ["c@mongoose-os", { file: "c", device: "mongoose-os" }],
  ["backup@home/ca.pem@mongoose-7-openssl", { file: "backup@home/ca.pem", device: "mongoose-7-openssl" }],
])("%j names a file and a device", (text, named) => {
  expect(parseBundleOption(text)).toEqual(named);
});

test.each([
  ["ca.pem", "The bundle ca.pem does not say which device holds it."],
  ["mongoose-os", "The bundle mongoose-os does not say which device holds it."],
  ["@mongoose-os", "The bundle @mongoose-os does not say which device holds it."],
  ["c@toaster", 'The bundle c@toaster names "toaster", which is not a device that is known.'],
  ["ca.pem@", 'The bundle ca.pem@ names "", which is not a device that is known.'],
  ["", "The bundle  does not say which device holds it."],
])("%j is refused", (text, sentence) => {
  expect(() => parseBundleOption(text)).toThrow(sentence);
});
