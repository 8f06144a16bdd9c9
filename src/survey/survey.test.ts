/** What an endpoint shows is found for every address, version and kind of key, and for nothing else. */
import { once } from "node:events";
import { connect, createServer as createTcpServer, type AddressInfo } from "node:net";
import { createServer, type Server, type TlsOptions } from "node:tls";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { compilePolicy } from "../admission/index.ts";
import type { Hello } from "../core/index.ts";
import { identityOf, pemOf, rsaKeys, type Identity, type Minted } from "../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../test/pki/today.ts";
import { onLoopback } from "../../test/survey-request.ts";
import { surveyEndpoint, type Surveyed, type SurveyRequest } from "./survey.ts";

const host = "a.localhost";
const ecRoot = mintRoot("EC Root");
const rsaRoot = mintRoot("RSA Root", { keys: rsaKeys() });
const ecLeaf = mintLeaf(host, ecRoot);
const rsaLeaf = mintLeaf(host, rsaRoot, { keys: rsaKeys(2048, 1) });
const otherLeaf = mintLeaf(host, ecRoot);
const policy = compilePolicy({ roots: pemOf(ecRoot, rsaRoot) }, {});

const ec = identityOf(ecLeaf);
const rsa = identityOf(rsaLeaf);
const both = [ec, rsa];
const name = new Map<string, string>(
  [
    [ecLeaf, "EC"],
    [rsaLeaf, "RSA"],
    [otherLeaf, "other"],
  ].map(([leaf, label]) => [Buffer.from((leaf as Minted).der).toString("hex"), label as string]),
);

const hello: Hello = {
  versions: ["TLSv1.2"],
  suites: ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
  groups: ["x25519", "secp256r1"],
  signatureAlgorithms: ["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"],
};
const rsaFirst: Hello = { ...hello, suites: hello.suites.toReversed() };
const withTls13: Hello = {
  ...hello,
  versions: ["TLSv1.2", "TLSv1.3"],
  suites: ["TLS_AES_128_GCM_SHA256", ...hello.suites],
};

const shortRoot = mintRoot("Short Root", { keys: rsaKeys(512, 2) });
const anyKey: Hello = { ...hello, signatureAlgorithms: [...hello.signatureAlgorithms, "rsa_pkcs1_sha1"] };

/** How many connections were made, and whether anything was ever said within TLS. */
let handshakes = 0;
let said = "";
afterEach(() => {
  expect(said).toBe("");
  handshakes = 0;
});

async function serve(
  identities: readonly Identity[],
  { address = "127.0.0.1", port = 0, ...options }: TlsOptions & { address?: string; port?: number } = {},
): Promise<Server> {
  const [cert, key] = [identities.map((one) => one.cert), identities.map((one) => one.key)];
  const server = createServer({ cert, key, honorCipherOrder: false, ...options }, (socket) => {
    socket.on("data", (bytes) => (said += bytes.toString("latin1")));
    socket.on("error", () => {});
  });
  server.on("connection", () => handshakes++);
  server.on("tlsClientError", () => {});
  await once(server.listen(port, address), "listening");
  onTestFinished(() => void server.close());
  return server;
}

async function survey(server: Server, changes: Partial<SurveyRequest> = {}): Promise<Surveyed> {
  const { port } = server.address() as AddressInfo;
  return surveyEndpoint({ ...onLoopback({ host, port, policy }), hello, ...changes });
}

/** Address, what was offered, and what came. */
function told({ meetings }: Surveyed): readonly string[] {
  return meetings.map(({ address, offered, chain, version = "nothing" }) => {
    const { version: only = "all", keyType = "keys" } = offered;
    const leaf = name.get(Buffer.from(chain[0] ?? []).toString("hex")) ?? "no chain";
    return `${address} ${only} ${keyType}: ${leaf} by ${version}`;
  });
}

