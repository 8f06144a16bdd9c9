/** `meerkat verify`: the verdict on a chain in a file, with the sentences and the exit code that go with it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { makeKeys, pemOf, type Minted } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../pki/today.ts";
import { meerkat, type Transcript } from "./transcript.ts";

const untrusted = 60;
let lab: Lab;
let folder: string;
beforeAll(async () => {
  lab = await openLab();
  folder = await mkdtemp(join(tmpdir(), "meerkat-verify-"));
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

/** A file with the chain that a site of the lab sends, as Node's own TLS client saw it. */
async function chainOf(site: string): Promise<string> {
  const host = `${site}.lab.localhost`;
  const chain = await new Promise<string>((resolve, reject) => {
    const socket = connect({ port: lab.port, host: lab.host, servername: host, rejectUnauthorized: false });
    socket.on("error", reject);
    socket.on("secureConnect", () => {
      const pem: string[] = [];
      let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
      while (certificate !== undefined) {
        const base64 = certificate.raw.toString("base64").replace(/.{64}/g, "$&\n");
        pem.push(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
        const issuer: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
        certificate = issuer === certificate ? undefined : issuer;
      }
      socket.destroy();
      resolve(pem.join(""));
    });
  });
  const file = join(folder, `${site}.pem`);
  await writeFile(file, chain);
  return file;
}

async function verify(site: string, ...flags: string[]): Promise<Transcript> {
  const name = flags.includes("--name") ? [] : ["--name", `${site}.lab.localhost`];
  return meerkat(["verify", "--anchors", lab.caFile, ...name, ...flags, await chainOf(site)]);
}

describe("a chain that OpenSSL does not see through", () => {
  const root = mintRoot("Root Two");
  const sub = { name: "Issuing CA", ca: true, keys: makeKeys() } as const;
  const dead = mint(sub, mintRoot("Root One"));
  const good = mint(sub, root);
  const leaf = mintLeaf("site.test", good);
  async function verifyIn(order: readonly Minted[], ...flags: string[]): Promise<Transcript> {
    const [chain, ca] = [join(folder, "sent.pem"), join(folder, "root.pem")];
    await writeFile(chain, pemOf(...order));
    await writeFile(ca, pemOf(root));
    return meerkat(["verify", "-a", ca, "-n", "site.test", ...flags, chain]);
  }

  it("is trusted, and that clients with OpenSSL will refuse it is said beside, with the remedy", async () => {
    const { exitCode, stdout } = await verifyIn([leaf, dead, good]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Trusted\.\n/);
    const said = stdout.replaceAll(/\s+/g, " ");
    expect(said).toContain("clients that use OpenSSL");
    expect(said).toContain(
      'The server sends two certificates named "Issuing CA", and OpenSSL takes the first',
    );
    expect(said).toContain("or put it last.");
    const json: unknown = JSON.parse((await verifyIn([leaf, dead, good], "--json")).stdout);
    expect(json).toMatchObject({ ok: true, openssl: { kind: "another-taken-first", name: "Issuing CA" } });
  });

  it("is trusted without a further word in the other order", async () => {
    const { stdout } = await verifyIn([leaf, good, dead]);
    expect(stdout).not.toContain("OpenSSL");
    expect(JSON.parse((await verifyIn([leaf, good, dead], "--json")).stdout)).toMatchObject({
      openssl: null,
    });
  });
});

describe("meerkat verify", () => {
  it("says who vouches for whom up to which root, and ends well", async () => {
    const { exitCode, stdout, stderr } = await verify("good");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^Trusted\.\n/);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`stands in ${lab.caFile}, line 1`);
  });

  it.each([
    ["expired", "expired"],
    ["not-yet-valid", "not-yet-valid"],
    ["wrong-host", "wrong-host"],
    ["self-signed", "self-signed"],
    ["untrusted-root", "untrusted-root"],
    ["missing-intermediate", "missing-intermediate"],
  ])("refuses the chain of the site %s as %s", async (site, code) => {
    const { exitCode, stdout, stderr } = await verify(site);
    expect({ exitCode, stderr }).toEqual({ exitCode: untrusted, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Not trusted: ${code}\\.\n`));
  });

  it("takes the moment from --at: what is trusted now is not before its time", async () => {
    const { exitCode, stdout } = await verify("good", "--at", "2001-01-01");
    expect(exitCode).toBe(untrusted);
    expect(stdout).toMatch(/^Not trusted: not-yet-valid\.\n/);
    expect(stdout).toContain("2001-01-01 00:00:00 UTC");
  });

  it("calls the moment of --at what it is, not this machine's clock", async () => {
    const { stdout } = await verify("good", "--at", "2001-01-01");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("The moment is the one that --at gives");
    expect(stdout).not.toMatch(/check this machine's clock/i);
    const now = await verify("expired");
    expect(now.stdout.replaceAll(/\s+/g, " ")).toContain("this machine's clock");
  });

  it("names its own flag where a root is missing", async () => {
    const { stdout } = await verify("missing-intermediate");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("--anchors FILE");
    expect(stdout).not.toContain("--cacert");
  });

  it("needs no name for the certificate of a client", async () => {
    const argv = ["verify", "--purpose", "client", "--anchors", lab.caFile, await chainOf("good")];
    const { stdout, stderr } = await meerkat(argv);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^(?:Trusted|Not trusted: wrong-usage)\.\n/);
  });

  it("compares every name that is given", async () => {
    const { exitCode, stdout } = await verify("good", "--name", "good.lab.localhost", "--name", "a.example");
    expect(exitCode).toBe(untrusted);
    expect(stdout).toMatch(/^Not trusted: wrong-host\.\n/);
  });

  it("says in JSON too what it passed over", async () => {
    const file = join(folder, "noted.pem");
    await writeFile(file, `not a certificate\n${pemOf(mintRoot("Noted"))}`);
    const { stdout } = await meerkat(["verify", "-a", file, "-n", "noted.test", "--json", file]);
    expect(JSON.parse(stdout)).toMatchObject({ notes: ["Line 1: text outside the blocks."] });
  });

  it("says the same in one JSON object", async () => {
    const good = JSON.parse((await verify("good", "--json")).stdout) as object;
    expect(good).toMatchObject({ schema: 1, ok: true, exitCode: 0, profile: "private", path: [{}, {}] });
    const expired = JSON.parse((await verify("expired", "--json")).stdout) as object;
    expect(expired).toMatchObject({
      schema: 1,
      ok: false,
      exitCode: untrusted,
      error: { code: "expired", message: expect.stringContaining("expired") as string },
      tried: [{ rejection: { code: "expired" } }],
    });
  });

  it.each([
    [
      "without anchors",
      ["verify", "--name", "a.example", "chain.pem"],
      2,
      /^error: Option "-a, --anchors <store>" has to be given\./,
    ],
    [
      "without a name",
      ["verify", "--anchors", "mozilla", "chain.pem"],
      2,
      /^error: Option "-n, --name <host>" has to be given\./,
    ],
    [
      "with a URL for a name",
      ["verify", "--anchors", "mozilla", "-n", "https://localhost/", "chain.pem"],
      2,
      /^error: Option "-n, --name <host>" cannot be "https:\/\/localhost\/"\. It takes a host or an address, /,
    ],
    [
      "with a date that is none",
      ["verify", "--anchors", "mozilla", "--name", "a", "--at", "soon", "chain.pem"],
      2,
      /It takes a date such as 2029-01-31/,
    ],
    [
      "with an unknown profile",
      ["verify", "--anchors", "mozilla", "--name", "a", "--profile", "x", "chain.pem"],
      2,
      /It takes one of webpki, /,
    ],
    [
      "with a chain that is not there",
      ["verify", "--anchors", "mozilla", "--name", "a", "nonesuch.pem"],
      26,
      /"nonesuch\.pem" cannot be read: there is no such file/,
    ],
  ])("is refused %s", async (_how, argv, exitCode, stderr) => {
    const transcript = await meerkat(argv);
    expect(transcript).toMatchObject({ exitCode, stdout: "" });
    expect(transcript.stderr).toMatch(stderr);
  });

  it("refuses anchors that are not there with the library's own code", async () => {
    const { exitCode, stdout } = await meerkat([
      "verify",
      "--anchors",
      "nonesuch.pem",
      "--name",
      "a",
      await chainOf("good"),
      "--json",
    ]);
    expect(exitCode).toBe(77);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      exitCode: 77,
      error: { code: "ca-file-unreadable" },
    });
  });
});
