/** Files that were written, given to the real libraries: forty sites under twelve cross-signed roots, each dialled. */
import { createSecureContext, createServer, type SecureContext, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formats, type FormatName, readBundle, renderPem } from "../../src/bundle/index.ts";
import { chooseForDevice, devices, storeRoot, type VisitedSite } from "../../src/device/index.ts";
import { trustPorts } from "../../src/admission/index.ts";
import { fingerprint } from "../../src/x509/index.ts";
import type { Minted } from "../../test/pki/index.ts";
import { mint, mintLeaf, mintRoot, now, yearMs } from "../../test/pki/today.ts";
import { openWorkshop, type Workshop } from "../../test/device/harness/harness.ts";
import { type Library, whatIsMissing } from "../../test/device/harness/libraries.ts";

const roots = Array.from({ length: 12 }, (_, i) => mintRoot(`Root ${i}`));
const issuers = roots.map((root, i) => mint({ name: `Issuing ${i}`, ca: true }, root));
const crosses = roots.map((root, i) =>
  mint({ name: `Root ${i}`, keys: root.keys, ca: true, notAfterAt: now + 5 * yearMs }, roots[(i + 11) % 12]),
);

interface Served extends VisitedSite {
  readonly sent: readonly Minted[];
}

const sites: readonly Served[] = Array.from({ length: 40 }, (_, i) => {
  const name = `site-${i}.localhost`;
  const issuer = issuers[i % 12];
  const sent = [
    mintLeaf(name, issuer ?? mintRoot("none")),
    issuer,
    i % 3 === 0 ? crosses[i % 12] : undefined,
  ].flatMap((minted) => minted ?? []);
  return { site: name, name, sent, chain: sent.map(({ certificate }) => certificate) };
});

const request = {
  sites,
  roots: roots.map(({ certificate }) =>
    storeRoot(certificate, {
      fingerprint: fingerprint(certificate, trustPorts.sha256),
      isPublic: false,
      store: "file",
    }),
  ),
  at: now,
  untilAt: now + 2 * yearMs,
};

let workshop: Workshop;
let server: Server;
let port = 0;

beforeAll(async () => {
  workshop = await openWorkshop();
  const contexts = new Map<string, SecureContext>(
    sites.map(({ name, sent }) => [
      name,
      createSecureContext({
        cert: renderPem(sent.map(({ certificate }) => certificate)),
        key: sent[0]?.keys.privateKey.export({ type: "pkcs8", format: "pem" }) ?? "",
      }),
    ]),
  );
  server = createServer({ SNICallback: (name, done) => done(null, contexts.get(name)) });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("secureConnection", (socket) => socket.on("error", () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await workshop.close();
});

/** Sites that the library refuses with these CA bytes. */
async function refusedBy(
  program: Library | { readonly path: string },
  ca: Uint8Array,
  options: readonly string[] = [],
): Promise<string[]> {
  const refused: string[] = [];
  for (const { name } of sites) {
    const { accepts, library } = await workshop.meet(program, {
      port,
      name,
      ca,
      at: now + 3_600_000,
      options,
    });
    if (!accepts) refused.push(`${name}: ${library}`);
  }
  return refused;
}

/** The certificates of a written file as DER, one after the other, by our own reader. */
function derOf(bytes: Uint8Array): Uint8Array {
  const { entries } = readBundle(bytes);
  return new Uint8Array(
    Buffer.concat(
      entries.map((entry) => (entry.kind === "certificate" ? entry.certificate.der : Buffer.alloc(0))),
    ),
  );
}

describe("the chosen set, written", () => {
  const written = (device: keyof typeof devices, format: FormatName): Uint8Array => {
    const report = chooseForDevice({ ...request, profile: devices[device], format }, trustPorts);
    expect(report.exact).toBe(true);
    expect(report.anchors.length).toBeLessThan(13);
    const [file] = report.files;
    if (file === undefined) throw new Error("nothing was written");
    return file.bytes;
  };

  it.for(["mongoose-os", "pem"] as const)(
    "as %s verifies every site in mbedTLS, by its own PEM reader",
    async (format, { skip }) => {
      if (!workshop.libraries.has("mbedtls")) skip("libmbedtls-dev is missing");
      expect(await refusedBy("mbedtls", written("mongoose-os", format), ["pem", "nodates"])).toEqual([]);
    },
  );

  it("as pem verifies every site in mbedTLS 3.6, by its own PEM reader", async ({ skip }) => {
    if (!workshop.libraries.has("mbedtls-3.6")) skip(whatIsMissing("mbedtls-3.6"));
    expect(await refusedBy("mbedtls-3.6", written("esp-idf", "pem"), ["pem", "nodates"])).toEqual([]);
  });

  it("as BearSSL's C source verifies every site, compiled in", async ({ skip }) => {
    if (!workshop.libraries.has("bearssl")) skip("libbearssl-dev is missing");
    const path = await workshop.compileAnchors(written("arduino-esp8266", "bearssl"));
    expect(await refusedBy({ path }, new Uint8Array(0))).toEqual([]);
  });

  it.for(["certs-ar", "c-pem", "c-array", "zephyr"] as const)(
    "as %s verifies every site in BearSSL, read back",
    async (format, { skip }) => {
      if (!workshop.libraries.has("bearssl")) skip("libbearssl-dev is missing");
      expect(await refusedBy("bearssl", derOf(written("arduino-esp8266", format)))).toEqual([]);
    },
  );

  it("as PEM verifies every site in OpenSSL", async ({ skip }) => {
    if (!workshop.libraries.has("openssl")) skip("libssl-dev is missing");
    expect(await refusedBy("openssl", derOf(written("openssl", "pem")))).toEqual([]);
  });

  it("without one of its anchors verifies not every site", async ({ skip }) => {
    if (!workshop.libraries.has("mbedtls")) skip("libmbedtls-dev is missing");
    const report = chooseForDevice({ ...request, profile: devices["mongoose-os"] }, trustPorts);
    const [file] = formats.pem.write(report.anchors.slice(1).map(({ certificate }) => certificate)).files;
    expect(await refusedBy("mbedtls", file?.bytes ?? new Uint8Array(0), ["pem", "nodates"])).not.toEqual([]);
  });
});
