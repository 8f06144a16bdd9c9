/** The package as npm installs it: what comes with it, how it is loaded, and that its program and its lab work. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { type Door, doors, manifest } from "../../tools/doors.ts";
import type { Outcome } from "../child.ts";
import { importedBy, installPackage, type Installed, run, succeed } from "./installed.ts";
import { getting, importing, openServers, printed, requiring, type Servers } from "./program.ts";

let installed: Installed;
let servers: Servers;
let lab: Lab;

beforeAll(async () => {
  installed = await installPackage();
  servers = await openServers();
  lab = await openLab({ sites: ["good", "expired"] });
});

afterAll(async () => {
  await lab?.close();
  await servers?.[Symbol.asyncDispose]();
  await installed?.[Symbol.asyncDispose]();
});

const home = (): string => join(installed.folder, "node_modules", "meerkat");

/** Every file of the package that ends so, from its folder. */
function filesOf(...endings: readonly string[]): readonly string[] {
  return readdirSync(home(), { recursive: true, encoding: "utf8" }).filter((file) =>
    endings.some((ending) => file.endsWith(ending)),
  );
}

function runNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return run(process.execPath, args, { cwd: installed.folder, env });
}

describe("what is installed", () => {
  test("is this package, and no other", () => {
    expect(installed.packages).toEqual(["meerkat"]);
  });

  test("imports Node's modules and its own files; and the optional peers", () => {
    const specifier = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*"([@\w./:-]+)"/g;
    const imported = new Map<string, string>();
    for (const file of filesOf(".js", ".cjs", ".d.ts", ".d.cts").filter((file) => file.startsWith("dist"))) {
      // The programs that `example` writes stand in templates, and are not imports of the file.
      const text = readFileSync(join(home(), file), "utf8").replaceAll(/`(?:[^`\\]|\\[^])*`/g, "``");
      for (const [, name = ""] of text.matchAll(specifier)) imported.set(name, file);
    }
    const others = [...imported].filter(([name]) => !name.startsWith(".") && !isBuiltin(name));
    // system-ca is a package of the program's: it is looked for from the program's own file.
    const peers = Object.keys(manifest.peerDependencies).filter((name) => name !== "system-ca");
    const names = others.map(([name]) => name);
    expect(names).toContain("tough-cookie");
    expect(names.filter((name) => !peers.includes(name))).toEqual([]);
  });

  test.each([
    ["client/index.js", ["Client", "createFetch", "HttpsError", "MeerkatAgent", "request"]],
    ["trust/index.js", ["trustPorts", "verify"]],
    ["x509/index.js", ["parseCertificate"]],
    ["http1/index.js", ["ResponseReader"]],
    ["bundle/index.js", ["readBundle"]],
    ["device/index.js", ["verifyAs"]],
    ["lab/index.js", ["openLab"]],
    ["mongoose/index.js", ["mg_connect_http"]],
    ["mongoose/seven/index.js", ["mg_http_connect"]],
  ])("has each door at its room for who names a file by its path: %s", async (file, names) => {
    const door = (await import(join(home(), "dist", file))) as Readonly<Record<string, unknown>>;
    expect(Object.keys(door)).toEqual(expect.arrayContaining(names));
  });

  test("has no file of code that looks for another beside it", () => {
    // A package of the program's is looked for beside the program.
    const seeking =
      /import\.meta\.(?:url|dirname|filename)|\b__dirname\b|\b__filename\b|createRequire\)?\((?!.{0,24}realpathSync\)?\(program)/;
    const found = filesOf(".js").filter((file) =>
      seeking.test(readFileSync(join(home(), file), "utf8").replaceAll(/`(?:[^`\\]|\\[^])*`/g, "``")),
    );
    expect(found.filter((file) => file.startsWith("dist"))).toEqual([]);
  });

  test("imports no module of Node as `* as`, from which webpack would import names that an older Node lacks", () => {
    const found = filesOf(".js").filter((file) =>
      /\bimport ?\* ?as \w+ from ?"node:/.test(readFileSync(join(home(), file), "utf8")),
    );
    expect(found).toEqual([]);
  });

  test("is small: what it weighs packed, and of that the library with its declarations", () => {
    expect(installed.packedBytes).toBeLessThan(1_200_000);
    const isLibrary = ({ name }: Door): boolean => name !== "meerkat/lab" && name !== "meerkat/fleet";
    const entries = doors.filter(isLibrary).map(({ place }) => `dist/${place}.js`);
    const built = importedBy(installed.metafile, entries, () => true);
    const files = [...built, ...filesOf(".d.ts").filter((file) => !/^dist\/(?:lab|fleet)\//.test(file))];
    const bytes = Buffer.concat(files.map((file) => readFileSync(join(home(), file))));
    expect(gzipSync(bytes, { level: 9 }).length).toBeLessThan(700_000);
  });

  test("has each document that a message names", () => {
    const texts = filesOf(".js").map((file) => readFileSync(join(home(), file), "utf8"));
    const named = texts.flatMap((text) => text.match(/\bdocs\/[\w/-]+\.md\b/g) ?? []);
    expect(named).toContain("docs/api/meerkat.md");
    expect(named.filter((file) => !existsSync(join(home(), file)))).toEqual([]);
  });

  test("carries the licences of what is built in", () => {
    const licences = readFileSync(join(home(), "dist", "licences.txt"), "utf8");
    for (const name of ["commander", "@peculiar/asn1-schema", "@peculiar/asn1-x509", "asn1js", "tslib"]) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    }
    // What MIT and BSD ask to be shown.
    expect(licences).toContain("The above copyright notice and this permission notice shall be included in");
    expect(licences).toContain("Redistributions in binary form must reproduce the above copyright notice");
  });

  test("has every file that a door names", () => {
    const named = Object.values(manifest.exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values<string>({ ...target }),
    );
    const declared = doors.flatMap(({ place }) => [`dist/${place}.d.ts`, `dist/${place}.d.cts`]);
    expect([...named, ...declared].filter((file) => !existsSync(join(home(), file)))).toEqual([]);
  });
});

