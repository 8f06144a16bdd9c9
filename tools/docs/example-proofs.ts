/** How the example of each device is held: run, compiled with the real headers, or against stubs of our own. */
import type { DeviceName } from "../../src/device/index.ts";

interface Proof {
  readonly code: string;
  readonly buildFiles: string;
}

const table = "read: the table `test/device/demands.ts`";
const stubs = "compiled against stubs";
const mongoose7 = "compiled with Mongoose 7's own source (7.23 of Debian) and run, with refusals";

/** By device, in words for the page. */
export const exampleProofs: Readonly<Record<DeviceName, Proof>> = {
  "mongoose-os": {
    code: "C: compiled with Mongoose 6's own source (6.16) and run on a host, with refusals; what Mongoose OS adds is a shim. mJS: its syntax as JavaScript",
    buildFiles: table,
  },
  "mongoose-7-openssl": { code: mongoose7, buildFiles: "run" },
  "mongoose-7-mbedtls": { code: mongoose7, buildFiles: "run" },
  "mongoose-7-builtin": { code: mongoose7, buildFiles: "run" },
  "esp-idf": { code: stubs, buildFiles: table },
  "esp-idf-bundle": { code: stubs, buildFiles: table },
  "esp-idf-6": { code: stubs, buildFiles: table },
  "esp-idf-6-bundle": { code: stubs, buildFiles: table },
  "arduino-esp32": { code: stubs, buildFiles: table },
  "arduino-esp8266": { code: stubs, buildFiles: table },
  micropython: { code: "run with MicroPython 1.25 for Unix, with refusals", buildFiles: "none" },
  zephyr: { code: `${stubs} of 3.7, 4.1 and 4.4`, buildFiles: table },
  "zephyr-4.4": { code: `${stubs} of 3.7, 4.1 and 4.4`, buildFiles: table },
  moddable: {
    code: "its syntax as JavaScript, and what it reports, by a stand-in of the SDK's client",
    buildFiles: table,
  },
  node: { code: "run, with refusals", buildFiles: "run" },
  openssl: { code: "compiled with OpenSSL 3 and run, with refusals", buildFiles: "run" },
  python: { code: "run, with refusals", buildFiles: "none" },
};
