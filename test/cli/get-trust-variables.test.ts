/** Variables that say whom curl is to trust: what each does, that it is told, and that a flag counts more. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { meerkat, type Transcript } from "./transcript.ts";

let lab: Lab;
let folder: string;
/** Values of variables, by the words that stand for them below. */
let places: Readonly<Record<string, string>>;
beforeAll(async () => {
  lab = await openLab({ sites: ["good", "expired"] });
  folder = await mkdtemp(join(tmpdir(), "meerkat-variables-"));
  await mkdir(join(folder, "certs"));
  await copyFile(lab.caFile, join(folder, "certs", "lab.pem"));
  await writeFile(join(folder, "mozilla.pem"), rootCertificates.slice(0, 2).join("\n"));
  places = {
    LAB: lab.caFile,
    FOLDER: join(folder, "certs"),
    NOWHERE: join(folder, "nowhere.pem"),
    EMPTY: "",
    MOZILLA: join(folder, "mozilla.pem"),
  };
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Variables = Readonly<Record<string, string>>;

function run(command: string, variables: Variables, ...argv: readonly string[]): Promise<Transcript> {
  const env = Object.fromEntries(
    Object.entries(variables).map(([name, word]) => [name, places[word] ?? word] as const),
  );
  return meerkat([command, ...argv], { env });
}

it.each<[variables: Variables, said: string]>([
  [{ CURL_CA_BUNDLE: "LAB" }, "CURL_CA_BUNDLE is set: the roots that it names are trusted, and no others"],
  [{ SSL_CERT_FILE: "LAB" }, "SSL_CERT_FILE is set: the roots that it names are trusted, and no others"],
  [{ SSL_CERT_DIR: "FOLDER" }, "SSL_CERT_DIR is set: the roots that it names are trusted, too"],
  [{ CURL_CA_BUNDLE: "LAB", SSL_CERT_FILE: "NOWHERE" }, "CURL_CA_BUNDLE is set"],
  [{ CURL_CA_BUNDLE: "EMPTY", SSL_CERT_FILE: "LAB" }, "SSL_CERT_FILE is set"],
  [{ SSL_CERT_FILE: "NOWHERE", SSL_CERT_DIR: "FOLDER" }, "SSL_CERT_FILE is set"],
])("%j says whom to trust, and that is told once", async (variables, said) => {
  const { exitCode, stderr } = await run("curl", variables, lab.url("good"), "--next", lab.url("good"));
  expect(exitCode).toBe(0);
  expect(stderr.match(/^note: .* is set: .*$/gm)).toEqual([expect.stringContaining(said)]);
  expect(stderr).toMatch(/^trust: .* was verified/m);
});

it.each<[variables: Variables]>([
  [{ CURL_CA_BUNDLE: "MOZILLA", NODE_EXTRA_CA_CERTS: "LAB" }],
  [{ SSL_CERT_FILE: "MOZILLA", NODE_EXTRA_CA_CERTS: "LAB" }],
])("%j: Node's own variable counts beside it", async (variables) => {
  const { exitCode, stderr } = await run("curl", variables, lab.url("good"));
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(
    /^note: .* is set: the roots that it and NODE_EXTRA_CA_CERTS name are trusted, and no others$/m,
  );
});

it.each<[variables: Variables, flag: string]>([
  [{ CURL_CA_BUNDLE: "LAB" }, '--cacert "$CURL_CA_BUNDLE"'],
  [{ SSL_CERT_FILE: "LAB" }, "--roots system"],
  [{ SSL_CERT_DIR: "FOLDER" }, "--roots system"],
])("get trusts whom the other commands trust, and %j is a hint", async (variables, flag) => {
  const refused = await run("get", variables, lab.url("good"));
  expect(refused).toMatchObject({ exitCode: 60, stdout: "" });
  expect(refused.stderr).toMatch(/^error: /);
  expect(refused.stderr).toContain(`which meerkat curl follows, as curl does, and get does not: ${flag} `);
  const extra = await run("get", { ...variables, NODE_EXTRA_CA_CERTS: "LAB" }, lab.url("good"));
  expect(extra.exitCode).toBe(0);
  expect(extra.stderr).not.toContain("note:");
});

it.each<[variables: Variables, argv: readonly string[], exitCode: number]>([
  [{ CURL_CA_BUNDLE: "LAB" }, ["--roots", "mozilla"], 60],
  [{ SSL_CERT_FILE: "LAB" }, ["--roots", "mozilla"], 60],
  [{ SSL_CERT_DIR: "FOLDER" }, ["--roots", "mozilla"], 60],
  [{ CURL_CA_BUNDLE: "NOWHERE" }, [], 77],
  [{ SSL_CERT_FILE: "NOWHERE" }, [], 77],
])("%j with %j ends with %d", async (variables, argv, exitCode) => {
  expect(await run("curl", variables, ...argv, lab.url("good"))).toMatchObject({ exitCode, stdout: "" });
});

it("does not stand beside --cacert, and says nothing then, nor of http://, nor with -s", async () => {
  const variables = { CURL_CA_BUNDLE: "NOWHERE" };
  const { exitCode, stderr } = await run("curl", variables, "--cacert", lab.caFile, lab.url("good"));
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain("CURL_CA_BUNDLE");
  const silent = await run("curl", { CURL_CA_BUNDLE: "LAB" }, "-s", lab.url("good"));
  expect(silent).toMatchObject({ exitCode: 0, stderr: "" });
});

it("makes nothing well that is wrong, and is named where a chain is refused", async () => {
  const expired = await run("curl", { CURL_CA_BUNDLE: "LAB" }, lab.url("expired"));
  expect(expired).toMatchObject({ exitCode: 60, stdout: "" });
  const other = await mkdtemp(join(folder, "other-"));
  const { exitCode, stderr } = await run("curl", { SSL_CERT_DIR: other }, lab.url("good"));
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/SSL_CERT_DIR/);
});

it("is not looked at by the other commands", async () => {
  const { stdout } = await run("why", { CURL_CA_BUNDLE: "LAB" }, "--no-experiments", lab.url("good"));
  expect(stdout).not.toMatch(/nothing is wrong/i);
});
