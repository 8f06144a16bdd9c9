/** Checking a bundle: the device's own reading of the file decides, and known roots lend their dates. */
import { describe, expect, it } from "vitest";
import { pemOf } from "../../../test/pki/index.ts";
import { mint, mintLeaf, mintRoot, now, yearMs } from "../../../test/pki/today.ts";
import { checkContent, type CheckChanges, type CheckReport } from "../../../test/device/check-bundle.ts";
import { formats } from "../../bundle/index.ts";
import type { DeviceName } from "../profile.ts";
import { profileForFormat } from "../profiles/profile-for-format.ts";
import { devices } from "../profiles/profiles.ts";

const root = mintRoot("Check Root");
const issuer = mint({ name: "Check Issuer", ca: true }, root);
const leaf = mintLeaf("check.example", issuer);
const site = {
  site: "check",
  name: "check.example",
  chain: [leaf, issuer].map(({ certificate }) => certificate),
};

function check(text: string | Uint8Array, changes: CheckChanges = {}): CheckReport {
  return checkContent(text, { sites: [site], profile: devices["mongoose-os"], ...changes });
}

const accepts = ({ sites }: CheckReport): boolean | undefined => sites[0]?.report.device.accepts;

describe("the device's reading of the file", () => {
  it("decides whether it connects: what the form of the file costs it is not there", () => {
    expect(accepts(check(pemOf(root)))).toBe(true);
    expect(accepts(check(pemOf(root).trimEnd()))).toBe(false);
    expect(accepts(check(pemOf(root).trimEnd(), { profile: devices["esp-idf"] }))).toBe(true);
  });

  it("a file of which nothing is left is not the same as none: only without one is nobody verified", () => {
    expect(check("no certificate").sites[0]?.report.device).toMatchObject({
      accepts: false,
      refusal: { code: "no-anchors" },
    });
    const isNone = { profile: devices["mongoose-7-mbedtls"] };
    expect(check("", isNone).sites[0]?.report.device).toMatchObject({ accepts: true, anchor: undefined });
    // These are given a file, in which nothing is.
    for (const name of ["mongoose-os", "micropython"] as const)
      expect(accepts(check("", { profile: devices[name] }))).toBe(false);
  });
});

describe("a certificate that mbedTLS cannot parse, beside one that it can", () => {
  const restricted = mintRoot("Restricted Root", { permit: ["dns:check.example"] });
  const der = restricted.der;

  it.each<readonly [name: DeviceName, file: string | Uint8Array, connects: boolean, says: string]>([
    ["micropython", der, false, "load_verify_locations raises ValueError"],
    ["zephyr", der, false, "EINVAL"],
    ["mongoose-7-mbedtls", pemOf(root, restricted), false, '"cert err"'],
    ["esp-idf", pemOf(root, restricted), true, "(-0x2562)."],
  ])("costs %s what it costs it", (name, file, connects, says) => {
    const report = check(file, { profile: devices[name] });
    expect(accepts(report)).toBe(connects);
    expect(report.sentences.join(" ")).toContain(says);
  });

  it("and so does one that no reader can parse", () => {
    const damaged = pemOf(root) + pemOf(root).replace("\nMII", "\nM*I");
    expect(accepts(check(damaged, { profile: devices["mongoose-7-mbedtls"] }))).toBe(false);
    expect(accepts(check(damaged, { profile: devices["esp-idf"] }))).toBe(true);
  });

  it("of DER, what stands behind the first certificate is nothing to mbedTLS, and too much for BearSSL", () => {
    const behind = new Uint8Array([...root.der, ...restricted.der]);
    for (const name of ["micropython", "zephyr", "esp-idf"] as const)
      expect(accepts(check(behind, { profile: devices[name] }))).toBe(true);
    expect(accepts(check(behind, { profile: devices["arduino-esp8266"] }))).toBe(false);
  });
});

describe("a name and a key alone", () => {
  const bytes = formats["esp-bundle"].write([root.certificate]).files[0]?.bytes ?? new Uint8Array(0);
  const profile = devices["esp-idf-bundle"];

  it("have no end that can be told", () => {
    const report = check(bytes, { profile });
    expect(accepts(report)).toBe(true);
    expect([report.sites[0]?.end, report.timeline]).toEqual([undefined, []]);
  });

  it("are found whatever stands behind the bundle, which is a warning", () => {
    const report = check(new Uint8Array([...bytes, 1, 2, 3]), { profile });
    expect(accepts(report)).toBe(true);
    expect(report.findings).toMatchObject([{ severity: "warning", remark: { kind: "trailing-bytes" } }]);
  });

  it("have the root's end where the root is known, and its faults", () => {
    const report = check(bytes, { profile, knownRoots: [root.certificate], horizonMs: 11 * yearMs });
    const at = root.certificate.notAfterAt;
    expect(report.sites[0]?.end?.at).toBe(at);
    expect(report.timeline).toMatchObject([{ place: "entry 1", end: { at } }]);
    expect(report.findings).toMatchObject([{ kind: "expiring" }]);
  });
});

