/** `meerkat ca --preset`: roots that a service announces, with and without a site. Nobody is visited. */
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { presets } from "../../src/device/index.ts";
import { meerkat } from "./transcript.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-preset-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface PresetJson {
  readonly anchors: readonly { readonly sha256: string; readonly role: string; readonly why: string }[];
  readonly presets: readonly object[];
  readonly missing: readonly object[];
}

it("a service's roots are the files, without any site, and the lock repeats them", async () => {
  const [out, lock] = [join(folder, "ca.pem"), join(folder, "lock.json")];
  const args = ["ca", "--preset", "aws-iot", "--for", "python", "-o", out, "--lock", lock];
  const { exitCode, stdout, stderr } = await meerkat(args);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^Python[^\n]*: 5 CA certificates for AWS IoT Core\n/);
  expect(stdout).toContain("because  announced by AWS IoT Core");
  expect(stdout).not.toContain("AWS IoT Core, AWS IoT Core");
  // Nothing was chosen, so there is no smaller choice.
  expect(stdout).not.toContain("smaller set");
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("server-authentication.html, read on 2026-11-29.");
  const written = await readFile(out, "utf8");
  expect(written.match(/BEGIN CERTIFICATE/g)).toHaveLength(5);
  await rm(out);
  expect(await meerkat(["ca", "--locked", "--lock", lock, "-o", out])).toMatchObject({ exitCode: 0 });
  expect(await readFile(out, "utf8")).toBe(written);
});

it("each root is named with who announces it", async () => {
  const { exitCode, stdout } = await meerkat(["ca", "--preset", "azure-iot-hub", "--json"]);
  const { anchors, presets: named, missing } = JSON.parse(stdout) as PresetJson;
  const { roots, sources, readOn } = presets["azure-iot-hub"];
  expect(exitCode).toBe(0);
  expect(anchors.map(({ sha256 }) => sha256).toSorted()).toEqual(
    roots.map(({ fingerprint }) => fingerprint).toSorted(),
  );
  expect(anchors.map(({ role, why }) => `${role}: ${why}`)).toEqual(
    roots.map(() => "announced: announced by Azure IoT Hub"),
  );
  expect([named, missing]).toEqual([[{ name: "azure-iot-hub", readOn, sources }], []]);
});

it("a root that the store lacks is told, and the others are chosen", async () => {
  const { exitCode, stdout } = await meerkat([
    "ca",
    "--preset",
    "azure-iot-hub",
    "--cacert",
    await onlyRoot(),
  ]);
  expect(exitCode).toBe(0);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "Azure IoT Hub announces Microsoft RSA Root Certificate Authority 2017, too (sha256 c741f70f",
  );
});

it("a name that is near is asked for", async () => {
  const { exitCode, stderr } = await meerkat(["ca", "--preset", "aws-io"]);
  expect([exitCode, stderr]).toEqual([
    2,
    'error: There is no preset "aws-io".\nhint: Did you mean "aws-iot"? The presets are aws-iot, azure-iot-hub, google-cloud.\n',
  ]);
});

/** A file with one of the two. */
async function onlyRoot(): Promise<string> {
  const path = join(folder, "all.pem");
  await meerkat([
    "ca",
    "--preset",
    "azure-iot-hub",
    "--for",
    "python",
    "-o",
    path,
    "--lock",
    join(folder, "l.json"),
  ]);
  const { fingerprint } = presets["azure-iot-hub"].roots[0] ?? { fingerprint: "" };
  const parts = (await readFile(path, "utf8")).match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) ?? [];
  const kept = parts.filter(
    (pem) => new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase() === fingerprint,
  );
  await writeFile(path, kept.join("\n"));
  return path;
}

it("check tells which of the roots a bundle lacks", async () => {
  const path = await onlyRoot();
  const { exitCode, stdout } = await meerkat(["check", path, "--preset", "azure-iot-hub"]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("  Azure IoT Hub  refuses\n");
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "the bundle lacks Microsoft RSA Root Certificate Authority 2017 (sha256 c741f70f",
  );
});

it.each(["pem", "esp-bundle"])("check finds all of them in a bundle as %s", async (format) => {
  const out = join(folder, `all-${format}`);
  const device = format === "pem" ? "python" : "esp-idf-bundle";
  const args = ["--preset", "aws-iot", "--for", device, "--lock", join(folder, "all.json"), "-o", out];
  expect(await meerkat(["ca", ...args])).toMatchObject({ exitCode: 0 });
  const { stdout } = await meerkat(["check", out, "--for", device, "--preset", "aws-iot"]);
  expect(stdout).toContain("AWS IoT Core  connects\n");
});
