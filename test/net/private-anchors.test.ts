/** Anchors of a user's own are a name and a key (RFC 5280 §6.1.1 (d)): both keys take them, over real connections. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Client, type TrustReport } from "../../src/index.ts";
import { identityOf, pemOf, type Identity, type Minted, type Shape } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { answering, openOrigin, reply, root } from "../client/origin.ts";

const names = ["dns:localhost"];
/** A certificate without extensions, as `openssl x509 -req -signkey` makes it. */
const bare: Shape = { version: 1, ca: null, usages: null, subjectKeyId: null, authorityKeyId: null };
const device: Shape = { name: "device", names, purposes: ["serverAuth"], authorityKeyId: null };
const folder = mkdtempSync(join(tmpdir(), "anchors-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The report of one request to a server of this identity. */
async function ask(identity: Identity, anchor: Minted, options: object = {}): Promise<TrustReport> {
  await using origin = await openOrigin(
    answering(() => reply("x")),
    { tls: identity },
  );
  await using client = new Client({ roots: pemOf(anchor), environment: {}, ...options });
  const response = await client.request(origin.url);
  await response.bytes();
  return response.trust;
}

describe("a root of version 1", () => {
  test("vouches for what it issued", async () => {
    const old = mintRoot("Old Root", bare);
    const trust = await ask(identityOf(mintLeaf("localhost", old, { names })), old);
    expect([trust.kind, trust.anchor?.subject.display, trust.notes]).toEqual(["verified", "Old Root", []]);
  });

  test("vouches for it through an intermediate", async () => {
    const old = mintRoot("Old Root", bare);
    const middle = mint({ name: "Sub CA", ca: true }, old);
    const trust = await ask(identityOf(mintLeaf("localhost", middle, { names }), middle), old);
    expect(trust.path.map(({ subject }) => subject.display)).toEqual(["localhost", "Sub CA"]);
  });

  test("is refused as an intermediate", async () => {
    const middle = mint({ name: "Sub CA", ...bare }, root);
    const identity = identityOf(mintLeaf("localhost", middle, { names }), middle);
    await expect(ask(identity, root)).rejects.toMatchObject({ code: "not-a-ca" });
  });
});

describe("a server's own certificate, self-signed", () => {
  test.each<[string, Shape]>([
    ["that says it is not a CA's", { ca: false }],
    ["that says nothing of it", { ca: null }],
    ["with key usages of both kinds", { ca: false, usages: ["digitalSignature", "keyCertSign"] }],
  ])("%s verifies that server, with a remark", async (_, shape) => {
    const own = mint({ ...device, ...shape });
    const trust = await ask(identityOf(own), own);
    expect(trust.kind).toBe("verified");
    expect(trust.notes).toEqual([
      expect.stringMatching(/^"device", a root from .* is one server's own certificate, not a CA's/),
    ]);
  });

  test.each<[string, Shape, string]>([
    ["by name", { names: ["dns:other.example"] }, "wrong-host"],
    ["by date", { notAfterAt: now - dayMs }, "expired"],
  ])("is still held to account %s", async (_, shape, code) => {
    const own = mint({ ...device, ca: false, ...shape });
    await expect(ask(identityOf(own), own)).rejects.toMatchObject({ code });
  });

  test("is still held to account by key", async () => {
    const own = mint({ ...device, ca: false });
    const twin = mint({ ...device, ca: false });
    await expect(ask(identityOf(twin), own)).rejects.toMatchObject({ code: "bad-signature" });
  });

  test("vouches for nobody else", async () => {
    const own = mint({ ...device, ca: false });
    await expect(ask(identityOf(mintLeaf("localhost", own, { names })), own)).rejects.toMatchObject({
      code: "not-a-ca",
    });
  });
});

test("a company's root in the system's store is held to the rules of a company's root", async () => {
  const path = join(folder, "system.pem");
  // No key identifiers, ten years for the leaf: harmless, and against the rules for public roots.
  const unmarked: Shape = { subjectKeyId: null, authorityKeyId: null };
  const company = mintRoot("Company Root", unmarked);
  writeFileSync(path, pemOf(company));
  const leaf = mintLeaf("localhost", company, { names, purposes: null, ...unmarked });
  const settings = { roots: "system", environment: { SSL_CERT_FILE: path } };
  const trust = await ask(identityOf(leaf), company, settings);
  expect([trust.kind, trust.anchor?.profile]).toEqual(["verified", "private"]);
});
