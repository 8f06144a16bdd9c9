/**
 * Examples: they carry their CA, compile without a warning, and run where their stack is here. What has no real headers on
 * this machine is compiled against stubs, which hold the code to our reading of the headers; interop/device/examples.test.ts
 * has the real ones of Mongoose and MicroPython.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBundle } from "../../src/bundle/index.ts";
import { buildExample, deviceNames, devices } from "../../src/device/index.ts";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { type Certificate, parseCertificate, parsePem } from "../../src/x509/index.ts";
import { mintRoot } from "../pki/today.ts";
import { compileLoopback, isHere, output, programs, put, run, stubFolder, textOf } from "./projects.ts";

const anchors = [mintRoot('Example Root */ \\ "quoted"'), mintRoot("Second Root")].map(
  ({ certificate }) => certificate,
);
const sly = "https://example.com:8443/a%20b?q=%22x%22&c=\\n??/&d='e'";

let folder = "";
let lab: Lab;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-examples-"));
  lab = await openLab({ sites: ["good", "expired", "wrong-host", "untrusted-root"] });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await lab.close();
});

describe("every example", () => {
  it.each(deviceNames)(
    "of %s says who asks, has a README, and carries the CA in a form that reads back",
    (name) => {
      const files = buildExample(devices[name], {
        url: "https://example.com/x",
        anchors,
        agent: "probe/2.0",
      });
      const all = files.map(textOf).join("\n");
      expect(all).toContain("probe/2.0");
      expect(files.map(({ path }) => path)).toContain("README.md");
      const carrying = files.filter(({ path }) =>
        /(ca\.pem|ca_pem\.h|ca_certificates\.h|\.der|ca\.ski)$/.test(path),
      );
      const one = carrying.filter(({ path }) => !path.startsWith("mjs/"));
      const { entries } = readBundle(
        one.map(({ path, content }) => ({
          path,
          bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
        })),
      );
      expect(entries.map(({ kind }) => kind)).not.toContain("unreadable");
      expect(entries).toHaveLength(2);
    },
  );

  it.each(deviceNames)("of %s names in its README what the device does not check", (name) => {
    const readme = buildExample(devices[name], { url: "https://example.com/", anchors }).find(
      ({ path }) => path === "README.md",
    );
    const text = readme === undefined ? "" : textOf(readme);
    expect(text).toContain("## What this device does not check");
    const unchecked = Object.values(devices[name].checks).filter(({ made }) => made !== "yes");
    expect(text.match(/^- (?:Not checked|Checked in part): /gm) ?? []).toHaveLength(unchecked.length);
  });

  it.each(["http://example.com/", "https://user:secret@example.com/"])("is refused for %s", (url) => {
    expect(() => buildExample(devices.node, { url, anchors })).toThrow(RangeError);
  });

  it("is refused without a CA, and for an agent that would break out of its line", () => {
    expect(() => buildExample(devices["mongoose-os"], { url: "https://example.com/", anchors: [] })).toThrow(
      RangeError,
    );
    expect(() =>
      buildExample(devices.node, { url: "https://example.com/", anchors, agent: "a\r\nX: y" }),
    ).toThrow(RangeError);
  });
});