describe("the layouts of an ESP certificate bundle", () => {
  const write = (format: "esp-bundle" | "esp-bundle-5.3"): Uint8Array =>
    formats[format].write([root.certificate]).files[0]?.bytes ?? new Uint8Array(0);

  it.each([
    ["esp-bundle", true, []],
    ["esp-bundle-5.3", false, ["format"]],
  ] as const)("are one for each version, and %s connects: %s", (format, connects, found) => {
    const bytes = write(format);
    for (const name of ["esp-idf-bundle", "esp-idf-6-bundle", "arduino-esp32"] as const) {
      const report = check(bytes, { profile: devices[name] });
      expect([name, accepts(report)]).toEqual([name, connects]);
      expect(report.findings.map(({ kind }) => kind)).toEqual(found);
    }
  });

  it("the older one serves firmware that it is written for", () => {
    const older = profileForFormat(devices["esp-idf-bundle"], "esp-bundle-5.3");
    expect(older.title).toBe("ESP-IDF through 5.3 with its certificate bundle");
    expect(accepts(check(write("esp-bundle-5.3"), { profile: older }))).toBe(true);
  });
});

describe("PEM for Zephyr", () => {
  it.each(["zephyr", "zephyr-4.4"] as const)("is not read by %s as it is built by default", (name) => {
    const source = `const char ca[] = R"(${pemOf(root)})";`;
    for (const text of [`${pemOf(root)}\0`, source]) {
      const report = check(text, { profile: devices[name] });
      expect(accepts(report)).toBe(false);
      expect(report.sentences[0]).toContain("CONFIG_MBEDTLS_PEM_CERTIFICATE_FORMAT=y lets it");
    }
    expect(accepts(check(root.der, { profile: devices[name] }))).toBe(true);
  });
});

describe("two moments", () => {
  it("the bundle is looked at as of one, the sites' chains are verified at the other", () => {
    const at = root.certificate.notAfterAt + 1;
    const report = check(pemOf(root), { profile: devices.node, at, sitesAt: now });
    expect(accepts(report)).toBe(true);
    expect(report.findings).toMatchObject([{ kind: "expired", severity: "error" }]);
    expect(accepts(check(pemOf(root), { profile: devices.node, at }))).toBe(false);
  });
});

describe("a CA that the device reads, and accepts no server under", () => {
  it("is an error of the file", () => {
    const mute = mintRoot("Mute Root", { usages: ["digitalSignature"] });
    expect(check(pemOf(mute), { profile: devices.openssl, sites: [] }).sentences).toEqual([
      "Mute Root (line 1) cannot serve the device as an anchor: no server under it is accepted, because the certificate of Mute Root does not allow this use of its key (keyCertSign) (X509_V_ERR_INVALID_CA (79)).",
    ]);
    expect(check(pemOf(root), { profile: devices.openssl, sites: [] }).sentences).toEqual([]);
  });
});

describe("a root is held against itself", () => {
  it("one whose signature is not its own key's is said to be damaged", () => {
    const forged = mintRoot("Forged", { forged: true });
    const { findings, sentences } = check(pemOf(forged), { profile: devices["esp-idf"], sites: [] });
    expect(findings).toMatchObject([{ kind: "damaged", severity: "warning" }]);
    expect(sentences[0]).toContain("Forged (line 1) does not bear out itself");
  });

  it("a byte that was changed in its key shows", () => {
    const at = root.der.length - 1;
    const changed = Uint8Array.from(root.der, (byte, i) => (i === at ? byte ^ 1 : byte));
    expect(check(changed, { profile: undefined, sites: [] }).findings).toMatchObject([{ kind: "damaged" }]);
  });

  it("one that an older key of its name signed is not held to its own", () => {
    const rolled = mint({ name: "Rolled", ca: true }, mintRoot("Rolled"));
    expect(rolled.certificate.isSelfIssued).toBe(true);
    expect(check(pemOf(rolled), { profile: devices["esp-idf"], sites: [] }).findings).toEqual([]);
  });
});
