/** Every device, by name. */
import { deviceNames, type DeviceName, type DeviceProfile } from "../profile.ts";
import { espDevices } from "./esp-devices.ts";
import { mbedtlsDevices } from "./mbedtls-devices.ts";
import { opensslDevices } from "./openssl-devices.ts";
import { otherDevices } from "./other-devices.ts";

/** Every profile there is, once. */
export const profiles: readonly DeviceProfile[] = [
  ...mbedtlsDevices,
  ...espDevices,
  ...opensslDevices,
  ...otherDevices,
];

/** The profiles in the order of their names. A test holds that each name has one. */
export const devices: Readonly<Record<DeviceName, DeviceProfile>> = Object.fromEntries(
  deviceNames.flatMap((name) =>
    profiles.filter((profile) => profile.name === name).map((one) => [name, one]),
  ),
) as Record<DeviceName, DeviceProfile>;

/** Whether `text` names a device. */
export function isDeviceName(text: string): text is DeviceName {
  return Object.hasOwn(devices, text);
}
