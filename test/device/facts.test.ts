/** What a profile's table of checks says, against what the device's strategy does: whatever is checked is refused. */
import { describe, expect, it } from "vitest";
import { trustPorts } from "../../src/admission/index.ts";
import { type DeviceProfile, deviceNames, devices, verifyOnDevice } from "../../src/device/index.ts";
import { anchorFromCertificate } from "../../src/trust/index.ts";
import { extension, type Minted, rsaKeys, type Shape } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";

const host = "device.localhost";
const root = mintRoot("Root");
const ended: Shape = { notBeforeAt: now - 3 * yearMs, notAfterAt: now - 30 * dayMs };
const unknown: Shape = { extra: [extension("1.2.3.4.5", true, Uint8Array.of(5, 0))] };
const small: Shape = { keys: rsaKeys(1024, 1) };

/** One chain that is wrong in one thing. */
interface Wrong {
  readonly check: keyof DeviceProfile["checks"];
  readonly where: string;
  readonly sent: readonly Minted[];
  readonly anchor?: Minted;
  readonly name?: string;
}

const ofLeaf = (check: Wrong["check"], shape: Shape): Wrong => ({
  check,
  where: "the server's certificate",
  sent: [mintLeaf(host, root, shape)],
});

function ofIssuing(check: Wrong["check"], shape: Shape): Wrong {
  const issuing = mint({ name: "Issuing", ca: true, ...shape }, root);
  return { check, where: "an intermediate", sent: [mintLeaf(host, issuing), issuing] };
}

function ofRoot(check: Wrong["check"], shape: Shape): Wrong {
  const anchor = mintRoot("Odd Root", shape);
  const issuing = mint({ name: "Issuing", ca: true }, anchor);
  return { check, where: "the root", sent: [mintLeaf(host, issuing), issuing], anchor };
}

const wrongs: readonly Wrong[] = [
  ofLeaf("dates", ended),
  ofIssuing("dates", ended),
  ofRoot("anchorDates", ended),
  { ...ofLeaf("hostName", {}), name: "other.localhost" },
  { ...ofLeaf("addresses", {}), name: "127.0.0.1" },
  ofIssuing("basicConstraints", { ca: false }),
  ofRoot("basicConstraints", { ca: false }),
  ofIssuing("keyUsage", { usages: ["digitalSignature"] }),
  ofRoot("keyUsage", { usages: ["digitalSignature"] }),
  ofLeaf("purpose", { purposes: ["clientAuth"] }),
  ofIssuing("purpose", { purposes: ["clientAuth"] }),
  ofIssuing("nameConstraints", { permit: ["dns:other.example"], constraintsCritical: false }),
  ofLeaf("criticalExtensions", unknown),
  ofIssuing("criticalExtensions", unknown),
  ofRoot("criticalExtensions", unknown),
  ofLeaf("weakHashes", { hash: "sha1" }),
  ofIssuing("weakHashes", { hash: "sha1" }),
  ofLeaf("weakKeys", small),
  ofIssuing("weakKeys", small),
  ofRoot("weakKeys", small),
  ofRoot("pathLength", { pathLength: 0 }),
];

function accepts(profile: DeviceProfile, { sent, anchor = root, name = host }: Wrong): boolean {
  const anchors = [anchorFromCertificate(anchor.certificate, { store: "file" })];
  const chain = sent.map(({ certificate }) => certificate);
  return verifyOnDevice(profile, { chain, anchors, name, at: now }, trustPorts).accepts;
}

describe.each(deviceNames)("%s", (device) => {
  const profile = devices[device];

  it("accepts no chain that is wrong in what its table calls checked", () => {
    const accepted = wrongs.filter((wrong) => accepts(profile, wrong));
    const untold = accepted.filter(({ check }) => profile.checks[check].made === "yes");
    expect(untold.map(({ check, where }) => `${check} of ${where}`)).toEqual([]);
  });
});

it("an entry of a certificate bundle is a name and a key, and its table says so", () => {
  for (const device of ["esp-idf-bundle", "esp-idf-6-bundle"] as const) {
    const profile = devices[device];
    const accepted = wrongs.filter((wrong) => wrong.where === "the root" && accepts(profile, wrong));
    expect(accepted).toHaveLength(6);
    for (const { check } of accepted) expect(profile.checks[check].made).not.toBe("yes");
  }
});

it("a bundle vouches for a certificate that is signed with SHA-1, where CA certificates do not", () => {
  const signed = wrongs.find(({ check, where }) => check === "weakHashes" && where !== "an intermediate");
  const verdicts = (["esp-idf", "esp-idf-bundle", "esp-idf-6-bundle"] as const).map(
    (device) => signed !== undefined && accepts(devices[device], signed),
  );
  expect(verdicts).toEqual([false, true, true]);
});

it("the Arduino core's prebuilt libraries send records as large as they take: lib-builder, defconfig.common", () => {
  expect(devices["arduino-esp32"].records).toMatchObject({ inBytes: 16_384, outBytes: 16_384 });
  expect(devices["arduino-esp32"].memory.heapBytes).toBeUndefined();
  expect(devices["arduino-esp32"].hello.suites).toContain("CAMELLIA256-SHA");
  expect(devices["esp-idf"].hello.suites).not.toContain("CAMELLIA256-SHA");
});