describe("a program over the doors", () => {
  test("imports it", async () => {
    writeFileSync(join(installed.folder, "importing.mjs"), importing);
    const { stdout, stderr } = await runNode(["importing.mjs"], servers.env);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(printed);
  });

  test("requires it", async () => {
    writeFileSync(join(installed.folder, "requiring.cjs"), requiring);
    const { stdout, stderr } = await runNode(["requiring.cjs"], servers.env);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(printed);
  });

  test("is told what to do where Node cannot require an ES module", async () => {
    const { exitCode, stderr } = await runNode([
      "--no-experimental-require-module",
      "-e",
      'require("meerkat")',
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("use Node 20.19 or later"),
    });
  });

  test("requires it by what a test runner has in place of Node's require, which refuses an ES module", async () => {
    const runner = `
      const { readFileSync } = require("node:fs");
      const { dirname, join } = require("node:path");
      // The condition "require" alone, and no file of an ES module.
      function own(file) {
        const module = { exports: {} };
        const next = (name) => {
          if (name.endsWith(".js")) throw new SyntaxError("Cannot use import statement outside a module");
          return own(join(dirname(file), name));
        };
        new Function("require", "module", "exports", "__filename", readFileSync(file, "utf8"))(next, module, module.exports, file);
        return module.exports;
      }
      const home = ${JSON.stringify(home())};
      const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
      const it = own(join(home, manifest.exports["."].require));
      console.log(it.HttpsError === require("meerkat").HttpsError, typeof it.request);`;
    expect(await succeed(process.execPath, ["-e", runner], installed.folder)).toBe("true function\n");
  });
});

test("a program that is started with `--import meerkat/register` goes through it, and `--require` does the same", async () => {
  writeFileSync(join(installed.folder, "get.cjs"), getting);
  const caFile = join(installed.folder, "ca.pem");
  writeFileSync(caFile, servers.env["ECHO_CA"] ?? "");
  const env = { ...servers.env, NODE_EXTRA_CA_CERTS: caFile };
  for (const flags of [
    ["--import", "meerkat/register"],
    ["--require", "meerkat/register"],
  ]) {
    expect(JSON.parse((await runNode([...flags, "get.cjs"], env)).stdout)).toEqual(printed.echo);
  }
});

