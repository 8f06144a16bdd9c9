/** Every device, by name. */
import type { DeviceName, DeviceProfile } from "../profile.ts";
import {
  arduinoEsp32,
  espIdf,
  espIdfBundle,
  micropython,
  mongoose7Mbedtls,
  mongooseOs,
  zephyr,
} from "./mbedtls-devices.ts";
import { mongoose7Openssl, node, openssl, python } from "./openssl-devices.ts";
import { arduinoEsp8266, moddable, mongoose7Builtin } from "./other-devices.ts";

export const devices: Readonly<Record<DeviceName, DeviceProfile>> = {
  "mongoose-os": mongooseOs,
  "mongoose-7-openssl": mongoose7Openssl,
  "mongoose-7-mbedtls": mongoose7Mbedtls,
  "mongoose-7-builtin": mongoose7Builtin,
  "esp-idf": espIdf,
  "esp-idf-bundle": espIdfBundle,
  "arduino-esp32": arduinoEsp32,
  "arduino-esp8266": arduinoEsp8266,
  micropython,
  zephyr,
  moddable,
  node,
  openssl,
  python,
};

/** Every device's name, in the order of the table. */
export const deviceNames: readonly DeviceName[] = Object.keys(devices).filter(isDeviceName);

/** Whether `text` names a device. */
export function isDeviceName(text: string): text is DeviceName {
  return Object.hasOwn(devices, text);
}
