/** Build files of the examples, against the table of what each platform's version demands. Nothing is built here. */
import { describe, expect, it } from "vitest";
import { buildExample, type DeviceName, deviceNames, devices } from "../../src/device/index.ts";
import { mintRoot } from "../pki/today.ts";
import { demands, idfOptions, type OptionRow, zephyrOptions } from "./demands.ts";

const anchors = [mintRoot("First Root"), mintRoot("Second Root")].map(({ certificate }) => certificate);

function filesOf(device: DeviceName): ReadonlyMap<string, string> {
  const files = buildExample(devices[device], { url: "https://example.com/", anchors });
  return new Map(
    files.map(({ path, content }) => [
      path,
      typeof content === "string" ? content : new TextDecoder("latin1").decode(content),
    ]),
  );
}

/** Names of the options that a file sets, without `CONFIG_`. */
function optionsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/^CONFIG_(\w+)=/gm), ([, name]) => name ?? "");
}

describe.each(demands.flatMap((demand) => demand.devices.map((device) => ({ device, ...demand }))))(
  "$device, $file ($versions)",
  ({ device, file, law, says = [], never = [] }) => {
    it(law, () => {
      const text = filesOf(device).get(file);
      expect(text).toBeDefined();
      for (const pattern of says) expect(text).toMatch(pattern);
      for (const pattern of never) expect(text).not.toMatch(pattern);
    });
  },
);

/** Files that tell a platform's tools how to build: code is compiled elsewhere. */
const isBuildFile =
  /(?:CMakeLists\.txt|\.yml|\.conf|sdkconfig\.defaults|platformio\.ini|Makefile|manifest\.json|package\.json)$/;

it.each(deviceNames)("every build file of %s is held to something", (device) => {
  const held = new Set([
    ...demands.filter((demand) => demand.devices.includes(device)).map(({ file }) => file),
    "prj.conf",
    "prj-4.3.conf",
    "sdkconfig.defaults",
  ]);
  // The C program with OpenSSL is built and run.
  const free = [...filesOf(device).keys()].filter((path) => isBuildFile.test(path) && !held.has(path));
  expect(free).toEqual(device === "openssl" ? ["Makefile"] : []);
});

describe.each<readonly [device: DeviceName, file: string, rows: readonly OptionRow[]]>([
  ["zephyr", "prj.conf", zephyrOptions],
  ["zephyr", "prj-4.3.conf", zephyrOptions],
  ["esp-idf", "sdkconfig.defaults", idfOptions],
  ["esp-idf-bundle", "sdkconfig.defaults", idfOptions],
])("options of %s in %s", (device, file, rows) => {
  const set = optionsOf(filesOf(device).get(file) ?? "");
  const known = rows.filter(({ files }) => files.includes(file)).flatMap(({ options }) => options);

  it("are each set once, and known to the versions that the file is for", () => {
    expect(set.length).toBeGreaterThan(1);
    expect(new Set(set).size).toBe(set.length);
    expect(set.filter((option) => !known.includes(option))).toEqual([]);
  });

  it("are all there that the table has for the file", () => {
    if (device === "zephyr") expect(known.filter((option) => !set.includes(option))).toEqual([]);
  });
});

describe("Zephyr's TLS is named whole, because the socket selects no key exchange that servers still have", () => {
  it.each([
    [
      "prj.conf",
      [/SSL_PROTO_TLS1_2/, /CIPHERSUITE_TLS_ECDHE_ECDSA/, /CIPHERSUITE_TLS_ECDHE_RSA/, /SECP_R1_256/],
    ],
    ["prj-4.3.conf", [/TLS_VERSION_1_2/, /EXCHANGE_ECDHE_ECDSA/, /EXCHANGE_ECDHE_RSA/, /SECP256R1/, /GCM/]],
  ])("in %s: version, key exchange, curve", (file, needed) => {
    const set = optionsOf(filesOf("zephyr").get(file) ?? "");
    for (const pattern of needed) expect(set.some((option) => pattern.test(option))).toBe(true);
  });

  it("holds records of 16,384 bytes both ways, and the memory that they take", () => {
    const text = filesOf("zephyr").get("prj.conf") ?? "";
    const amount = (name: string): number =>
      Number(new RegExp(`^CONFIG_${name}=(\\d+)$`, "m").exec(text)?.[1]);
    expect(amount("MBEDTLS_SSL_MAX_CONTENT_LEN")).toBe(16_384);
    // Samples give 60,000 to records of 7168 bytes.
    expect(amount("MBEDTLS_HEAP_SIZE")).toBe(60_000 + 2 * (16_384 - 7168));
  });
});
