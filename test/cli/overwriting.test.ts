/** What is written over: nothing that the command reads, and nothing that is something else, unless that is asked for. */
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

const root = mintRoot("Kept Root");
const { cert, key } = identityOf(mintLeaf("device", root, { purposes: ["clientAuth"], names: null }));
const url = "https://127.0.0.1:9/"; // Nobody is there.
const endpoints = [{ url, clientCertificate: "device.pem" }];
const firmware = { name: "one", device: "node", bundle: "ca.pem", clientCertificate: "usual.pem", endpoints };
const fleet = { schema: 1, firmwares: [firmware] };
const contents: Readonly<Record<string, string>> = {
  "ca.pem": pemOf(root),
  "device.pem": cert,
  "usual.pem": cert,
  "device.key": key,
  "list.txt": `${url}\n`,
  "fleet.json": JSON.stringify(fleet),
  "notes.txt": "mine",
  "stranger.key": key,
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-over-"));
  await symlink(join(folder, "ca.pem"), join(folder, "link.pem"));
});
beforeEach(async () => {
  for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true }));

/** The line, its words that are names of files here being these, behind curl's signs too. */
const run = (line: string): ReturnType<typeof meerkat> => meerkat(line.split(" ").map(placed));
function placed(word: string): string {
  const name = /^(?:(?:part=)?[@<])?([^;]*)/.exec(word)?.[1] ?? "";
  return name in contents || /^(?:link|out)\./.test(name) ? word.replace(name, join(folder, name)) : word;
}
const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");

const identity = "--cert device.pem --key device.key";
const preset = "ca --preset aws-iot --for node";
const readOver: readonly (readonly [line: string, file: string])[] = [
  ["check ca.pem --html ca.pem", "ca.pem"],
  ["check ca.pem --html link.pem", "ca.pem"],
  [`check ca.pem ${identity} --html device.key ${url}`, "device.key"],
  ["check ca.pem --from list.txt --html list.txt", "list.txt"],
  ["check --fleet fleet.json --junit fleet.json", "fleet.json"],
  ["check --fleet fleet.json --sarif ca.pem", "ca.pem"],
  ["check --fleet fleet.json --sarif device.pem", "device.pem"],
  ["check --fleet fleet.json --junit usual.pem", "usual.pem"],
  [`why --cacert ca.pem --html ca.pem ${url}`, "ca.pem"],
  [`why ${identity} --html device.key ${url}`, "device.key"],
  [`${preset} --roots mozilla --roots ca.pem -o ca.pem --lock out.json`, "ca.pem"],
  [`${preset} --roots mozilla --roots ca.pem -o out.pem --lock ca.pem`, "ca.pem"],
  [`get ${identity} -o device.key ${url}`, "device.key"],
  [`get --cacert ca.pem -c ca.pem ${url}`, "ca.pem"],
  [`get -d x=1 -d @notes.txt -o notes.txt ${url}`, "notes.txt"],
  [`get -F part=@notes.txt -o notes.txt ${url}`, "notes.txt"],
  [`get -F part=@notes.txt;type=text/plain -c notes.txt ${url}`, "notes.txt"],
  [`get -F part=<notes.txt -o notes.txt ${url}`, "notes.txt"],
  [`get -T notes.txt -o notes.txt ${url}`, "notes.txt"],
  [`get -w @notes.txt -o notes.txt ${url}`, "notes.txt"],
  [`get -b notes.txt -o notes.txt ${url}`, "notes.txt"],
];

describe("a file that the command reads", () => {
  const forced = readOver
    .filter(([line]) => !line.startsWith("get"))
    .map(([line, file]) => [`${line} --force`, file] as const);
  it.each([...readOver, ...forced])("is not written over: %s", async (line, file) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 23, stdout: "" });
    expect(stderr).toMatch(/^error: ".*" is read by this command, and would be written over\.\nhint: /);
    expect(await read(file)).toBe(contents[file]);
  });
});

const others: readonly (readonly [line: string, file: string])[] = [
  ["check ca.pem --html stranger.key", "stranger.key"],
  ["check ca.pem --html notes.txt", "notes.txt"],
  ["check --fleet fleet.json --junit stranger.key", "stranger.key"],
  ["check --fleet fleet.json --sarif notes.txt", "notes.txt"],
  [`why --no-experiments --html stranger.key ${url}`, "stranger.key"],
  [`${preset} -o stranger.key --lock out.json`, "stranger.key"],
  [`${preset} -o out.pem --lock stranger.key`, "stranger.key"],
];

test.each(["/dev/zero", "/dev/null"])(
  "%s keeps nothing that could be read back: ca -o refuses it",
  async (device) => {
    const { exitCode, stdout, stderr } = await run(`${preset} -o ${device} --lock out.json`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 23, stdout: "" });
    expect(stderr).toMatch(
      /^error: "\/dev\/\w+" is a device, and what is written is read back from where it stands\.\nhint: /,
    );
  },
);

describe("a file that is something else", () => {
  it.each(others)("is not written over: %s", async (line, file) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 23, stdout: "" });
    expect(stderr).toMatch(
      /^error: The file ".*" is there already and is something else, and nothing was written\.\nhint: .*--force/,
    );
    expect(await read(file)).toBe(contents[file]);
  });

  it.each(others)("is with --force: %s", async (line, file) => {
    await run(`${line} --force`);
    expect(await read(file)).not.toBe(contents[file]);
  });
});

describe("what an earlier run wrote", () => {
  it.each([
    ["check ca.pem --html out.html", "out.html"],
    ["check --fleet fleet.json --junit out.xml", "out.xml"],
    ["check --fleet fleet.json --sarif out.sarif", "out.sarif"],
    [`${preset} -o out.pem --lock out.json`, "out.pem"],
  ])("is written over: %s", async (line, file) => {
    await run(line);
    const first = await read(file);
    expect(first).not.toBe("");
    expect((await run(line)).exitCode).not.toBe(23);
  });
});
