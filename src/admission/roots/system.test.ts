/** Where the system's roots are read from, by system: macOS and Windows as data, since the tests run on Linux. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pemOf } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import { HttpsError } from "../../core/index.ts";
import { machineHere, type Machine } from "./machine.ts";
import { readOpensslRoots, readSystemRoots, type SystemPlaces } from "./system.ts";

const folder = mkdtempSync(join(tmpdir(), "system-store-"));
afterAll(() => rmSync(folder, { recursive: true }));

const [first, second, third] = ["First Root", "Second Root", "Third Root"].map((name) =>
  pemOf(mintRoot(name)),
) as [string, string, string];
function written(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const firstFile = written("first.pem", first);
const secondFile = written("second.pem", second);

/** An old Node without the package, and without a file to read. */
const bareMachine: Machine = {
  platform: "linux",
  runtime: "Node 20.20.2",
  ask: undefined,
  askPackage: () => undefined,
  bundles: [join(folder, "nowhere.pem")],
};

interface SystemCa {
  systemCertsSync(options: object): readonly string[];
}

function findSystemCa(): SystemCa | undefined {
  try {
    return createRequire(import.meta.url)("system-ca") as SystemCa;
  } catch {
    return undefined;
  }
}

interface Read {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

function read(places: SystemPlaces, machine: Partial<Machine>, reader = readSystemRoots): Read {
  const { roots, notes } = reader(places, { ...bareMachine, ...machine });
  return {
    names: roots.map(({ certificate }) => certificate.subject.display),
    notes: notes.map(({ sentence }) => sentence),
  };
}

function refusal(places: SystemPlaces, machine: Partial<Machine>): HttpsError {
  try {
    read(places, machine);
  } catch (error) {
    if (error instanceof HttpsError) return error;
  }
  throw new Error("It was not refused.");
}

const behind = [
  ["darwin", "the keychain of macOS"],
  ["win32", "the certificate stores of Windows"],
] as const;

describe.each(behind)("on %s", (platform, store) => {
  test("Node is asked, and no file is read", () => {
    const machine = { platform, ask: () => [first, second], bundles: [firstFile] };
    expect(read({}, machine)).toEqual({ names: ["First Root", "Second Root"], notes: [] });
  });

  test("the package is asked where Node cannot be", () => {
    expect(read({}, { platform, askPackage: () => [second] })).toEqual({ names: ["Second Root"], notes: [] });
  });

  test("the package is asked for by a sentence where it is missing", () => {
    const { code, message, hint } = refusal({}, { platform });
    expect([code, message]).toEqual([
      "system-store-missing",
      `Node 20.20.2 cannot ask for the system's roots: they are in ${store}.`,
    ]);
    expect(hint).toContain("npm install system-ca");
  });

  test("a file that is read in its place is told as that, with the package's name", () => {
    const { names, notes } = read({}, { platform, bundles: [firstFile] });
    expect(names).toEqual(["First Root"]);
    expect(notes).toEqual([
      expect.stringMatching(`from a file and not from ${store}, .*the package system-ca`),
    ]);
  });

  test("a package that fails is told with its reason", () => {
    const askPackage = (): never => {
      throw new Error("no native part");
    };
    expect(refusal({}, { platform, askPackage }).message).toBe(
      `This system's trust store cannot be read: ${store} (the package system-ca failed: no native part).`,
    );
  });

  test("what the variables name counts more", () => {
    const machine = { platform, ask: () => [first] };
    expect(read({ SSL_CERT_FILE: secondFile }, machine).names).toEqual(["Second Root"]);
  });

  test("what OpenSSL would read is files alone", () => {
    const machine = { platform, ask: () => [first], bundles: [secondFile] };
    expect(read({}, machine, readOpensslRoots).names).toEqual(["Second Root"]);
  });
});

describe("on Linux", () => {
  test("the first bundle that holds a certificate is the store, and Node is asked where there is none", () => {
    const ask = (): readonly string[] => [third];
    const empty = written("empty.pem", "");
    expect(read({}, { ask, bundles: [empty, secondFile, firstFile] }).names).toEqual(["Second Root"]);
    expect(read({}, { ask }).names).toEqual(["Third Root"]);
  });

  test("what the package itself gives is read", ({ skip }) => {
    const systemCa = findSystemCa();
    if (systemCa === undefined) return skip("system-ca is not installed here");
    const env = { SSL_CERT_FILE: firstFile, SSL_CERT_DIR: folder };
    const askPackage = (): readonly string[] => systemCa.systemCertsSync({ env });
    expect(read({}, { platform: "darwin", askPackage }).names).toContain("First Root");
  });
});

test("several folders are named with the system's own separator", () => {
  const folders = ["a", "b"].map((name) => join(folder, name));
  folders.forEach((path, index) => {
    mkdirSync(path);
    writeFileSync(join(path, "root.0"), index === 0 ? first : second);
  });
  const names = ["First Root", "Second Root"];
  expect(read({ SSL_CERT_DIR: folders.join(delimiter) }, { platform: process.platform }).names).toEqual(
    names,
  );
  // Windows' paths have colons of their own.
  expect(read({ SSL_CERT_DIR: folders.join(";") }, { platform: "win32" }).names).toEqual(names);
});

test("a certificate that lies there under several names is one root", () => {
  const linked = join(folder, "linked");
  mkdirSync(linked);
  for (const name of ["12345678.0", "first.pem", "nowhere"])
    symlinkSync(name === "nowhere" ? "/nowhere" : firstFile, join(linked, name));
  expect(read({ SSL_CERT_DIR: linked }, {})).toEqual({ names: ["First Root"], notes: [] });
  expect(read({}, { ask: () => [first, first] }).names).toEqual(["First Root"]);
});

test("what was named and cannot be read is said, with what could be", () => {
  const { names, notes } = read({ SSL_CERT_FILE: firstFile, SSL_CERT_DIR: join(folder, "nowhere") }, {});
  expect([names, notes]).toEqual([
    ["First Root"],
    [`A part of the system's store, ${join(folder, "nowhere")}, cannot be read: there is no such file.`],
  ]);
});

test("this machine's own store is found, each root once", () => {
  const { roots } = readSystemRoots({}, machineHere);
  const bodies = roots.map(({ certificate }) => Buffer.from(certificate.der).toString("base64"));
  expect(new Set(bodies).size).toBe(bodies.length);
  expect(bodies.length).toBeGreaterThan(0);
});
