/** Examples with a client certificate: the key stays with its owner, and where the stack is here the server meets the device. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  buildExample,
  clientCertificates,
  type DeviceName,
  deviceNames,
  devices,
  type ExampleFile,
} from "../../src/device/index.ts";
import { type Minted, rsaKeys } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../pki/today.ts";
import { keyInForm, type MutualSite, openMutualSite } from "./mutual-site.ts";
import { isHere, output, programs, put, run, stubFolder, textOf } from "./projects.ts";

let folder = "";
let site: MutualSite;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-mutual-"));
  site = await openMutualSite();
});

afterAll(async () => {
  site.close();
  await rm(folder, { recursive: true, force: true });
});

const root = mintRoot("Root");
const ec = mintLeaf("device-1", root, { purposes: ["clientAuth"] });
const rsa = mintLeaf("device-2", root, { purposes: ["clientAuth"], keys: rsaKeys(2048) });

function build(device: DeviceName, client: Minted = ec): readonly ExampleFile[] {
  return buildExample(devices[device], {
    url: "https://example.com/",
    anchors: [root.certificate],
    clientCertificates: [client.certificate],
  });
}

function contentOf(files: readonly ExampleFile[], path: string): string {
  const file = files.find((one) => one.path === path);
  return file === undefined ? "" : textOf(file);
}

/** The key's place, as `.gitignore` has it. */
function keyPathOf(files: readonly ExampleFile[]): string {
  return (
    contentOf(files, ".gitignore")
      .split("\n")
      .find((path) => /client[-_]?key|client\.key/.test(path)) ?? ""
  );
}

/** Zephyr's build makes octets for #include of the two files. */
const octets = (bytes: Uint8Array): string =>
  Array.from(bytes, (octet) => `0x${octet.toString(16)},`).join("\n");

/** A project with its key put where the README says. */
async function putWithKey(name: string, files: readonly ExampleFile[], client: Minted): Promise<string> {
  const path = keyPathOf(files);
  const key = keyInForm(client, path);
  const directory = await put(join(folder, name), [...files, { path, content: key }]);
  if (path !== "src/client-key.der" || typeof key === "string") return directory;
  return put(directory, [
    { path: "src/client.der.inc", content: octets(client.certificate.der) },
    { path: "src/client-key.der.inc", content: octets(key) },
  ]);
}

describe("an example with a client certificate", () => {
  it.each(deviceNames)(
    "for %s has the certificate, and says where its key goes without having it",
    (name) => {
      const files = build(name);
      const path = keyPathOf(files);
      expect(path).not.toBe("");
      expect(files.map((file) => file.path)).not.toContain(path);
      const readme = contentOf(files, "README.md");
      expect(readme).toContain("## Client certificate");
      expect(readme).toMatch(new RegExp(`^\\d+\\. Put the key .*KEY.*${path}`, "m"));
      // Nobody has seen the key, so its owner compares.
      expect(readme).toMatch(
        /belongs to the certificate when `openssl pkey -in KEY -pubout` prints the same/,
      );
      const { says, besides } = clientCertificates[name];
      const plain = readme.replaceAll("\\", "");
      expect(plain).toContain(says);
      expect(plain).toMatch(/^Out of scope here.*ATECC608.*pre-shared keys \(PSK\)/m);
      if (besides !== undefined) expect(plain).toContain(`This platform has ${besides}.`);
      expect(readme).toContain("device-1");
      const all = files.map(textOf).join("\n");
      expect(all).not.toMatch(/PRIVATE KEY-----/);
    },
  );

  it("with an intermediate has both, where the device sends both", () => {
    const middle = mint({ name: "Middle", ca: true }, root);
    const leaf = mintLeaf("device-3", middle, { purposes: ["clientAuth"] });
    for (const name of deviceNames) {
      const files = buildExample(devices[name], {
        url: "https://example.com/",
        anchors: [root.certificate],
        clientCertificates: [leaf.certificate, middle.certificate],
      });
      const pem = files.map(textOf).join("\n");
      const behind = files.filter(({ path }) => path.includes("client-ca"));
      const count = (pem.match(/-----BEGIN CERTIFICATE-----/g) ?? []).length;
      if (clientCertificates[name].sends.kind === "first") expect(behind).toEqual([]);
      else if (name === "moddable") {
        expect(behind.map(({ path, content }) => [path, content])).toEqual([
          ["data/client-ca1.der", middle.certificate.der],
        ]);
        expect(contentOf(files, "main.js")).toContain(
          'clientCertificates: [new Resource("client.der"), new Resource("client-ca1.der")]',
        );
      } else expect([name, count >= 2]).toEqual([name, true]);
    }
  });

  it.each(deviceNames)("for %s is without any of it when none is given", (name) => {
    const files = buildExample(devices[name], { url: "https://example.com/", anchors: [root.certificate] });
    expect(files.map(textOf).join("\n")).not.toMatch(/client[._-](?:pem|key|der)|clientKey|ssl_key/);
  });

  it("needs a certificate, with a key that these platforms have", () => {
    const request = { url: "https://example.com/", anchors: [root.certificate] };
    expect(() => buildExample(devices.node, { ...request, clientCertificates: [] })).toThrow(RangeError);
  });
});

