/**
 * What a verification costs: a chain of three certificates (ECDSA P-256), cold (with parsing) and cached, beside
 * pkijs and @peculiar/x509 in the same run; and the engine's share of a TLS handshake on loopback.
 * `npm run bench:trust`
 *
 * Verifications a second of CPU time, the median of rounds. The three do not do the same: @peculiar/x509 builds the
 * chain and checks signatures, pkijs also dates and constraints; the engine does all that and the name, purposes,
 * strength and form besides.
 */
import { webcrypto } from "node:crypto";
import { createServer, connect, type TLSSocket } from "node:tls";
import type { AddressInfo } from "node:net";
import { trustPorts } from "../src/admission/index.ts";
import { anchorFromCertificate, verify } from "../src/trust/index.ts";
import { type Certificate, parseCertificate, writePem } from "../src/x509/index.ts";
import { mintChain, noon } from "../test/pki/index.ts";

const rounds = 5;
const roundMs = 400;
/** Loaded by name, so that types and builds do not need what only this comparison uses. */
const onlyHere = { pkijs: "pkijs", metadata: "reflect-metadata" };

const chain = mintChain();
if (chain.intermediate === undefined) throw new Error("the chain has no intermediate");
const ders = [chain.leaf.der, chain.intermediate.der, chain.root.der].map((der) => new Uint8Array(der));
const [leafDer, intermediateDer, rootDer] = ders as [
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>,
];
const at = new Date(noon);

interface Peer {
  readonly name: string;
  /** Parses and verifies; the result says whether the chain was accepted. */
  readonly cold: () => Promise<boolean> | boolean;
  readonly cached: () => Promise<boolean> | boolean;
}

console.log(
  `chain of ${ders.length} certificates, Node ${process.version}; verifications a second of CPU time`,
);
const figures = new Map<string, number>();
for (const peer of [engine(), await peculiar(), await pkijs()]) {
  if (peer === undefined) continue;
  const cold = await measure(peer.cold);
  const cached = await measure(peer.cached);
  figures.set(peer.name, cold);
  console.log(
    `${peer.name.padEnd(16)} cold ${cold.toFixed(0).padStart(7)}   cached ${cached.toFixed(0).padStart(7)}`,
  );
}
const [own, other] = [figures.get("meerkat"), figures.get("pkijs")];
if (own !== undefined && other !== undefined)
  console.log(`meerkat is ${(own / other).toFixed(1)} times as fast as pkijs, cold`);
await measureHandshake();

function parse(der: Uint8Array): Certificate {
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(parsed.malformation.reason);
  return parsed.certificate;
}

function engine(): Peer {
  const anchors = [anchorFromCertificate(parse(rootDer), { store: "file" })];
  const names = [{ kind: "dns", value: "host.example.com" }] as const;
  const judge = (leaf: Certificate, intermediate: Certificate): boolean =>
    verify({ leaf, intermediates: [intermediate], anchors, names, at: noon }, trustPorts).trusted;
  const [leaf, intermediate] = [parse(leafDer), parse(intermediateDer)];
  return {
    name: "meerkat",
    cold: () => judge(parse(leafDer), parse(intermediateDer)),
    cached: () => judge(leaf, intermediate),
  };
}

async function peculiar(): Promise<Peer | undefined> {
  // Its dependency injection wants Reflect's metadata before it is loaded.
  await import(onlyHere.metadata).catch(() => undefined);
  const x509 = await import("@peculiar/x509").catch(() => undefined);
  if (x509 === undefined) {
    console.log("@peculiar/x509   cannot be loaded without reflect-metadata, so not compared");
    return undefined;
  }
  const crypto = webcrypto as unknown as Crypto;
  const root = new x509.X509Certificate(rootDer);
  const build = async (
    leafBytes: Uint8Array<ArrayBuffer>,
    intermediateBytes: Uint8Array<ArrayBuffer>,
  ): Promise<boolean> => {
    const certificates = [root, new x509.X509Certificate(intermediateBytes)];
    const found = await new x509.X509ChainBuilder({ certificates }).build(
      new x509.X509Certificate(leafBytes),
      crypto,
    );
    return found.length === 3;
  };
  const [leaf, intermediate] = [new x509.X509Certificate(leafDer), new x509.X509Certificate(intermediateDer)];
  return {
    name: "@peculiar/x509",
    cold: () => build(leafDer, intermediateDer),
    cached: async () => {
      const builder = new x509.X509ChainBuilder({ certificates: [root, intermediate] });
      return (await builder.build(leaf, crypto)).length === 3;
    },
  };
}

