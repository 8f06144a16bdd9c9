/** Every flag that takes a file, given what is no such file: a sentence, within bounds, and a signal always ends it. */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identityOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

let folder: string;
let pipe: string;
let sparse: string;
/** Files that are well, by the words that stand for them below. */
const well: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-named-"));
  pipe = join(folder, "pipe");
  execFileSync("bash", ["-c", 'mkfifo "$0"', pipe]);
  sparse = join(folder, "sparse");
  await writeFile(sparse, "", { mode: 0o600 }); // A file of logins is its owner's alone.
  await truncate(sparse, 5_000_000_000);
  const { cert, key } = identityOf(mintLeaf("device", mintRoot("CA"), { purposes: ["clientAuth"] }));
  const pair = generateKeyPairSync("ed25519");
  const cipher = { cipher: "aes-256-cbc", passphrase: "x" };
  const contents = {
    CERT: cert,
    PEM: `${cert}\n${key}`,
    SEALED: String(pair.privateKey.export({ type: "pkcs8", format: "pem", ...cipher })),
    PUBLIC: String(pair.publicKey.export({ type: "spki", format: "pem" })),
    TEXT: "text",
    LIST: "127.0.0.1:9\n",
  };
  for (const [word, content] of Object.entries(contents)) {
    well[word] = join(folder, word);
    await writeFile(well[word], content);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const url = "https://127.0.0.1:9/"; // Nobody is asked: what is named is read first.

const watch = ["watch", "--once", "--listen", "127.0.0.1:0", "--store", ":memory:"];

/** The flags with a file behind them, on a line that is whole; `FILE` stands for it. */
const lines: Readonly<Record<string, readonly string[]>> = {
  "get --proxy": ["get", "-x", "pac+file://FILE", url],
  "get --cacert": ["get", "--cacert", "FILE", url],
  "get --add-cacert": ["get", "--add-cacert", "FILE", url],
  "get --crlfile": ["get", "--crlfile", "FILE", url],
  "get --config": ["get", "-K", "FILE", url],
  "get --netrc-file": ["get", "--netrc-file", "FILE", url],
  "get --etag-compare": ["get", "--etag-compare", "FILE", url],
  "get --header": ["get", "-H", "@FILE", url],
  "get --data-urlencode": ["get", "--data-urlencode", "a@FILE", url],
  "get --roots": ["get", "--roots", "FILE", url],
  "get --cert": ["get", "--cert", "FILE", url],
  "get --key": ["get", "--cert", "PEM", "--key", "FILE", url],
  "get --pass": ["get", "--cert", "PEM", "--pass", "file:FILE", url],
  "get --data": ["get", "-d", "@FILE", url],
  "get --form <": ["get", "-F", "a=<FILE", url],
  "get --cookie": ["get", "-b", "FILE", url],
  "get --write-out": ["get", "-w", "@FILE", url],
  "why --proxy": ["why", "-x", "pac+file://FILE", url],
  "why --cacert": ["why", "--cacert", "FILE", url],
  "why --add-cacert": ["why", "--add-cacert", "FILE", url],
  "why --roots": ["why", "--roots", "FILE", url],
  "why --cert": ["why", "--cert", "FILE", url],
  "why --key": ["why", "--cert", "PEM", "--key", "FILE", url],
  "why --pass": ["why", "--cert", "PEM", "--pass", "file:FILE", url],
  inspect: ["inspect", "FILE"],
  "inspect --cacert": ["inspect", "--cacert", "FILE", url],
  "inspect --add-cacert": ["inspect", "--add-cacert", "FILE", url],
  "inspect --roots": ["inspect", "--roots", "FILE", url],
  "inspect --cert": ["inspect", "--cert", "FILE", url],
  "inspect --key": ["inspect", "--cert", "CERT", "--key", "FILE", url],
  "inspect --pass": ["inspect", "--cert", "PEM", "--pass", "file:FILE", url],
  verify: ["verify", "-a", "mozilla", "-n", "a.example", "FILE"],
  "verify --anchors": ["verify", "-a", "FILE", "-n", "a.example", "CERT"],
  "ca --from": ["ca", "--from", "FILE"],
  "ca --lock": ["ca", "--locked", "--lock", "FILE"],
  "ca --cacert": ["ca", "--cacert", "FILE", url],
  "ca --add-cacert": ["ca", "--add-cacert", "FILE", url],
  "ca --roots": ["ca", "--roots", "FILE", url],
  "ca --cert": ["ca", "--cert", "FILE", url],
  "ca --key": ["ca", "--cert", "PEM", "--key", "FILE", url],
  "ca --pass": ["ca", "--cert", "PEM", "--pass", "file:FILE", url],
  "ca --update": ["ca", "--update", "FILE"],
  "ca --sign-key": ["ca", "--update", "TEXT", "-o", "out", "--sign-key", "FILE"],
  "ca --sign-pass": [
    "ca",
    "--update",
    "TEXT",
    "-o",
    "out",
    "--sign-key",
    "SEALED",
    "--sign-pass",
    "file:FILE",
  ],
  "ca --verify-manifest": ["ca", "--verify-manifest", "FILE", "--public-key", "PUBLIC"],
  "ca --public-key": ["ca", "--verify-manifest", "TEXT", "--public-key", "FILE"],
  check: ["check", "FILE"],
  "check --from": ["check", "CERT", "--from", "FILE"],
  "check --cacert": ["check", "CERT", "--cacert", "FILE", url],
  "check --add-cacert": ["check", "CERT", "--add-cacert", "FILE", url],
  "check --roots": ["check", "CERT", "--roots", "FILE", url],
  "check --cert": ["check", "CERT", "--cert", "FILE", url],
  "check --key": ["check", "CERT", "--cert", "CERT", "--key", "FILE", url],
  "check --pass": ["check", "CERT", "--cert", "PEM", "--pass", "file:FILE", url],
  "check --fleet": ["check", "--fleet", "FILE"],
  "example --cacert": ["example", "--for", "node", "--cacert", "FILE", url],
  "example --add-cacert": ["example", "--for", "node", "--add-cacert", "FILE", url],
  "example --roots": ["example", "--for", "node", "--roots", "FILE", url],
  "example --cert": ["example", "--for", "node", "--cert", "FILE", url],
  survey: ["survey", "FILE"],
  "survey --bundle": ["survey", "LIST", "--bundle", "FILE@node"],
  "survey --cacert": ["survey", "LIST", "--cacert", "FILE"],
  "survey --add-cacert": ["survey", "LIST", "--add-cacert", "FILE"],
  "survey --roots": ["survey", "LIST", "--roots", "FILE"],
  "watch --config": ["watch", "--check", "--config", "FILE"],
  "watch --list": ["watch", "--check", "--list", "FILE"],
  "watch --bundle": ["watch", "--check", "--list", "LIST", "--bundle", "FILE@node"],
  "watch --token-file": [...watch, "--list", "LIST", "--token-file", "FILE"],
  "watch --cacert": ["watch", "--check", "--list", "LIST", "--cacert", "FILE"],
  "watch --add-cacert": ["watch", "--check", "--list", "LIST", "--add-cacert", "FILE"],
  "watch --roots": ["watch", "--check", "--list", "LIST", "--roots", "FILE"],
  "watch worker --config": ["watch", "worker", "--place", "a", "--check", "--config", "FILE"],
  "example --key": ["example", "--for", "node", "--cert", "CERT", "--key", "FILE", url],
};

function lineOf(name: string, file: string): readonly string[] {
  return (lines[name] ?? []).map((word) => well[word] ?? word.replace("FILE", file));
}

describe("a file that is named", () => {
  it("is one of a flag that is tried here, whatever command it is of", async () => {
    const written = [
      "--output",
      "--store",
      "--json",
      "--csv",
      "--cookie-jar",
      "--output-dir",
      "--dump-header",
      "--etag-save",
      "--stderr",
      "--html",
      "--junit",
      "--sarif",
    ];
    // What is sent as it comes, and what is read once a signature holds.
    const elsewhere = ["get --upload-file", "get --unix-socket", "ca --previous"];
    const { stdout: help } = await meerkat(["--help"]);
    const names = [...help.matchAll(/^ {2}([a-z]+(?:, [a-z]+)*) {2}/gm)].flatMap(([, row = ""]) =>
      row.split(", ").slice(0, 1),
    );
    expect(names).toContain("example");
    expect(names).toContain("get");
    const declared = await Promise.all(
      names.map(async (name) => {
        const { stdout } = await meerkat([name, "--help"]);
        const flags = stdout.matchAll(/ (--[a-z-]+) <(?:file|path|folder|lock|manifest|store|from)>/g);
        return [...flags].flatMap(([, flag = ""]) => (written.includes(flag) ? [] : [`${name} ${flag}`]));
      }),
    );
    const ofGet = declared.flat().map((flag) => flag.replace(/^curl /, "get "));
    expect(ofGet.filter((flag) => !(flag in lines) && !elsewhere.includes(flag))).toEqual([]);
  });

  const kinds = [
    ["a folder", /it is a folder|the folder holds no/, () => folder],
    ["a device without an end", /it gives more than \d+ bytes/, () => "/dev/zero"],
    ["a file that is too large", /it has 5000000000 bytes, more than/, () => sparse],
  ] as const;
  describe.each(kinds)("and is %s", (_kind, says, place) => {
    it.each(Object.keys(lines))("is refused in a sentence: %s", async (name) => {
      const { exitCode, stdout, stderr } = await meerkat(lineOf(name, place()));
      expect({ exitCode: exitCode > 0, stdout }).toEqual({ exitCode: true, stdout: "" });
      expect(stderr.replaceAll(/\s+/g, " ")).toMatch(says);
      expect(stderr).toMatch(/^error: .*\nhint: /);
    });
  });

  it("and is a pipe without a writer is refused in a sentence", async () => {
    const names = Object.keys(lines);
    const told = await Promise.all(names.map((name) => meerkat(lineOf(name, pipe))));
    for (const [index, { stderr }] of told.entries())
      expect(`${names[index]} ${stderr.replaceAll(/\s+/g, " ")}`).toMatch(
        /it is a pipe that gave nothing for 5000 ms/,
      );
  });

  it.each(Object.keys(lines))("and is a pipe that gives nothing is left at a signal: %s", async (name) => {
    const stop = new AbortController();
    const ending = meerkat(lineOf(name, pipe), { signal: stop.signal });
    // It can be opened to be written to only once the program reads it; open, it is waited for without an end.
    const writer = await open(pipe, "w");
    try {
      stop.abort(130);
      expect(await ending).toEqual({ exitCode: 130, stdout: "", stderr: "" });
    } finally {
      await writer.close();
    }
  });
});
