/** `meerkat inspect FILE`: what a certificate says, in plain words, and what is odd about its file. */
import { execFile as execFileOf, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { meerkat } from "./transcript.ts";

const isrgRootX1 = `${rootCertificates.find((pem) => new X509Certificate(pem).subject.includes("CN=ISRG Root X1")) ?? ""}\n`;

const execFile = promisify(execFileOf);
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-inspect-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** The path of a file with this content. */
async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

it("asks back where a file that is not there looks like a server", async () => {
  const { exitCode, stderr } = await meerkat(["inspect", "nonesuch.example"]);
  expect(exitCode).toBe(26);
  expect(stderr).toBe(
    'error: "nonesuch.example" cannot be read: there is no such file.\nhint: If it is a server: meerkat inspect https://nonesuch.example\n',
  );
});

describe("meerkat inspect FILE", () => {
  it.each([
    ["PEM", isrgRootX1],
    ["DER", new X509Certificate(isrgRootX1).raw],
  ])("shows a certificate in %s", async (form, content) => {
    const path = await file(form, content);
    const { exitCode, stdout, stderr } = await meerkat(["inspect", path]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    // Facts of a public root, as its owner publishes them. Only the days that are left depend on today.
    expect(stdout.replace(/\(\d+ days left\)/, "(N days left)")).toBe(`${path}: 1 certificate

1  ISRG Root X1  root CA
   issuer  CN=ISRG Root X1, O=Internet Security Research Group, C=US, itself
           (signature checked)
   valid   2015-06-04 11:04:38 UTC to 2035-06-04 11:04:38 UTC (N days left)
   key     RSA 4096, signed with sha256WithRSAEncryption
   may     issue certificates; keyCertSign, cRLSign
   serial  8210cfb0d240e3594463e0bb63828b00
   sha256  96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6
   pin     sha256/C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M=
`);
  });

  it("says the same in one JSON object", async () => {
    const { stdout } = await meerkat(["inspect", "--json", await file("root.pem", isrgRootX1)]);
    const { fingerprint256 } = new X509Certificate(isrgRootX1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      oddities: [],
      certificates: [
        {
          role: "root",
          name: "ISRG Root X1",
          isCa: true,
          notAfter: "2035-06-04T11:04:38.000Z",
          sha256: fingerprint256.replaceAll(":", "").toLowerCase(),
          link: { kind: "self-signed" },
          line: 1,
        },
      ],
    });
  });

  it("shows every root that Node carries, each signed by itself or by another", async () => {
    const { exitCode, stdout } = await meerkat([
      "inspect",
      "--json",
      await file("all.pem", `${rootCertificates.join("\n")}\n`),
    ]);
    expect(exitCode).toBe(0);
    const { certificates } = JSON.parse(stdout) as {
      readonly certificates: readonly { readonly sha256: string; readonly link: { readonly kind: string } }[];
    };
    expect(certificates.map(({ sha256 }) => sha256)).toEqual(
      rootCertificates.map((pem) =>
        new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase(),
      ),
    );
  });

  it("says what is odd about the file, with the line", async () => {
    const text = `Some words.\n${isrgRootX1.trim()}`;
    const { exitCode, stdout } = await meerkat(["inspect", await file("odd.pem", text)]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Line 1: text outside the blocks.");
    expect(stdout).toContain("no line end at the end of the file; joined to another file, it breaks.");
  });
});

describe("meerkat inspect -", () => {
  it.each([
    ["PEM", isrgRootX1],
    ["DER", new X509Certificate(isrgRootX1).raw],
  ])("shows what comes on stdin, in %s", async (_form, stdin) => {
    const { exitCode, stdout, stderr } = await meerkat(["inspect", "-"], { stdin });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^\(stdin\): 1 certificate\n\n1 {2}ISRG Root X1 {2}root CA\n/);
  });

  it("says that there is nothing, and what is there instead", async () => {
    const none = await meerkat(["inspect", "-"]);
    expect(none.exitCode).toBe(26);
    expect(none.stderr).toMatch(/^error: "\(stdin\)" holds no certificate that can be read\.\n/);
    const other = await meerkat(["inspect", "-"], { stdin: "-----BEGIN CERTIFICATE-----\nS3CRET" });
    expect(other.exitCode).toBe(26);
    expect(other.stderr).not.toContain("S3CRET");
  });

  it.skipIf(!hasOpenssl)(
    "reads a whole output of openssl s_client -showcerts, and verify does too (skipped without openssl)",
    async () => {
      await using lab = await openLab({ sites: ["good"] });
      const { host, hostname } = new URL(lab.url("good"));
      const asked = execFile("openssl", [
        "s_client",
        "-showcerts",
        "-connect",
        `127.0.0.1:${host.split(":")[1]}`,
        "-servername",
        hostname,
      ]);
      asked.child.stdin?.end();
      const { stdout: said } = await asked;
      expect(said).toContain("SSL handshake has read");
      const { exitCode, stdout } = await meerkat(["inspect", "-"], { stdin: said });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^\(stdin\): 2 certificates\n\n1 {2}good\.lab\.localhost {2}server\n/);
      expect(stdout).toContain("\n2  Meerkat Lab Intermediate  intermediate CA\n");
      const verdict = await meerkat(["verify", "-a", lab.caFile, "-n", hostname, "-"], { stdin: said });
      expect(verdict.exitCode).toBe(0);
    },
  );
});