describe("one address", () => {
  it("with one certificate is asked for the whole offer and for the other kind of key", async () => {
    const found = await survey(await serve([ec]));
    expect(told(found)).toEqual(["127.0.0.1 all keys: EC by TLSv1.2"]);
    expect(found.meetings[0]?.asked).toBe("not-asked");
    expect(handshakes).toBe(2);
  });

  it.each<readonly [law: string, hello: Hello, own: string, other: string]>([
    ["ECDSA first", hello, "all keys: EC by TLSv1.2", "TLSv1.2 RSA: RSA by TLSv1.2"],
    ["RSA first", rsaFirst, "all keys: RSA by TLSv1.2", "TLSv1.2 ECDSA: EC by TLSv1.2"],
  ])("with two kinds shows both, and to whom: %s", async (_law, offered, own, other) => {
    const found = await survey(await serve(both), { hello: offered });
    expect(told(found)).toEqual([`127.0.0.1 ${own}`, `127.0.0.1 ${other}`]);
  });

  it("that shows one certificate several times has it kept once", async () => {
    const { meetings } = await survey(await serve(both), { hello: withTls13 });
    const [own, , , other] = meetings.map(({ chain }) => chain);
    expect(meetings.map(({ chain: [leaf] }) => leaf === own?.[0] || leaf === other?.[0])).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(own?.[0]?.buffer.byteLength).toBe(own?.[0]?.length);
  });

  it("shows what it has for each version", async () => {
    const found = await survey(await serve(both), { hello: withTls13 });
    expect(told(found)).toEqual([
      "127.0.0.1 all keys: EC by TLSv1.3",
      "127.0.0.1 TLSv1.2 ECDSA: EC by TLSv1.2",
      "127.0.0.1 TLSv1.2 RSA: RSA by TLSv1.2",
      "127.0.0.1 TLSv1.3 RSA: RSA by TLSv1.3",
    ]);
  });

  it("is judged by OpenSSL under the policy's roots, and told though it is refused", async () => {
    const strict = compilePolicy({ roots: pemOf(rsaRoot) }, {});
    const { meetings } = await survey(await serve(both), { policy: strict });
    expect(meetings.map(({ openssl, chain }) => [openssl?.accepted, chain.length])).toEqual([
      [false, 1],
      [true, 1],
    ]);
  });
});

const addresses = (port: number) => ({
  addressRules: {
    resolve: { [`${host}:${port}`]: "127.0.0.1,127.0.0.2,127.0.0.3" },
    lookup: undefined,
    family: undefined,
  },
});

describe("several addresses", () => {
  it("are each asked, and where one is not there the others count", async () => {
    const first = await serve([ec]);
    const { port } = first.address() as AddressInfo;
    await serve([identityOf(otherLeaf)], { address: "127.0.0.3", port });
    const found = await survey(first, addresses(port));
    expect(told(found)).toEqual([
      "127.0.0.1 all keys: EC by TLSv1.2",
      "127.0.0.3 all keys: other by TLSv1.2",
    ]);
    expect(found.unreached.map(({ address, error }) => [address, error.code])).toEqual([
      ["127.0.0.2", "connection-refused"],
    ]);
    // Two at the first; at the other the narrower offer told nothing new and is left out.
    expect(handshakes).toBe(3);
  });

  it("are asked with a narrower offer where that was shown another chain", async () => {
    const first = await serve(both);
    const { port } = first.address() as AddressInfo;
    await serve(both, { address: "127.0.0.2", port });
    expect(told(await survey(first, addresses(port))).filter((line) => line.includes("127.0.0.2"))).toEqual([
      "127.0.0.2 all keys: EC by TLSv1.2",
      "127.0.0.2 TLSv1.2 RSA: RSA by TLSv1.2",
    ]);
  });

  it("of a loopback name are not published, so that one that is not there is nothing to tell", async () => {
    const found = await survey(await serve([ec]), {
      addressRules: { resolve: undefined, lookup: undefined, family: undefined },
    });
    expect(found.meetings.map(({ address }) => address)).toEqual(["127.0.0.1"]);
    expect(found.unreached).toEqual([]);
  });

  it("are no longer asked when the time is over", async () => {
    const first = await serve([ec]);
    const { port } = first.address() as AddressInfo;
    const found = await survey(first, { ...addresses(port), totalMs: 0 });
    expect([told(found), found.leftOut.map(({ why }) => why), handshakes]).toEqual([
      [],
      ["time", "time", "time"],
      0,
    ]);
  });
});

