/**
 * Servers that show different chains to different clients, and hosts that show different ones at their addresses. What
 * `ca` writes for a device is given to the real libraries, and each of them dials each of the addresses: none may refuse.
 */
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect as connectTcp, createServer as createRelay, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer as createTls, type TlsOptions } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBundle } from "../../src/bundle/index.ts";
import type { DeviceName } from "../../src/device/index.ts";
import { run } from "../../test/child.ts";
import { meerkat } from "../../test/cli/transcript.ts";
import { whatIsMissing, type Library } from "../../test/device/harness/libraries.ts";
import { openWorkshop, type Workshop } from "../../test/device/harness/harness.ts";
import { identityOf, pemOf, rsaKeys } from "../../test/pki/index.ts";
import { mint, mintLeaf, mintRoot, now, yearMs } from "../../test/pki/today.ts";
import { startDualNginx } from "../servers/dual-nginx.ts";
import { findProgram, freePort } from "../servers/process.ts";

const host = "many.localhost";
const [rsaRoot, ecRoot, otherRoot] = [
  mintRoot("RSA Root", { keys: rsaKeys(2048, 0) }),
  mintRoot("EC Root"),
  mintRoot("Other Root"),
];
const rsaIssuer = mint({ name: "RSA Issuer", keys: rsaKeys(2048, 1), ca: true }, rsaRoot);
const ecIssuer = mint({ name: "EC Issuer", ca: true }, ecRoot);
const crossed = mint(
  { name: "Other Root", keys: otherRoot.keys, ca: true, notAfterAt: now + 4 * yearMs },
  ecRoot,
);
const rsa = identityOf(mintLeaf(host, rsaIssuer, { keys: rsaKeys(2048, 2) }), rsaIssuer);
const ec = identityOf(mintLeaf(host, ecIssuer), ecIssuer);
const other = identityOf(mintLeaf(host, otherRoot));
const cross = identityOf(mintLeaf(host, otherRoot), crossed);

/** Something that listens, and how to end it. */
interface Place {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

type Opener = (address: string, port: number) => Promise<Place>;

const node =
  (identities: readonly (typeof rsa)[], options: TlsOptions = {}): Opener =>
  async (address, port) => {
    const server = createTls({
      cert: identities.map(({ cert }) => cert),
      key: identities.map(({ key }) => key),
      honorCipherOrder: false,
      ...options,
    });
    const open = new Set<{ destroy(): void }>();
    server.on("connection", (socket) => open.add(socket));
    server.on("tlsClientError", (_error, socket) => socket.destroy());
    server.on("secureConnection", (socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
    });
    await once(server.listen(port, address), "listening");
    return {
      address,
      stop: async () => {
        for (const socket of open) socket.destroy();
        await ended(server);
      },
    };
  };

const nginx =
  (protocols: string, ownOrder: boolean): Opener =>
  async (address, port) => ({
    address,
    ...(await startDualNginx({ port, identities: [rsa, ec], protocols, ownOrder })),
  });

/** Each with its addresses, all at one port. */
const hosts: readonly (readonly [what: string, openers: Readonly<Record<string, Opener>>])[] = [
  ["nginx with two certificates", { "127.0.0.1": nginx("TLSv1.2 TLSv1.3", false) }],
  ["nginx with two certificates and its own order", { "127.0.0.1": nginx("TLSv1.2 TLSv1.3", true) }],
  ["nginx with two certificates and TLS 1.2 alone", { "127.0.0.1": nginx("TLSv1.2", false) }],
  [
    "Node with two certificates, TLS 1.2 alone and its own order",
    { "127.0.0.1": node([rsa, ec], { honorCipherOrder: true, maxVersion: "TLSv1.2" }) },
  ],
  ["TLS 1.2 with RSA alone", { "127.0.0.1": node([rsa], { maxVersion: "TLSv1.2" }) }],
  ["two addresses with a chain of their own each", { "127.0.0.1": node([ec]), "127.0.0.2": node([other]) }],
  [
    "an address with two certificates, one with RSA and TLS 1.2, and one of IPv6",
    {
      "127.0.0.1": node([rsa, ec]),
      "127.0.0.2": node([rsa], { maxVersion: "TLSv1.2" }),
      "::1": node([cross]),
    },
  ],
];

/** Which real libraries stand for a device. */
const clients: Readonly<Partial<Record<DeviceName, readonly (Library | "node" | "s_client")[]>>> = {
  "arduino-esp8266": ["bearssl"],
  "esp-idf": ["mbedtls", "mbedtls-3.6"],
  "mongoose-os": ["mbedtls"],
  "mongoose-7-mbedtls": ["mbedtls-3.6"],
  micropython: ["micropython"],
  openssl: ["openssl", "s_client"],
  python: ["python"],
  node: ["node"],
};

/** Built without dates, and without TLS 1.3. */
const undated: ReadonlySet<DeviceName> = new Set(["esp-idf", "mongoose-os"]);

/** Ports of which `ca` said that the library takes no signature like the server's. */
const told = new Set<number>();
const hybrids: ReadonlySet<string> = new Set(["mbedtls-3.6", "micropython"]);

let workshop: Workshop;
let folder: string;
beforeAll(async () => {
  workshop = await openWorkshop();
  folder = await mkdtemp(join(tmpdir(), "meerkat-variants-"));
  await writeFile(join(folder, "roots.pem"), pemOf(rsaRoot, ecRoot, otherRoot));
});
afterAll(async () => {
  await workshop.close();
  await rm(folder, { recursive: true });
});

async function ended(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}

/** A port of 127.0.0.1 that leads to the address: the harnesses know no other. */
async function relay(address: string, port: number): Promise<Server> {
  const server = createRelay((inner) => {
    const outer = connectTcp(port, address);
    for (const socket of [inner, outer]) socket.on("error", () => socket.destroy());
    inner.pipe(outer).pipe(inner);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

/** What `ca` wrote, as the certificates in it. */
async function written(device: DeviceName, port: number, addresses: readonly string[]): Promise<Uint8Array> {
  const output = join(folder, `${device}-${port}/`);
  const place = `${host}:${port}:${addresses.map((one) => (one.includes(":") ? `[${one}]` : one)).join(",")}`;
  const { stdout, exitCode } = await meerkat([
    "ca",
    `https://${host}:${port}/`,
    "--for",
    device,
    "--cacert",
    join(folder, "roots.pem"),
    "--resolve",
    place,
    "-o",
    output,
    "--lock",
    join(folder, "lock.json"),
    "--json",
  ]);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('"lost": []')]);
  if (device === "mongoose-7-mbedtls" && /rsa_pss/.test(stdout)) told.add(port);
  const report = JSON.parse(stdout) as { readonly written: readonly { readonly path: string }[] };
  const files = await Promise.all(report.written.map(({ path }) => readFile(path)));
  const entries = files.flatMap((bytes) => readBundle(new Uint8Array(bytes)).entries);
  return new Uint8Array(
    Buffer.concat(entries.flatMap((entry) => (entry.kind === "certificate" ? [entry.certificate.der] : []))),
  );
}

async function ask(
  client: Library | "node" | "s_client",
  port: number,
  ca: Uint8Array,
  device: DeviceName,
): Promise<string> {
  if (client === "node") return askNode(port, ca);
  if (client === "s_client") return askSClient(port, ca);
  const options = undated.has(device) ? ["nodates", "tls12"] : [];
  const { accepts, library } = await workshop.meet(client, {
    port,
    name: host,
    ca,
    at: now + 3_600_000,
    options,
  });
  return accepts ? "accepts" : `refuses: ${library}`;
}

/** Certificates one after the other, as PEM. */
function toPem(ca: Uint8Array): string {
  const parts: { readonly der: Uint8Array }[] = [];
  for (let at = 0; at < ca.length;) {
    const length = 4 + ((ca[at + 2] ?? 0) << 8) + (ca[at + 3] ?? 0);
    parts.push({ der: ca.subarray(at, at + length) });
    at += length;
  }
  return pemOf(...parts);
}

async function askNode(port: number, ca: Uint8Array): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, servername: host, ca: toPem(ca) });
  const outcome = await Promise.race([
    once(socket, "secureConnect").then(() => "accepts"),
    new Promise<string>((resolve) => socket.on("error", (error) => resolve(`refuses: ${error.message}`))),
  ]);
  socket.destroy();
  return outcome;
}

