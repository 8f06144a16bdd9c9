/** A host that shows different chains at different addresses, and a server that a device cannot speak with. */
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { identityOf, pemOf, rsaKeys, type Minted } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

const host = "many.example";
const [one, two] = [mintRoot("Root One"), mintRoot("Root Two")];
const [good, other] = [mintLeaf(host, one), mintLeaf(host, two)];
const expired = mintLeaf(host, one, { notBeforeAt: now - 2 * yearMs, notAfterAt: now - yearMs });
const issuing = mint({ name: "Issuing", ca: true }, one);
const incomplete = mintLeaf(host, issuing);
const rsaRoot = mintRoot("Root RSA", { keys: rsaKeys(1024, 0) });
const weak = mintLeaf(host, rsaRoot, { keys: rsaKeys(2048, 1) });

let folder: string;
let roots: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-variants-"));
  roots = join(folder, "roots.pem");
  await writeFile(roots, pemOf(one, two));
});
afterAll(() => rm(folder, { recursive: true }));

async function listen(
  leaves: readonly Minted[],
  address: string,
  { port, ...options }: ServerOptions & { readonly port: number },
): Promise<Server> {
  const identities = leaves.map((leaf) => identityOf(leaf));
  const server = createServer(
    {
      cert: identities.map(({ cert }) => cert),
      key: identities.map(({ key }) => key),
      honorCipherOrder: false,
      ...options,
    },
    (_request, response) => response.end(),
  );
  await once(server.listen(port, address), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

/** Serves each leaf at an address of its own, all at one port; gives the arguments that lead there. */
async function serve(leaves: readonly Minted[], options: ServerOptions = {}): Promise<readonly string[]> {
  let port = 0;
  for (const [i, leaf] of leaves.entries()) {
    const server = await listen([leaf], `127.0.0.${i + 1}`, { ...options, port });
    ({ port } = server.address() as AddressInfo);
  }
  const addresses = leaves.map((_, i) => `127.0.0.${i + 1}`).join(",");
  return [`https://${host}:${port}/`, "--resolve", `${host}:${port}:${addresses}`, "--cacert", roots];
}

interface Report {
  readonly exitCode: number;
  readonly anchors: readonly { readonly name: string }[];
  readonly sites: readonly { readonly site: string; readonly variant: unknown }[];
  readonly lost: readonly { readonly site: string; readonly code: string; readonly because: string }[];
  readonly failures: readonly { readonly error: { readonly code: string; readonly message: string } }[];
}

async function ca(args: readonly string[]): Promise<Report> {
  const { stdout } = await meerkat(["ca", ...args, "--json"]);
  return JSON.parse(stdout) as Report;
}

describe("a host with several addresses", () => {
  it("is covered whole: one site for each chain, with its address", async () => {
    const report = await ca([...(await serve([good, other])), "--for", "esp-idf"]);
    expect(report.exitCode).toBe(0);
    expect(report.anchors.map(({ name }) => name).toSorted()).toEqual(["Root One", "Root Two"]);
    expect(report.sites.map(({ site }) => site.replace(/:\d+/, ""))).toEqual([
      "many.example at 127.0.0.1",
      "many.example at 127.0.0.2",
    ]);
    expect(report.sites[1]?.variant).toMatchObject({ addresses: ["127.0.0.2"], keyType: "ECDSA", own: true });
  });

  it("is one site where all of them show the same", async () => {
    const report = await ca([...(await serve([good, good])), "--for", "esp-idf"]);
    expect(report.sites.map(({ site }) => site.replace(/:\d+/, ""))).toEqual(["many.example"]);
    expect(report.sites[0]?.variant).toMatchObject({ addresses: ["127.0.0.1", "127.0.0.2"] });
  });

  it.each([
    ["expired", expired, "expired"],
    ["incomplete", incomplete, "missing-intermediate"],
  ])(
    "one of which shows a chain that is %s: it is named, and nothing is written",
    async (_what, bad, code) => {
      const report = await ca([...(await serve([good, bad])), "--for", "openssl"]);
      expect(report.exitCode).toBe(60);
      expect(report.failures.map(({ error }) => error.code)).toEqual([code]);
      expect(report.failures[0]?.error.message).toMatch(/^many\.example:\d+ at 127\.0\.0\.2: /);
    },
  );

  it("one of which needs a root that the bundle has not: check names the address", async () => {
    const bundle = join(folder, "one.pem");
    await writeFile(bundle, pemOf(one));
    const { stdout, exitCode } = await meerkat([
      "check",
      bundle,
      ...(await serve([good, other])),
      "--for",
      "esp-idf",
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/many\.example:\d+ at 127\.0\.0\.2 {2}refuses/);
    expect(stdout).toMatch(/many\.example:\d+ at 127\.0\.0\.1 {2}connects/);
  });

  it("one of which is refused fails in a fleet with the sentence about that one", async () => {
    const [bundle, manifest, junit] = ["one.pem", "fleet.json", "junit.xml"].map((n) => join(folder, n));
    const [url = "", ...flags] = await serve([good, other]);
    await writeFile(bundle ?? "", pemOf(one));
    const firmware = { name: "one", device: "esp-idf", bundle, endpoints: [url] };
    await writeFile(manifest ?? "", JSON.stringify({ schema: 1, firmwares: [firmware] }));
    await meerkat(["check", "--fleet", manifest ?? "", ...flags, "--junit", junit ?? ""]);
    const [message] = (await readFile(junit ?? "", "utf8")).match(/(?<=<failure [^>]*message=")[^"]*/) ?? [];
    expect(message).toMatch(/^many\.example:\d+ at 127\.0\.0\.2: .* refuses it/);
  });

  it("are in the lock, which repeats the same files", async () => {
    const lock = ["--lock", join(folder, "lock.json")];
    const output = ["-o", join(folder, "out.pem")];
    const args = await serve([good, other]);
    expect((await meerkat(["ca", ...args, "--for", "esp-idf", ...output, ...lock])).exitCode).toBe(0);
    const again = await meerkat(["ca", "--locked", ...lock, ...output]);
    expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining("1 site with 2 chains")]);
  });
});

describe("a server that the device cannot speak with", () => {
  it.each<readonly [law: string, device: string, options: ServerOptions, words: readonly [string, RegExp]]>([
    [
      "for want of a version is said so before its certificates are",
      "esp-idf",
      { minVersion: "TLSv1.3" },
      [
        "tls-version",
        /none of its TLS versions \(the device offers TLS 1\.2; an ordinary client was given TLS 1\.3/,
      ],
    ],
    [
      "for want of a suite is, with what each of them offers",
      "zephyr",
      { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305" },
      ["tls-offer", /turns down what it offers.*handshake_failure.*4 cipher suites.*CHACHA20_POLY1305/],
    ],
  ])("%s", async (_law, device, options, [code, says]) => {
    const args = await serve([good], options);
    const report = await ca([...args, "--for", device]);
    expect([report.exitCode, report.lost.map((one) => one.code)]).toEqual([60, [code]]);
    expect(report.lost[0]?.because).toMatch(says);
    const bundle = join(folder, "all.pem");
    await writeFile(bundle, pemOf(one));
    const checked = await meerkat(["check", bundle, ...args, "--for", device, "--json"]);
    expect([checked.exitCode, JSON.parse(checked.stdout)]).toMatchObject([
      1,
      { sites: [{ connects: "no", code }] },
    ]);
  });
});

it("a chain that only a part of the hello meets, and that the device refuses, is a note and no failure", async () => {
  await writeFile(roots, pemOf(one, two, rsaRoot));
  const server = await listen([good, weak], "127.0.0.1", { port: 0, maxVersion: "TLSv1.2" });
  const { port } = server.address() as AddressInfo;
  const place = [`https://${host}:${port}/`, "--resolve", `${host}:${port}:127.0.0.1`, "--cacert", roots];
  const lock = ["--lock", join(folder, "part.json"), "-o", join(folder, "part.pem"), "--json"];
  const { exitCode, stdout } = await meerkat(["ca", ...place, "--for", "esp-idf", ...lock]);
  const { notes, anchors } = JSON.parse(stdout) as Report & { readonly notes: readonly string[] };
  expect([exitCode, anchors.map(({ name }) => name)]).toEqual([0, ["Root One"]]);
  expect(notes.join(" ")).toMatch(
    /A build of ESP-IDF 5\.x with cert_pem that offers only TLS 1\.2 with RSA keys would be shown another chain, many\.example:\d+ \(RSA\), which is not good: /,
  );
  expect((await meerkat(["ca", "--locked", ...lock])).exitCode).toBe(0);
});