describe("meerkat inspect URL", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab({ sites: ["good", "expired", "missing-intermediate"] });
  });
  afterAll(async () => {
    await lab.close();
  });

  it("shows the chain as the server sent it, who signed whom, and whether it would be trusted", async () => {
    const { exitCode, stdout, stderr } = await meerkat(["inspect", "--cacert", lab.caFile, lab.url("good")]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(": 2 certificates, as the server sent them\n\n1  good.lab.localhost  server\n");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("which is 2 here (signature checked)");
    expect(stdout).toContain("\n2  Meerkat Lab Intermediate  intermediate CA\n");
    expect(stdout).toContain("\nA client with these roots would trust it.\n");
  });

  it("takes host:port as it takes a URL", async () => {
    const { host } = new URL(lab.url("good"));
    const { exitCode, stdout } = await meerkat(["inspect", "--cacert", lab.caFile, host]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${host}: 2 certificates, as the server sent them\n`);
  });

  it.each(["expired", "missing-intermediate"])(
    "shows a chain that would be refused too: %s",
    async (site) => {
      const { exitCode, stdout } = await meerkat(["inspect", "--cacert", lab.caFile, lab.url(site)]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`\nA client with these roots would refuse it: ${site}.\n`);
    },
  );

  it("says the same in one JSON object, with the trust report", async () => {
    const { stdout } = await meerkat(["inspect", "--json", "--cacert", lab.caFile, lab.url("expired")]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      certificates: [
        { name: "expired.lab.localhost", standing: "expired", link: { kind: "signed-by", issuer: 1 } },
        {},
      ],
      trust: { kind: "unverified", engine: "expired" },
    });
  });

  it("refuses a URL that cannot be asked as get does", async () => {
    expect(await meerkat(["inspect", "https://a.example:99999/"])).toMatchObject({ exitCode: 3, stdout: "" });
  });
});

describe("a file that cannot be shown is refused with its reason", () => {
  it("one that does not exist", async () => {
    expect(await meerkat(["inspect", join(folder, "nonesuch.pem")])).toEqual({
      exitCode: 26,
      stdout: "",
      stderr: `error: "${join(folder, "nonesuch.pem")}" cannot be read: there is no such file.\nhint: Relative paths start at the working directory.\n`,
    });
  });

  it.each([
    ["an empty one", "", /holds no certificate that can be read\.\nhint: A PEM certificate begins with/],
    ["words", "hello\n", /holds no certificate that can be read\.\nhint: A PEM certificate begins with/],
    [
      "a private key",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      /holds no certificate: it is a private key\.\nhint: Give the certificate/,
    ],
    ["damaged DER", new Uint8Array([0x30, 0x03, 0x02, 0x01]), /hint: As DER it is damaged: .* \(byte \d+\)/],
    [
      "a damaged certificate",
      "-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n",
      /hint: Line 1: a certificate that is damaged: /,
    ],
  ])("%s", async (name, content, stderr) => {
    const transcript = await meerkat(["inspect", await file(name.replaceAll(" ", "-"), content)]);
    expect(transcript).toMatchObject({ exitCode: 26, stdout: "" });
    expect(transcript.stderr).toMatch(stderr);
  });

  it("and a folder", async () => {
    const { exitCode, stderr } = await meerkat(["inspect", folder]);
    expect({ exitCode, stderr: stderr.split("\n")[0] }).toMatchObject({
      exitCode: 26,
      stderr: expect.stringContaining("cannot be read: it is a folder.") as string,
    });
  });
});
