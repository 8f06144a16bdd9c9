/** The table of devices is whole. */
import { expect, test } from "vitest";
import { deviceNames } from "../profile.ts";
import { devices, isDeviceName, profiles } from "./profiles.ts";

test("each name has one profile, and each profile one name", () => {
  expect(profiles.map(({ name }) => name).toSorted()).toEqual(deviceNames.toSorted());
  expect(Object.values(devices).map(({ name }) => name)).toEqual(deviceNames);
});

test("a name that every object has is not a device's", () => {
  expect([isDeviceName("constructor"), isDeviceName("esp-idf")]).toEqual([false, true]);
});
