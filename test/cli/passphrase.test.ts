/** `--pass` and `--sign-pass`: where a passphrase is taken from, and that nothing of it is said. */
import { createPrivateKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHttp, rootPem, type Origin } from "../client/origin.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { meerkat, type Transcript } from "./transcript.ts";

const passphrase = "colon: the horse";
const clients = mintRoot("Clients");
const { cert, key } = identityOf(mintLeaf("device", clients, { purposes: ["clientAuth"], names: null }));
const sealed = createPrivateKey(key).export({
  type: "pkcs8",
  format: "pem",
  cipher: "aes-256-cbc",
  passphrase,
});
let folder: string;
let origin: Origin;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-pass-"));
  for (const [name, content] of Object.entries({
    "ca.pem": rootPem,
    "device.pem": cert,
    "device.key": sealed,
    "lines.txt": `${passphrase}\r\nanother line\n`,
    "bare.txt": passphrase,
    "long.txt": "x".repeat(4_097),
  }))
    await writeFile(join(folder, name), content);
  origin = await openHttp((_, response) => response.end("let in"), {
    tls: { requestCert: true, rejectUnauthorized: true, ca: pemOf(clients) },
  });
});
afterAll(async () => {
  await origin.close();
  await rm(folder, { recursive: true });
});

const env = { DEVICE_PASS: passphrase };

function ask(command: readonly string[], pass: string): Promise<Transcript> {
  const identity = [
    "--cert",
    join(folder, "device.pem"),
    "--key",
    join(folder, "device.key"),
    "--pass",
    pass,
  ];
  return meerkat([...command, "--cacert", join(folder, "ca.pem"), ...identity, `${origin.url}/`], { env });
}

describe("a passphrase", () => {
  it.each([
    ["as it is", () => passphrase],
    ["as it is, said so", () => `pass:${passphrase}`],
    ["the first line of a file", () => `file:${join(folder, "lines.txt")}`],
    ["all of a file without a line's end", () => `file:${join(folder, "bare.txt")}`],
    ["a variable of the environment", () => "env:DEVICE_PASS"],
  ])("is %s", async (_form, pass) => {
    expect(await ask(["get", "-s"], pass())).toEqual({ exitCode: 0, stdout: "let in", stderr: "" });
  });

  it("that begins as one of the forms is said to be one", async () => {
    const { exitCode, stderr } = await ask(["get"], "pass:env:DEVICE_PASS");
    expect(exitCode).toBe(58);
    expect(stderr).not.toContain("is not set");
  });

  const identity = ["why", "inspect"];
  it.each(identity)("of a file opens the key for every command: %s", async (command) => {
    const { exitCode, stderr } = await ask([command], "env:DEVICE_PASS");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect((await ask([command], "wrong")).exitCode).toBeGreaterThan(0);
  });

  it.each([
    ["a variable that is not set", "env:S3CRET", 2, /^error: --pass names a variable .* that is not set\.\n/],
    ["what every object has", "env:constructor", 2, /that is not set/],
    [
      "a file that is not there",
      "file:S3CRET",
      26,
      /^error: The file of --pass .*: there is no such file\.\n/,
    ],
    [
      "a name with a zero in it",
      "file:S3CRET\0",
      26,
      /^error: The file of --pass cannot be read: ERR_INVALID/,
    ],
    ["a file that is too large", "file:LONG", 26, /it has 4097 bytes, more than 4096/],
  ])("cannot be taken from %s, and nothing of what was given is said", async (_what, given, code, says) => {
    const { exitCode, stdout, stderr } = await ask(["get"], given.replace("LONG", join(folder, "long.txt")));
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/hint: .*--pass pass:(?:env|file):/);
    expect(stderr).not.toMatch(/S3CRET|long\.txt/);
  });
});
