/**
 * What a bundler, or Node's own builder of executables, makes of a program over every door runs in a folder without packages,
 * beside another application's package.json, and says the same as it did before.
 */
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  getting,
  importing,
  openServers,
  printed,
  requiring,
  type Servers,
} from "../../test/package/program.ts";
import { type Installed, installPackage, run, succeed } from "../../test/package/installed.ts";

const bundle = fileURLToPath(new URL("bundle.mjs", import.meta.url));
const postject = fileURLToPath(new URL("../../node_modules/postject/dist/cli.js", import.meta.url));

// A bundler takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let installed: Installed;
let servers: Servers;

beforeAll(async () => {
  installed = await installPackage();
  servers = await openServers();
  writeFileSync(join(installed.folder, "importing.mjs"), importing);
  writeFileSync(join(installed.folder, "requiring.cjs"), requiring);
});

afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
  await installed?.[Symbol.asyncDispose]();
});

/** Runs a bundle, of which its folder has every file, where nothing of the package is: what it prints. */
async function runAlone(file: string, more: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const dist = join(installed.emptyFolder(), "dist");
  cpSync(dirname(file), dist, { recursive: true });
  const alone = join(dist, basename(file));
  const { exitCode, stdout, stderr } = await run(process.execPath, [alone], {
    cwd: dist,
    env: { ...servers.env, ...more },
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout);
}

const ways = [
  ["esbuild", "esm", "importing.mjs", "mjs"],
  ["esbuild", "cjs", "importing.mjs", "cjs"],
  ["esbuild", "cjs", "requiring.cjs", "cjs"],
  ["rollup", "esm", "importing.mjs", "mjs"],
  ["rollup", "cjs", "importing.mjs", "cjs"],
  ["webpack", "esm", "importing.mjs", "mjs"],
  ["webpack", "cjs", "importing.mjs", "cjs"],
  ["webpack", "cjs", "requiring.cjs", "cjs"],
  ["vite", "ssr", "importing.mjs", "mjs"],
  ["vite", "library", "importing.mjs", "mjs"],
] as const;

test.each(ways)(
  "%s, as %s, takes %s in whole and without a warning",
  async (bundler, format, entry, ending) => {
    const output = join(installed.emptyFolder(), `bundle.${ending}`);
    const args = [bundle, bundler, format, join(installed.folder, entry), output];
    const built = await run(process.execPath, args, { cwd: installed.folder });
    expect(built).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await runAlone(output)).toEqual(printed);
  },
);

test("a program that imports it and requires it is bundled with one of it, not two", async () => {
  const both = `
    import { HttpsError, version } from "meerkat";
    const required = require("meerkat");
    console.log(JSON.stringify([required.HttpsError === HttpsError, version]));`;
  for (const bundler of ["esbuild", "webpack"]) {
    const folder = installed.emptyFolder();
    const entry = join(installed.folder, "both.js");
    writeFileSync(entry, both);
    const output = join(folder, "bundle.cjs");
    await succeed(process.execPath, [bundle, bundler, "cjs", entry, output], installed.folder);
    expect(await runAlone(output)).toEqual([true, printed.version]);
  }
});

test.each<[bundler: string, told: string]>([
  ["esbuild", "asked"],
  ["esbuild-splitting", "asked"],
  // In one file, what is loaded later stands behind the program, which does not end before it is there.
  ["rollup", "unasked, inlineDynamicImports"],
])("a program that %s made asks why at its top level", async (bundler, told) => {
  const entry = join(installed.folder, "why.mjs");
  writeFileSync(
    entry,
    `import { Client, HttpsError } from "meerkat";
     const client = new Client({ environment: {} });
     const error = await client.request("https://127.0.0.1:1/").catch((thrown) => thrown);
     const { kind, reason = "" } = await error.why();
     const named = /inlineDynamicImports/.exec(reason) ?? [];
     console.log(JSON.stringify([error instanceof HttpsError, error.name, [kind, ...named].join(", ")]));
     await client.close();`,
  );
  const output = join(installed.emptyFolder(), "bundle.mjs");
  await succeed(process.execPath, [bundle, bundler, "esm", entry, output], installed.folder);
  expect(await runAlone(output)).toEqual([true, "HttpsError", told]);
});