async function askSClient(port: number, ca: Uint8Array): Promise<string> {
  const file = join(folder, `ca-${port}.pem`);
  await writeFile(file, toPem(ca));
  const where = ["-connect", `127.0.0.1:${port}`, "-servername", host, "-verify_hostname", host];
  const { exitCode, stdout, stderr } = await run("openssl", [
    "s_client",
    ...where,
    "-verify_return_error",
    "-CAfile",
    file,
  ]);
  return exitCode === 0 ? "accepts" : `refuses: ${stdout}${stderr}`;
}

describe.each(hosts)("%s", (what, openers) => {
  const places: Place[] = [];
  let port = 0;
  const isMissing = /nginx/.test(what)
    ? findProgram("nginx") === undefined
    : findProgram("openssl") === undefined;
  beforeAll(async () => {
    if (isMissing) return;
    port = await freePort();
    for (const [address, open] of Object.entries(openers)) places.push(await open(address, port));
  });
  afterAll(async () => {
    for (const place of places) await place.stop();
  });

  it.for(Object.keys(clients) as readonly DeviceName[])("%s", async (device, { skip }) => {
    if (isMissing) skip("nginx or openssl is not installed");
    const asked = (clients[device] ?? []).filter(
      (client) => client === "node" || client === "s_client" || workshop.libraries.has(client),
    );
    const [first] = clients[device] ?? [];
    if (asked.length === 0 && first !== undefined && first !== "node" && first !== "s_client")
      skip(whatIsMissing(first));
    const addresses = Object.keys(openers);
    const ca = await written(device, port, addresses);
    for (const address of addresses) {
      const way = await relay(address, port);
      for (const client of asked) {
        const outcome = await ask(client, (way.address() as AddressInfo).port, ca, device);
        // With TLS 1.3 in it mbedTLS 3 takes no RSA-PSS in 1.2, whatever its CA certificates: `ca` has told of it.
        if (hybrids.has(client) && /-0x6600|-26112/.test(outcome)) {
          if (device === "mongoose-7-mbedtls") expect(told.has(port)).toBe(true);
          continue;
        }
        expect(`${client} at ${address}: ${outcome}`).toBe(`${client} at ${address}: accepts`);
      }
      way.close();
    }
  });
});