describe("its code compiles", () => {
  const stubbed = programs.filter(([, , stubs]) => stubs !== undefined);
  it.for(stubbed)("for %s, against stubs", async ([name, source, stubs], { skip }) => {
    if (!(await isHere("gcc"))) skip("gcc is missing");
    const directory = await putWithKey(`c-${name}`, build(name), ec);
    const flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"];
    await run("gcc", [...flags, "-I", join(stubFolder, stubs ?? ""), join(directory, source)]);
  });

  it("for zephyr before 4.1, against stubs", async ({ skip }) => {
    if (!(await isHere("gcc"))) skip("gcc is missing");
    const directory = await putWithKey("c-zephyr-3.7", build("zephyr"), ec);
    const flags = [
      "-std=gnu11",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-fsyntax-only",
      "-DKERNEL_VERSION_NUMBER=0x30700",
    ];
    await run("gcc", [...flags, "-I", join(stubFolder, "zephyr"), join(directory, "src/main.c")]);
  });

  it.for([
    ["arduino-esp32", ec, /setPrivateKey\(client_key\)/],
    [
      "arduino-esp8266",
      ec,
      /setClientECCert\(&client_chain, &client_secret, BR_KEYTYPE_SIGN, BR_KEYTYPE_EC\)/,
    ],
    ["arduino-esp8266", rsa, /setClientRSACert\(&client_chain, &client_secret\)/],
  ] as const)("for %s, against stubs", async ([name, client, says], { skip }) => {
    if (!(await isHere("g++"))) skip("g++ is missing");
    const files = build(name, client);
    expect(contentOf(files, "fetch/fetch.ino")).toMatch(says);
    const directory = await putWithKey(`ino-${name}-${client.certificate.spki.key.kind}`, files, client);
    const flags = ["-x", "c++", "-std=gnu++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"];
    const stubs = ["-I", join(stubFolder, "arduino"), "-include", join(stubFolder, "arduino", "Arduino.h")];
    await run("g++", [...flags, ...stubs, join(directory, "fetch/fetch.ino")]);
  });

  it("for moddable is JavaScript", async () => {
    const files = build("moddable").map((file) =>
      file.path === "main.js" ? { ...file, path: "main.mjs" } : file,
    );
    const directory = await put(join(folder, "moddable"), files);
    await run(process.execPath, ["--check", join(directory, "main.mjs")]);
  });
});

describe("the server meets the device by its name", () => {
  async function project(device: DeviceName, withKey: boolean): Promise<string> {
    const files = buildExample(devices[device], {
      url: site.url,
      anchors: [site.root.certificate],
      ...(withKey ? { clientCertificates: [site.client.certificate] } : {}),
    });
    const name = `run-${device}-${withKey ? "mutual" : "plain"}`;
    return withKey ? putWithKey(name, files, site.client) : put(join(folder, name), files);
  }

  it.for([
    ["openssl", "make"],
    ["python", "python3"],
    ["node", "node"],
  ] as const)("when %s shows its certificate, and not without", async ([device, needs], { skip }) => {
    if (!(await isHere(needs))) skip(`${needs} is missing`);
    for (const withKey of [true, false]) {
      const directory = await project(device, withKey);
      const before = site.met.length;
      const said = await fetchWith[device](directory);
      expect(said).toMatch(withKey ? /^HTTP 200,? 13 bytes/ : /^(?!HTTP 200)/);
      expect(site.met.slice(before)).toEqual(withKey ? ["device-7"] : []);
    }
  });
});

const fetchWith = {
  openssl: async (directory: string) => {
    await run("make", [], { cwd: directory });
    return output("./fetch", [], { cwd: directory });
  },
  python: (directory: string) => output("python3", ["main.py"], { cwd: directory }),
  node: async (directory: string) => {
    const door = new URL("../../src/index.ts", import.meta.url).href;
    const cwd = fileURLToPath(new URL("../../", import.meta.url));
    return output(process.execPath, ["--import", "tsx", await withDoor(directory, door)], { cwd });
  },
} as const;

/** The program as it is, with the package's own door in place of its name. */
async function withDoor(directory: string, door: string): Promise<string> {
  const path = join(directory, "main.js");
  const source = await readFile(path, "utf8");
  await writeFile(path, source.replace('from "meerkat"', `from ${JSON.stringify(door)}`));
  return path;
}