describe("Zephyr's settings", () => {
  const files = buildExample(devices.zephyr, { url: "https://example.com/", anchors });
  const optionsOf = (path: string): readonly string[] => {
    const file = files.find((one) => one.path === path);
    return [...(file === undefined ? "" : textOf(file)).matchAll(/^(CONFIG_\w+)=/gm)].flatMap(
      ([, name]) => name ?? [],
    );
  };
  const [current, older] = ["prj.conf", "prj-4.3.conf"].map(optionsOf);

  it.each([["prj.conf"], ["prj-4.3.conf"]])("%s names each option once", (path) => {
    expect(optionsOf(path).length).toBeGreaterThan(15);
    expect(new Set(optionsOf(path)).size).toBe(optionsOf(path).length);
  });

  it.each([
    ["zephyr", "west build -b BOARD -- -DCONF_FILE=prj-4.3.conf"],
    ["zephyr-4.4", "west build -b BOARD"],
  ] as const)("are those of the version where %s is asked for, and the figures are theirs", (name, first) => {
    const built = buildExample(devices[name], { url: "https://example.com/", anchors });
    const readme = built
      .filter(({ path }) => path === "README.md")
      .map(textOf)
      .join("");
    expect(/```sh\n(.*)\n/.exec(readme)?.[1]).toBe(first);
    const heap = /CONFIG_MBEDTLS_HEAP_SIZE=(\d+)/.exec(readme)?.[1];
    expect(readme).toContain(`${Number(heap).toLocaleString("en-US")} bytes of heap`);
    expect(readme).toContain("- Largest records: 16,384 bytes received, 16,384 sent (");
    expect(readme).toMatch(/^- TLS: TLS 1\.2\.$/m);
  });

  it("name from 4.4 on what a secure socket no longer selects, by names that 4.3 does not have", () => {
    const added = (current ?? []).filter((option) => older?.includes(option) !== true);
    expect(added).toContain("CONFIG_MBEDTLS_X509_CRT_PARSE_C");
    expect(added).toContain("CONFIG_MBEDTLS_SSL_SERVER_NAME_INDICATION");
    expect(added.filter((option) => option.includes("_CIPHERSUITE_"))).toHaveLength(4);
    expect(added.filter((option) => option.includes("_ECC_SECP_"))).toHaveLength(2);
    expect(current).not.toContain("CONFIG_MBEDTLS_SERVER_NAME_INDICATION");
  });
});

describe("ESP-IDF's own bundle", () => {
  const files = buildExample(devices["esp-idf-bundle"], { url: "https://example.com/", anchors });
  const content = (path: string): string => {
    const file = files.find((one) => one.path === path);
    return file === undefined ? "" : textOf(file);
  };

  it("is made by the build from the CA file, which stands where the settings say", () => {
    const settings = content("sdkconfig.defaults");
    const path = /^CONFIG_MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE_PATH="(.*)"$/m.exec(settings)?.[1] ?? "";
    expect(settings).toContain("CONFIG_MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE=y\n");
    expect(parsePem(content(path)).blocks).toHaveLength(2);
  });

  it("is not embedded a second time under its name", () => {
    expect(content("main/CMakeLists.txt")).not.toContain("EMBED");
    expect(content("main/main.c")).not.toContain("x509_crt_bundle");
  });
});

it("Mongoose OS has the libraries that mos wifi and api_http.js come by", () => {
  const files = buildExample(devices["mongoose-os"], { url: "https://example.com/", anchors });
  const libraries = files
    .filter(({ path }) => path.endsWith("mos.yml"))
    .map((file) => Array.from(textOf(file).matchAll(/mongoose-os-libs\/(\S+)/g), ([, name]) => name));
  const common = ["boards", "wifi", "rpc-uart", "rpc-service-config"];
  expect(libraries).toEqual([common, [...common, "mjs"]]);
});

describe("C and C++", () => {
  it.for(
    programs.map(([name, source, stubs]) => ({
      name,
      source,
      stubs,
      with: stubs === undefined ? "the real headers" : "stubs",
    })),
  )(
    "of $name compile against $with, with -Wall -Wextra -Werror",
    async ({ name, source, stubs }, { skip }) => {
      if (!(await isHere("gcc"))) skip("gcc is missing");
      const directory = await put(
        join(folder, `c-${name}`),
        buildExample(devices[name], { url: sly, anchors }),
      );
      const include = stubs === undefined ? [] : ["-I", join(stubFolder, stubs)];
      const flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-c", "-o", "/dev/null", ...include];
      await run("gcc", [...flags, join(directory, source)]).catch((error: { stderr?: string }) => {
        if (/openssl\/.*No such file/.test(error.stderr ?? "")) skip("libssl-dev is missing");
        throw new Error(error.stderr);
      });
    },
  );

  it.for([0x30700, 0x40100])("of zephyr compile against stubs of version 0x%x", async (version, { skip }) => {
    if (!(await isHere("gcc"))) skip("gcc is missing");
    const directory = await put(
      join(folder, "c-zephyr-older"),
      buildExample(devices.zephyr, { url: sly, anchors }),
    );
    const flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"];
    const stubs = ["-I", join(stubFolder, "zephyr"), `-DKERNEL_VERSION_NUMBER=${version}`];
    await run("gcc", [...flags, ...stubs, join(directory, "src/main.c")]);
  });

  it.for(["arduino-esp32", "arduino-esp8266"] as const)(
    "of %s compile against stubs",
    async (name, { skip }) => {
      if (!(await isHere("g++"))) skip("g++ is missing");
      const directory = await put(
        join(folder, `ino-${name}`),
        buildExample(devices[name], { url: sly, anchors }),
      );
      const flags = ["-x", "c++", "-std=gnu++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"];
      const stubs = ["-I", join(stubFolder, "arduino"), "-include", join(stubFolder, "arduino", "Arduino.h")];
      await run("g++", [...flags, ...stubs, join(directory, "fetch/fetch.ino")]).catch(
        (error: { stderr?: string }) => {
          throw new Error(error.stderr);
        },
      );
    },
  );
});

describe("scripts", () => {
  it.for([
    ["node", "main.js", "main.mjs"],
    ["moddable", "main.js", "main.mjs"],
    ["mongoose-os", "mjs/fs/init.js", "mjs/fs/init.cjs"],
  ] as const)("of %s are JavaScript (%s)", async ([name, path, as]) => {
    const files = buildExample(devices[name], { url: sly, anchors });
    const directory = await put(
      join(folder, `js-${name}`),
      files.map((file) => (file.path === path ? { ...file, path: as } : file)),
    );
    await run(process.execPath, ["--check", join(directory, as)]);
  });

  it.for(["python", "micropython"] as const)("of %s are Python", async (name, { skip }) => {
    if (!(await isHere("python3"))) skip("python3 is missing");
    const directory = await put(
      join(folder, `py-${name}`),
      buildExample(devices[name], { url: sly, anchors }),
    );
    await run("python3", ["-W", "error", "-m", "py_compile", join(directory, "main.py")]);
  });
});

function labRoot(): readonly Certificate[] {
  const parsed = parseCertificate(parsePem(lab.caPem).blocks[0]?.bytes ?? new Uint8Array(0));
  return parsed.ok ? [parsed.certificate] : [];
}

const expected = [
  ["good", /^HTTP 200,? \d+ bytes/],
  ["expired", /certificate was not accepted: .*expired/],
  ["wrong-host", /certificate was not accepted: .*[Hh]ostname mismatch/],
  ["untrusted-root", /certificate was not accepted: self.signed certificate in/],
] as const;

describe("run against the lab", () => {
  it.for(expected)("the program with OpenSSL tells %s", async ([site, line], { skip }) => {
    if (!(await isHere("gcc"))) skip("gcc is missing");
    const directory = await put(
      join(folder, `run-openssl-${site}`),
      buildExample(devices.openssl, { url: lab.url(site), anchors: labRoot() }),
    );
    const built = await output("make", [], { cwd: directory });
    if (/openssl\/.*No such file/.test(built)) skip("libssl-dev is missing");
    expect(
      await output(join(directory, "fetch"), [], { cwd: directory, loopback: await compileLoopback(folder) }),
    ).toMatch(line);
  });

  it.for(expected)("the program in Python tells %s", async ([site, line], { skip }) => {
    if (!(await isHere("python3")) || !(await isHere("gcc"))) skip("python3 or gcc is missing");
    const directory = await put(
      join(folder, `run-python-${site}`),
      buildExample(devices.python, { url: lab.url(site), anchors: labRoot() }),
    );
    expect(
      await output("python3", ["main.py"], { cwd: directory, loopback: await compileLoopback(folder) }),
    ).toMatch(line);
  });

  it.for([
    ["good", /^HTTP 200 \d+ bytes/],
    ["expired", /^trust: The certificate of .* expired on /],
    ["wrong-host", /^trust: The certificate is not for /],
  ] as const)("the program for Node tells %s", async ([site, line], { skip }) => {
    if (!(await isHere("gcc"))) skip("gcc is missing");
    const files = buildExample(devices.node, { url: lab.url(site), anchors: labRoot() });
    const door = new URL("../../src/index.ts", import.meta.url).href;
    const directory = await put(
      join(folder, `run-node-${site}`),
      files.map((file) => ({
        ...file,
        content: textOf(file).replace('from "meerkat"', `from ${JSON.stringify(door)}`),
      })),
    );
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const said = await output(process.execPath, ["--import", "tsx", join(directory, "main.js")], {
      cwd: root,
      loopback: await compileLoopback(folder),
    });
    expect(said).toMatch(line);
  });
});
