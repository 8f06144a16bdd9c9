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

test("a fault that is named says where it is fixed, and is among the sources", () => {
  const named = profiles.flatMap((profile) => {
    const faults = JSON.stringify(profile).match(/CVE-\d+-\d+(?:, fixed in [\d.]+)?/g) ?? [];
    return faults.map((fault) => `${profile.name}: ${fault}`);
  });
  const known = named.flatMap((fault) => /^(.*), fixed in \d/.exec(fault)?.[1] ?? []);
  expect(new Set(named.map((fault) => fault.replace(/,.*/, "")))).toEqual(new Set(known));
  const mongoose = devices["mongoose-7-builtin"];
  expect(JSON.stringify(mongoose.checks)).toMatch(/before 7\.22 .*\(CVE-2026-73253, fixed in 7\.22\)/);
  expect(JSON.stringify(mongoose.checks)).toMatch(/7\.22 and 7\.23 .*\(CVE-2026-134170, fixed in 7\.24\)/);
});