test.each<[bundler: string, spoken: readonly string[]]>([
  ["esbuild", ["2", "2", "2"]],
  ["esbuild-splitting", ["2", "2", "2"]],
  // What speaks HTTP/2 stands behind the program there, which waits for it.
  ["rollup", ["1.1", "1.1", "runtime-unfit"]],
])("a program that %s made asks a server of HTTP/2 at its top level", async (bundler, spoken) => {
  const entry = join(installed.folder, "asking.mjs");
  writeFileSync(
    entry,
    `import { Client } from "meerkat";
     const client = new Client({ environment: {}, roots: Buffer.from(process.env.ECHO_CA), idleMs: 0 });
     const ask = (options) => client.request(process.env.ECHO_EITHER, options).then(
       async (response) => (await response.bytes(), response.httpVersion), ({ code }) => code);
     console.log(JSON.stringify([await ask(), await ask(), await ask({ protocol: "h2" })]));
     await client.close();`,
  );
  const output = join(installed.emptyFolder(), "bundle.mjs");
  await succeed(process.execPath, [bundle, bundler, "esm", entry, output], installed.folder);
  expect(await runAlone(output)).toEqual(spoken);
});

test.each(["esbuild", "rollup", "webpack", "vite"])(
  "%s keeps what `meerkat/register` does, though nobody takes a name from it",
  async (bundler) => {
    const entry = join(installed.folder, "registering.mjs");
    writeFileSync(entry, `import "meerkat/register";${getting}`);
    const output = join(installed.emptyFolder(), "bundle.mjs");
    const format = bundler === "vite" ? "ssr" : "esm";
    await succeed(process.execPath, [bundle, bundler, format, entry, output], installed.folder);
    const caFile = join(installed.folder, "ca.pem");
    writeFileSync(caFile, servers.env["ECHO_CA"] ?? "");
    expect(await runAlone(output, { NODE_EXTRA_CA_CERTS: caFile })).toEqual(printed.echo);
  },
);

test.each(["esbuild", "rollup", "webpack", "vite"])(
  "%s leaves the client out of a program that reads a certificate",
  async (bundler) => {
    const entry = join(installed.folder, "reading.mjs");
    writeFileSync(
      entry,
      `import { parseCertificate } from "meerkat/x509";
       console.log(JSON.stringify(parseCertificate(new Uint8Array(1)).ok));`,
    );
    const output = join(installed.emptyFolder(), "bundle.mjs");
    const format = bundler === "vite" ? "ssr" : "esm";
    await succeed(process.execPath, [bundle, bundler, format, entry, output], installed.folder);
    expect(await runAlone(output)).toBe(false);
    expect(readFileSync(output, "utf8")).not.toContain("node:tls");
  },
);

test.runIf(process.platform === "linux")("an executable that Node builds says the same", async () => {
  const folder = installed.emptyFolder();
  const entry = join(installed.folder, "importing.mjs");
  await succeed(
    process.execPath,
    [bundle, "esbuild", "cjs", entry, join(folder, "main.cjs")],
    installed.folder,
  );
  const config = { main: "main.cjs", output: "main.blob", disableExperimentalSEAWarning: true };
  writeFileSync(join(folder, "sea.json"), JSON.stringify(config));
  await succeed(process.execPath, ["--experimental-sea-config", "sea.json"], folder);
  const program = join(installed.emptyFolder(), "program");
  copyFileSync(process.execPath, program);
  // The mark that Node leaves in its binary for this: https://nodejs.org/api/single-executable-applications.html.
  const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
  const args = [postject, program, "NODE_SEA_BLOB", "main.blob", "--sentinel-fuse", fuse];
  await succeed(process.execPath, args, folder);
  const { exitCode, stdout, stderr } = await run(program, [], {
    cwd: installed.emptyFolder(),
    env: servers.env,
  });
  rmSync(program);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual(printed);
});