/** What is used of pkijs, which is only there for this comparison. */
interface Pkijs {
  readonly Certificate: { fromBER(bytes: Uint8Array): unknown };
  readonly CertificateChainValidationEngine: new (options: {
    readonly trustedCerts: readonly unknown[];
    readonly certs: readonly unknown[];
    readonly checkDate: Date;
  }) => { verify(): Promise<{ readonly result: boolean }> };
}

async function pkijs(): Promise<Peer | undefined> {
  const loaded = await import(onlyHere.pkijs).catch(() => undefined);
  if (loaded === undefined) {
    console.log("pkijs            not installed, so not compared");
    return undefined;
  }
  const { Certificate: Parsed, CertificateChainValidationEngine: Engine } = loaded as Pkijs;
  const root = Parsed.fromBER(rootDer);
  const judge = async (certs: readonly unknown[]): Promise<boolean> =>
    (await new Engine({ trustedCerts: [root], certs, checkDate: at }).verify()).result;
  // It takes the last certificate for the leaf.
  const cached = [Parsed.fromBER(intermediateDer), Parsed.fromBER(leafDer)];
  return {
    name: "pkijs",
    cold: () => judge([Parsed.fromBER(intermediateDer), Parsed.fromBER(leafDer)]),
    cached: () => judge(cached),
  };
}

/** Verifications a second of CPU time: the median of the rounds, after two that warm up. */
async function measure(work: () => Promise<boolean> | boolean): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < rounds + 2; round++) {
    const before = process.cpuUsage();
    const until = performance.now() + roundMs;
    let count = 0;
    while (performance.now() < until) {
      if (!(await work())) throw new Error("a good chain was refused");
      count++;
    }
    const { user, system } = process.cpuUsage(before);
    if (round >= 2) rates.push((count / (user + system)) * 1e6);
  }
  return median(rates);
}

/** CPU time of full handshakes, client and server in this one process, and the engine's share of them. */
async function measureHandshake(): Promise<void> {
  const key = chain.leaf.keys.privateKey.export({ format: "pem", type: "pkcs8" });
  const cert = writePem("CERTIFICATE", leafDer) + writePem("CERTIFICATE", intermediateDer);
  const server = createServer({ key, cert, sessionTimeout: 1 }, (socket) => socket.end());
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const ca = writePem("CERTIFICATE", rootDer);
  const shake = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // The chain is of another day; what is measured is the handshake, with OpenSSL's own verification in it.
      const socket: TLSSocket = connect({
        port,
        host: "127.0.0.1",
        servername: "host.example.com",
        ca,
        rejectUnauthorized: false,
      });
      socket.on("error", reject).on("secureConnect", () => socket.end());
      socket.on("close", () => {
        resolve();
      });
      socket.resume();
    });
  const count = 200;
  for (let i = 0; i < count; i++) await shake();
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) await shake();
  const { user, system } = process.cpuUsage(before);
  server.close();
  const handshakeMicros = (user + system) / count;
  const engineMicros = 1e6 / (figures.get("meerkat") ?? Infinity);
  console.log(
    `handshake ${handshakeMicros.toFixed(0)} µs of CPU, client and server; the engine adds ${engineMicros.toFixed(0)} µs, ${((engineMicros / handshakeMicros) * 100).toFixed(1)} %`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