test("what imports it and what requires it have the same", async () => {
  const code = 'import("meerkat").then((it) => console.log(it.HttpsError === require("meerkat").HttpsError))';
  expect((await runNode(["-e", code])).stdout).toBe("true\n");
});

describe("the program", () => {
  const meerkat = (...args: readonly string[]): Promise<Outcome> =>
    run(join(installed.folder, "node_modules", ".bin", "meerkat"), args, { cwd: installed.folder });

  test("says its version and its commands", async () => {
    expect(await meerkat("--version")).toEqual({ exitCode: 0, stdout: `${manifest.version}\n`, stderr: "" });
    expect((await meerkat("--help")).stdout).toContain("Usage: meerkat COMMAND");
  });

  test("has the manual page that it would print, where package.json says", async () => {
    const page = readFileSync(join(home(), manifest.man), "utf8");
    expect(page).toMatch(/^\.TH MEERKAT 1 /);
    expect((await meerkat("man")).stdout).toBe(page);
  });

  test("fetches, and says who vouched", async () => {
    const { exitCode, stderr } = await meerkat("get", "--cacert", lab.caFile, lab.url("good"));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining("was verified") });
  });

  test("says why a site is refused", async () => {
    const { stdout } = await meerkat("why", "--cacert", lab.caFile, lab.url("expired"));
    expect(stdout).toContain("expired");
  });

  test("says what to install where a cookie file is named, and ends with 4", async () => {
    writeFileSync(join(installed.folder, "cookies.txt"), "");
    const { exitCode, stderr } = await meerkat(
      "get",
      "-b",
      "cookies.txt",
      "--cacert",
      lab.caFile,
      lab.url("good"),
    );
    expect(stderr).toContain("npm install tough-cookie");
    expect(exitCode).toBe(4);
  });

  test("surveys a list, and reads a configuration of the watch, in YAML and in JSON", async () => {
    writeFileSync(join(installed.folder, "list.txt"), `${lab.url("good")}\n`);
    const survey = await meerkat("survey", "list.txt", "--cacert", lab.caFile);
    expect({ exitCode: survey.exitCode, stderr: survey.stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const text of ["endpoints: [list.txt]\nevery: 1h\n", '{ "endpoints": ["list.txt"] }']) {
      writeFileSync(join(installed.folder, "watch.yaml"), text);
      const checked = await meerkat("watch", "--config", "watch.yaml", "--check");
      expect(checked).toEqual({ exitCode: 0, stdout: "1 endpoint.\n", stderr: "" });
    }
    writeFileSync(join(installed.folder, "watch.yaml"), "endpoints: [list.txt]\nevry: 1h\n");
    const refused = await meerkat("watch", "--config", "watch.yaml", "--check");
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("evry is not known")]);
  });

  test("opens a lab of its own and finds the tour's faults in it", async () => {
    const { exitCode, stdout } = await meerkat("tour");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("expired");
  });
});

test("the package is request, for who imports it by a name of their own", async () => {
  const told = "console.log(it === all.request, typeof it.get)";
  const imported = `import it, * as all from "meerkat"; ${told}`;
  const required = `const all = require("meerkat"); const it = all.default; ${told}`;
  const { folder } = installed;
  expect(await succeed(process.execPath, ["--input-type=module", "-e", imported], folder)).toBe(
    "true function\n",
  );
  expect(await succeed(process.execPath, ["-e", required], folder)).toBe("true function\n");
});

test("a door has the names of its source, imported or required", async () => {
  const list =
    "JSON.stringify(Object.keys(it).filter((name) => !['default', 'module.exports', '__esModule'].includes(name)).sort())";
  for (const { name, place } of doors) {
    const source = (await import(new URL(`../../src/${place}.ts`, import.meta.url).href)) as object;
    const own = Object.keys(source).filter((name) => name !== "default");
    const names = JSON.stringify(own.toSorted((a, b) => (a < b ? -1 : 1)));
    const importOf = `import("${name}").then((it) => console.log(${list}))`;
    const requireOf = `const it = require("${name}"); console.log(${list})`;
    expect(await succeed(process.execPath, ["-e", importOf], installed.folder)).toBe(`${names}\n`);
    expect(await succeed(process.execPath, ["-e", requireOf], installed.folder)).toBe(`${names}\n`);
  }
});
