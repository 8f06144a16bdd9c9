/**
 * The doors that are for browsers: esbuild builds what would be published for one, with no module of Node behind it, and in
 * Chromium a page judges chains with it.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeKeys, pemOf, rsaKeys, type Keys, type Minted } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";
import { type Installed, installPackage } from "./installed.ts";

const executablePath = "/usr/bin/chromium";
const pureDoors = [
  "meerkat/trust",
  "meerkat/trust/webcrypto",
  "meerkat/x509",
  "meerkat/http1",
  "meerkat/bundle",
  "meerkat/device",
];

let installed: Installed;
beforeAll(async () => {
  installed = await installPackage();
});
afterAll(async () => {
  await installed?.[Symbol.asyncDispose]();
});

/** Bundles a program for a browser: its text. esbuild refuses an import of which a browser has nothing. */
async function bundle(program: string): Promise<string> {
  const entry = join(installed.folder, "entry.js");
  writeFileSync(entry, program);
  const built = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "esm",
    logLevel: "silent",
  });
  expect(built.warnings).toEqual([]);
  expect(Object.values(built.metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  return built.outputFiles[0]?.text ?? "";
}

test.each(pureDoors)("%s is bundled for a browser, and nothing of Node with it", async (door) => {
  const text = await bundle(`import * as door from "${door}"; globalThis.door = door;`);
  expect(text).toContain("globalThis.door");
  expect(text).not.toContain("getBuiltinModule");
});

test("the door of Node's cryptography is not one for browsers", async () => {
  await expect(bundle('import "meerkat/trust/node"; export * from "meerkat/trust/node";')).rejects.toThrow(
    /node:crypto/,
  );
});

describe.skipIf(!existsSync(executablePath))("in Chromium, the example's page", () => {
  const page = readFileSync(fileURLToPath(new URL("../../examples/trust/page.js", import.meta.url)), "utf8");
  let files: Readonly<Record<string, string>> = {};
  let server: Server;
  let port: number;
  let browser: Browser;
  beforeAll(async () => {
    const script = await bundle(page);
    server = createServer(({ url = "" }, response) => {
      const body = { "/page.js": script, "/": '<script type="module" src="page.js"></script>', ...files }[
        url
      ];
      const type = url === "/page.js" ? "text/javascript" : url === "/" ? "text/html" : "text/plain";
      response.writeHead(body === undefined ? 404 : 200, { "content-type": type }).end(body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    ({ port } = server.address() as AddressInfo);
    const args = ["--no-sandbox", "--host-resolver-rules=MAP plain.test 127.0.0.1"];
    browser = await chromium.launch({ executablePath, args, timeout: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** What the page says of a chain; the text of its error where it ends in one. */
  async function ask(chain: readonly Minted[], root: Minted, host = "127.0.0.1"): Promise<readonly string[]> {
    files = { "/sent.pem": pemOf(...chain), "/roots.pem": pemOf(root) };
    const opened = await browser.newPage();
    opened.setDefaultTimeout(0);
    const failed = opened.waitForEvent("pageerror").then((error) => ["error", error.message]);
    await opened.goto(`http://${host}:${port}/`);
    const told = opened
      .waitForSelector("body[class]")
      .then(async (body) => [(await body.getAttribute("class")) ?? "", await body.innerText()]);
    const first = await Promise.race([told, failed]);
    // What still waits ends with the page.
    void told.catch(() => undefined);
    void failed.catch(() => undefined);
    await opened.close();
    return first;
  }

  const chainOf = (keys: Keys, leaf: Parameters<typeof mintLeaf>[2] = {}): readonly [Minted[], Minted] => {
    const root = mintRoot("Page Root", { keys });
    const issuing = mint({ name: "Page CA", ca: true, keys }, root);
    return [[mintLeaf("shop.example", issuing, leaf), issuing], root];
  };

  test.each([
    ["RSA", () => rsaKeys()],
    ["P-256", () => makeKeys("P-256")],
    ["P-384", () => makeKeys("P-384")],
    ["P-521", () => makeKeys("P-521")],
    ["Ed25519", () => makeKeys("Ed25519")],
  ] as const)("believes a good chain signed by %s", async (_kind, keys) => {
    const [code, text] = await ask(...chainOf(keys()));
    expect([code, text]).toEqual([
      "trusted",
      expect.stringContaining("shop.example was vouched for by Page CA."),
    ]);
  });

  test.each([
    ["of another key", "bad-signature", makeKeys(), { forged: true }],
    ["of another RSA key", "bad-signature", rsaKeys(), { forged: true }],
    ["that is over", "expired", makeKeys(), { notAfterAt: now - yearMs / 2 }],
    ["of another name", "wrong-host", makeKeys(), { names: ["dns:other.example"] }],
    ["by a curve that WebCrypto lacks", "signature-unchecked", makeKeys("brainpoolP256r1"), {}],
  ] as const)("does not believe a certificate %s", async (_what, code, keys, leaf) => {
    const [told, text] = await ask(...chainOf(keys, leaf));
    expect([told, text]).toEqual([code, expect.stringMatching(/shop\.example|Page CA/)]);
  });

  test("does not believe a chain to another root", async () => {
    const [chain] = chainOf(makeKeys());
    expect((await ask(chain, mintRoot("Stranger")))[0]).toBe("missing-intermediate");
  });

  test("says why it cannot, where the browser gives a page no WebCrypto", async () => {
    const [chain, root] = chainOf(makeKeys());
    const [code, text] = await ask(chain, root, "plain.test");
    expect(code).toBe("error");
    expect(text).toMatch(/no WebCrypto .* pages from https: and from localhost alone/);
  });
});
