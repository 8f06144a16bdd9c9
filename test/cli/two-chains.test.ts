/** A server with two certificates: the chain that counts is the one that the device would be shown. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identityOf, pemOf, rsaKeys } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

const host = "two.localhost";
const rsaRoot = mintRoot("RSA Root", { keys: rsaKeys(2048, 0) });
const rsaIssuer = mint({ name: "RSA Issuer", keys: rsaKeys(2048, 1), ca: true }, rsaRoot);
const rsa = identityOf(mintLeaf(host, rsaIssuer, { keys: rsaKeys(2048, 2) }), rsaIssuer);
const ecdsaRoot = mintRoot("ECDSA Root");
const ecdsaIssuer = mint({ name: "ECDSA Issuer", ca: true }, ecdsaRoot);
const ecdsa = identityOf(mintLeaf(host, ecdsaIssuer), ecdsaIssuer);

let folder: string;
let server: Server;
let url: string;
let roots: string;
let rsaAlone: string;
let ecdsaAlone: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-two-"));
  roots = join(folder, "roots.pem");
  await writeFile(roots, pemOf(rsaRoot, ecdsaRoot));
  rsaAlone = join(folder, "rsa.pem");
  await writeFile(rsaAlone, pemOf(rsaRoot));
  ecdsaAlone = join(folder, "ecdsa.pem");
  await writeFile(ecdsaAlone, pemOf(ecdsaRoot));
  const both = { key: [rsa.key, ecdsa.key], cert: [rsa.cert, ecdsa.cert] };
  // The client's order counts, as nginx has it by default.
  server = createServer({ ...both, honorCipherOrder: false }, (_request, response) => response.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `https://${host}:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

interface Report {
  readonly exitCode: number;
  readonly anchors: readonly { readonly name: string }[];
  readonly sites: readonly { readonly site: string; readonly variant: { readonly own: boolean } | null }[];
}

async function ca(device: string): Promise<Report> {
  const { stdout } = await meerkat(["ca", url, "--for", device, "--cacert", roots, "--json"]);
  return JSON.parse(stdout) as Report;
}

describe("a server with an RSA and an ECDSA certificate under two roots", () => {
  it.each([
    ["arduino-esp8266", "ECDSA"],
    ["esp-idf", "ECDSA"],
    ["mongoose-os", "ECDSA"],
    ["micropython", "ECDSA"],
    ["moddable", "RSA"],
    ["node", "ECDSA"],
  ])("shows %s the one whose cipher it names first, %s; the files cover both", async (device, first) => {
    const { anchors, sites, exitCode } = await ca(device);
    expect(exitCode).toBe(0);
    expect(anchors.map(({ name }) => name).toSorted()).toEqual(["ECDSA Root", "RSA Root"]);
    const own = sites.filter(({ variant }) => variant?.own === true).map(({ site }) => site);
    expect(own[0]).toContain(` (${first}`);
    expect(sites.length).toBeGreaterThan(1);
  });

  it("is not reached with the root of the one that the device is not shown, and that one is named", async () => {
    const flags = ["--for", "arduino-esp8266", "--cacert", roots];
    const { stdout, exitCode } = await meerkat(["check", rsaAlone, url, ...flags]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/two\.localhost:\d+ \(ECDSA\) {2}refuses/);
    expect(stdout).toMatch(/two\.localhost:\d+ \(RSA\) {2}connects/);
  });

  it("is reached with the root of its own chain alone; what only a part of the hello meets is a note", async () => {
    const { stdout, exitCode } = await meerkat([
      "check",
      ecdsaAlone,
      url,
      "--for",
      "arduino-esp8266",
      "--cacert",
      roots,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /that offers only TLS 1\.2 with RSA keys would be shown another chain, [^ ]+ \(RSA\): /,
    );
  });

  it("is one site with two chains in the first line", async () => {
    const { stdout } = await meerkat(["ca", url, "--for", "esp-idf", "--cacert", roots]);
    expect(stdout).toMatch(/^ESP-IDF[^\n]*: 2 CA certificates for 1 site with 2 chains\n/);
  });

  it("is one host for --update, by whichever of its chains the lock records it", async () => {
    const lock = join(folder, "two.lock.json");
    const common = ["--cacert", roots, "--json"];
    await meerkat(["ca", url, "--for", "esp-idf", ...common, "-o", join(folder, "ca.pem"), "--lock", lock]);
    const { stdout } = await meerkat(["ca", "--update", lock, ...common]);
    const { unmet, steps, field } = JSON.parse(stdout) as Readonly<Record<string, readonly unknown[]>>;
    expect({ unmet, steps, chains: field?.length }).toEqual({ unmet: [], steps: [], chains: 2 });
  });
});
