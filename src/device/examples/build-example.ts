/** A complete project for a device: one verified request, with the CA certificates it was given. */
import type { DeviceName, DeviceProfile } from "../profile.ts";
import { buildArduino } from "./arduino.ts";
import { buildEspIdf } from "./esp-idf.ts";
import { type Example, type ExampleRequest, parseExample } from "./example.ts";
import type { ExampleFile } from "./example-file.ts";
import { buildMicropython } from "./micropython.ts";
import { buildModdable } from "./moddable.ts";
import { buildMongoose7 } from "./mongoose-7.ts";
import { buildMongooseOs } from "./mongoose-os.ts";
import { buildNode } from "./node.ts";
import { buildOpenssl } from "./openssl.ts";
import { buildPython } from "./python.ts";
import { buildZephyr } from "./zephyr.ts";

const builders: Readonly<Record<DeviceName, (example: Example) => readonly ExampleFile[]>> = {
  "mongoose-os": buildMongooseOs,
  "mongoose-7-openssl": buildMongoose7,
  "mongoose-7-mbedtls": buildMongoose7,
  "mongoose-7-builtin": buildMongoose7,
  "esp-idf": buildEspIdf,
  "esp-idf-bundle": buildEspIdf,
  "esp-idf-6": buildEspIdf,
  "esp-idf-6-bundle": buildEspIdf,
  "arduino-esp32": buildArduino,
  "arduino-esp8266": buildArduino,
  micropython: buildMicropython,
  zephyr: buildZephyr,
  "zephyr-4.4": buildZephyr,
  moddable: buildModdable,
  node: buildNode,
  openssl: buildOpenssl,
  python: buildPython,
};

/**
 * The files of a project that fetches `url` from the device, verified with `anchors`. Same input, same files.
 *
 * Throws a `RangeError` when the URL is not of an endpoint that begins with TLS, or no anchor is given: without one, some
 * devices verify nobody.
 */
export function buildExample(profile: DeviceProfile, request: ExampleRequest): readonly ExampleFile[] {
  const example = parseExample(profile, request);
  if (example.anchors.length === 0) throw new RangeError("An example needs a CA certificate to verify with.");
  return builders[profile.name](example);
}