describe("a server that turns the offer down", () => {
  it.each<readonly [law: string, options: TlsOptions, chosen: string]>([
    ["for want of a version", { minVersion: "TLSv1.3" }, "TLSv1.3"],
    ["for want of a suite", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES256-SHA384" }, "TLSv1.2"],
    ["for want of a group", { maxVersion: "TLSv1.2", ecdhCurve: "P-384" }, "TLSv1.2"],
  ])("%s is asked once more as anybody would", async (_law, options, chosen) => {
    const { meetings, ordinary } = await survey(await serve([ec], options));
    expect(meetings.map(({ error, chain }) => [error?.stage, chain.length])).toEqual([["tls", 0]]);
    expect(ordinary.map(({ version, chain }) => [version, chain.length])).toEqual([[chosen, 1]]);
  });

  it("is asked so at each address, because one does not speak for another", async () => {
    const first = await serve([ec], { minVersion: "TLSv1.3" });
    const { port } = first.address() as AddressInfo;
    await serve([], { address: "127.0.0.2", port });
    await serve([ec], { address: "127.0.0.3", port, minVersion: "TLSv1.3" });
    const { ordinary } = await survey(first, addresses(port));
    expect(ordinary.map(({ address, chain }) => [address, chain.length])).toEqual([
      ["127.0.0.1", 1],
      ["127.0.0.2", 0],
      ["127.0.0.3", 1],
    ]);
  });
});

describe("a narrower offer", () => {
  it("that is turned down has told that there is nothing", async () => {
    expect((await survey(await serve([ec]))).unlearned).toEqual([]);
  });

  it("that ends in a reset has told nothing, and each address is asked", async () => {
    const server = await serve([ec]);
    const { port } = server.address() as AddressInfo;
    const cut = (address: string, at: number): Promise<number> => {
      let connections = 0;
      const between = createTcpServer((client) => {
        client.on("error", () => {});
        // The whole offer is let through, and nothing after it.
        if (connections++ > 0) return void client.once("data", () => client.resetAndDestroy());
        const upstream = connect(port, "127.0.0.1");
        upstream.on("error", () => {});
        client.pipe(upstream).pipe(client);
      });
      onTestFinished(() => void between.close());
      return once(between.listen(at, address), "listening").then(
        () => (between.address() as AddressInfo).port,
      );
    };
    const front = await cut("127.0.0.1", 0);
    await cut("127.0.0.2", front);
    const found = await survey(server, {
      port: front,
      addressRules: {
        resolve: { [`${host}:${front}`]: "127.0.0.1,127.0.0.2" },
        lookup: undefined,
        family: undefined,
      },
    });
    expect(told(found)).toEqual(["127.0.0.1 all keys: EC by TLSv1.2", "127.0.0.2 all keys: EC by TLSv1.2"]);
    expect(
      found.unlearned.map(({ address, offered, error }) => [address, offered.keyType, error?.code]),
    ).toEqual([
      ["127.0.0.1", "RSA", "handshake-reset"],
      ["127.0.0.2", "RSA", "handshake-reset"],
    ]);
  });
});

describe("a chain that OpenSSL takes at level 0 alone", () => {
  it.each<readonly [law: string, weak: () => Minted, roots: () => Minted]>([
    ["for its SHA-1 signature", () => mintLeaf(host, ecRoot, { hash: "sha1" }), () => ecRoot],
    ["for its short key", () => mintLeaf(host, ecRoot, { keys: rsaKeys(512) }), () => ecRoot],
    ["for the short key of its root", () => mintLeaf(host, shortRoot), () => shortRoot],
  ])("%s is shown, with OpenSSL's ordinary verdict", async (_law, weak, root) => {
    const server = await serve([identityOf(weak())], { ciphers: "ALL:@SECLEVEL=0" });
    const weakPolicy = compilePolicy({ roots: pemOf(root()) }, {});
    const [own] = (await survey(server, { policy: weakPolicy, hello: anyKey })).meetings;
    expect([own?.chain.length, own?.error, own?.openssl?.accepted]).toEqual([1, undefined, false]);
  });

  it("is told from one of which the whole handshake is beyond the ordinary level", async () => {
    const server = await serve([ec], { ciphers: "ALL:@SECLEVEL=0" });
    const [own] = (await survey(server)).meetings;
    expect([own?.openssl, handshakes]).toEqual([{ accepted: true }, 2]);
  });
});

it("a server that wants a client's certificate shows its own, and whose it takes", async () => {
  const ca = mintRoot("Clients");
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const server = await serve([ec], {
      requestCert: true,
      rejectUnauthorized: true,
      ca: pemOf(ca),
      maxVersion,
    });
    const [own] = (await survey(server, { hello: withTls13 })).meetings;
    expect([own?.chain.length, own?.openssl]).toEqual([1, { accepted: true }]);
    expect(own?.asked).toMatchObject({ authorities: [ca.subject] });
  }
});

it("who interrupts it ends it", async () => {
  const server = await serve([ec]);
  const interrupt = new AbortController();
  const surveying = survey(server, { signal: interrupt.signal, onProgress: () => interrupt.abort() });
  await expect(surveying).rejects.toMatchObject({ code: "aborted" });
});
