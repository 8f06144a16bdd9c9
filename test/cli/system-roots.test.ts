/**
 * A company's root in the system's store: every command believes it under the rules for a company's root, whether the
 * store is a file or a folder; and whom `--roots` names is believed, and nobody else.
 */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anchorsOf, openRoots } from "../../src/admission/index.ts";
import { Client } from "../../src/index.ts";
import { answering, openOrigin, reply, type Origin } from "../client/origin.ts";
import { identityOf, pemOf, type Shape } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

// No key identifiers, no purposes: harmless, and against the rules for public roots.
const unmarked: Shape = { subjectKeyId: null, authorityKeyId: null };
const company = mintRoot("Company Root", unmarked);
const names = ["dns:localhost", "ip:127.0.0.1"];
const leaf = mintLeaf("localhost", company, { names, purposes: null, ...unmarked });
const stranger = mintRoot("Stranger Root");

const folder = mkdtempSync(join(tmpdir(), "system-roots-"));
const file = join(folder, "store.pem");
const hashed = join(folder, "certs");
const companyFile = join(folder, "company.pem");
const strangerFile = join(folder, "stranger.pem");
const chainFile = join(folder, "chain.pem");
let origin: Origin;

beforeAll(async () => {
  mkdirSync(hashed);
  writeFileSync(file, [...rootCertificates, pemOf(company)].join("\n"));
  writeFileSync(join(hashed, "12345678.0"), pemOf(company));
  writeFileSync(companyFile, pemOf(company));
  writeFileSync(strangerFile, pemOf(stranger));
  writeFileSync(chainFile, pemOf(leaf));
  origin = await openOrigin(
    answering(() => reply("x")),
    { tls: identityOf(leaf) },
  );
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true });
});

const stores: readonly [string, () => Record<string, string>][] = [
  ["SSL_CERT_FILE", () => ({ SSL_CERT_FILE: file })],
  ["SSL_CERT_DIR", () => ({ SSL_CERT_DIR: hashed })],
];

describe.each(stores)("a company's root in the system's store, by %s,", (_, environment) => {
  test("vouches for a request, under the profile private", async () => {
    await using client = new Client({ roots: "system", environment: environment() });
    const response = await client.request(`${origin.url}/`);
    await response.bytes();
    expect([response.status, response.trust.anchor?.profile]).toEqual([200, "private"]);
  });

  test.each([[["--roots", "system"]], [["--ca-native"]]])("for get %j", async (flags) => {
    const got = await meerkat(["get", ...flags, "--report", "json", `${origin.url}/`], {
      env: environment(),
    });
    expect(got.exitCode).toBe(0);
    expect(JSON.parse(got.stdout)).toMatchObject({ trust: { kind: "verified" } });
  });

  test.each([[["--roots", "system"]], [["--ca-native"]]])("for why %j", async (flags) => {
    const found = await meerkat(["why", ...flags, "--no-experiments", `${origin.url}/`], {
      env: environment(),
    });
    expect(found.exitCode).toBe(0);
    expect(found.stdout).toContain("verified by Company Root");
  });

  test("for inspect --roots system, and without it for nobody", async () => {
    const ask = async (...flags: string[]): Promise<string> =>
      (await meerkat(["inspect", ...flags, `${origin.url}/`], { env: environment() })).stdout;
    expect(await ask("--roots", "system")).toMatch(
      /A client with these roots would trust it\.[^]*profile\s+private/,
    );
    expect(await ask()).toContain("A client with these roots would refuse it: missing-intermediate.");
  });

  test("for verify --anchors system", async () => {
    const argv = ["verify", "--json", "-a", "system", "-n", "localhost", chainFile];
    const verified = await meerkat(argv, { env: environment() });
    expect(verified.exitCode).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, profile: "private" });
  });

  test("for the sites of check --roots system", async () => {
    const argv = ["check", "--roots", "system", "--json", companyFile, `${origin.url}/`];
    const checked = await meerkat(argv, { env: environment() });
    expect(checked.exitCode).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true });
  });
});

test("a public root in the system's store is held to the public rules, and a company's beside it is not", () => {
  const anchors = anchorsOf(openRoots("system", { SSL_CERT_FILE: file }));
  const profiles = anchors.map(({ profile, subject }) => [profile, subject.display === "Company Root"]);
  expect(profiles).toEqual([...rootCertificates.map(() => ["webpki", false]), ["private", true]]);
});

describe("--roots", () => {
  const commands = [["get"], ["why", "--no-experiments"], ["inspect"]];
  const isBelieved = async (command: readonly string[], flags: readonly string[]): Promise<boolean> => {
    const asJson = command[0] === "get" ? ["--report", "json"] : ["--json"];
    const { stdout } = await meerkat([...command, ...asJson, ...flags, `${origin.url}/`], {
      env: { SSL_CERT_FILE: file },
    });
    return stdout.includes(`${companyFile}, line 1`);
  };

  test.each(commands)("of %s takes files, and several together", async (...command) => {
    expect(await isBelieved(command, ["--roots", companyFile])).toBe(true);
    expect(await isBelieved(command, ["--roots", strangerFile])).toBe(false);
    expect(await isBelieved(command, ["--roots", strangerFile, "--roots", companyFile])).toBe(true);
    expect(await isBelieved(command, ["--roots", "mozilla", "--cacert", companyFile])).toBe(true);
  });

  test.each(commands)("mozilla of %s is Mozilla's roots alone", async (...command) => {
    expect(await isBelieved(command, ["--roots", "mozilla"])).toBe(false);
  });

  test("is not for a file that inspect shows", async () => {
    const { exitCode, stderr } = await meerkat(["inspect", "--roots", "system", chainFile]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--roots is for a server; a file is shown, and judged by nobody.");
  });
});
