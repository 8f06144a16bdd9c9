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
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-two-"));
  roots = join(folder, "roots.pem");
  await writeFile(roots, pemOf(rsaRoot, ecdsaRoot));
  rsaAlone = join(folder, "rsa.pem");
  await writeFile(rsaAlone, pemOf(rsaRoot));
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

describe("a server with an RSA and an ECDSA certificate under two roots", () => {
  it.each(["arduino-esp8266", "esp-idf", "mongoose-os", "micropython"])(
    "shows %s the one whose cipher the device names first",
    async (device) => {
      const { stdout } = await meerkat(["ca", url, "--for", device, "--cacert", roots, "--json"]);
      const { anchors } = JSON.parse(stdout) as { readonly anchors: readonly { readonly name: string }[] };
      expect(anchors.map(({ name }) => name)).toEqual(["ECDSA Root"]);
    },
  );

  it("and moddable, which names RSA first, the other", async () => {
    const { stdout } = await meerkat(["ca", url, "--for", "moddable", "--cacert", roots, "--json"]);
    const { anchors } = JSON.parse(stdout) as { readonly anchors: readonly { readonly name: string }[] };
    expect(anchors.map(({ name }) => name)).toEqual(["RSA Root"]);
  });

  it("is not reached with the root of the one that the device is not shown", async () => {
    const flags = ["--for", "arduino-esp8266", "--cacert", roots];
    const { stdout, exitCode } = await meerkat(["check", rsaAlone, url, ...flags]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("ECDSA");
  });
});
