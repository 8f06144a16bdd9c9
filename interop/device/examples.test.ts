/**
 * Examples, compiled with the real headers and run against the lab: Mongoose 7 with each of its TLS, the application
 * for Mongoose OS over Mongoose 6, MicroPython. The rest is in test/device/examples.test.ts: OpenSSL, Python and Node run
 * there, and what has no real headers here is compiled against stubs.
 */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderPem } from "../../src/bundle/index.ts";
import { buildExample, type DeviceName, devices } from "../../src/device/index.ts";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { type Certificate, parseCertificate, parsePem } from "../../src/x509/index.ts";
import { findInterpreter, run } from "../../test/device/harness/libraries.ts";
import { keyInForm, openMutualSite } from "../../test/device/mutual-site.ts";
import { compileLoopback } from "../../test/device/projects.ts";
import { identityOf, type Minted } from "../../test/pki/index.ts";
import { dayMs, mintLeaf, mintRoot, now } from "../../test/pki/today.ts";
import { type LoopbackServices, openLoopbackServices } from "./loopback-services.ts";

const harness = fileURLToPath(new URL("../../test/device/harness/", import.meta.url));
const mongoose = fileURLToPath(new URL("../../node_modules/.cache/mongoose/", import.meta.url));
const noMongoose = ".ci/mongoose has not fetched Mongoose";

let folder = "";
let lab: Lab;
let services: LoopbackServices;
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-real-examples-"));
  lab = await openLab({ sites: ["good", "expired", "wrong-host", "untrusted-root"] });
  services = await openLoopbackServices();
});

afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await services.close();
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

function labRoot(): readonly Certificate[] {
  const parsed = parseCertificate(parsePem(lab.caPem).blocks[0]?.bytes ?? new Uint8Array(0));
  return parsed.ok ? [parsed.certificate] : [];
}

async function put(
  directory: string,
  device: DeviceName,
  request: Parameters<typeof buildExample>[1],
): Promise<void> {
  for (const { path, content } of buildExample(devices[device], request)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

/** The example for one of the lab's sites, with the lab's root. */
async function putForSite(device: DeviceName, site: string): Promise<string> {
  const directory = join(folder, device, site);
  await put(directory, device, { url: lab.url(site), anchors: labRoot() });
  return directory;
}

/** What a program printed, whatever its exit status. */
async function output(
  [program = "", ...args]: readonly string[],
  cwd: string,
  more: NodeJS.ProcessEnv = {},
): Promise<string> {
  const env = { ...process.env, ...more };
  return run(program, args, { cwd, env, timeout: 60_000 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stdout?: string; stderr?: string }) => (error.stdout ?? "") + (error.stderr ?? ""),
  );
}

/** A macro of C whose value is a string. */
const define = (name: string, value: string): string => `-D${name}="${value}"`;

async function fetchWithMongoose7(directory: string): Promise<string> {
  for (const file of ["mongoose.c", "mongoose.h"])
    await copyFile(join(mongoose, "7", file), join(directory, file));
  const asked = [define("DNS_URL", services.names), define("SNTP_URL", services.time)];
  await run("gcc", ["-Wall", "-Wextra", "-Werror", ...asked, "-fsyntax-only", join(directory, "main.c")]);
  // In make's shell the quotes of a macro need their backslashes.
  const flags = ["-O0", ...asked.map((macro) => macro.replaceAll('"', String.raw`\"`))].join(" ");
  await run("make", [`CFLAGS=${flags}`], { cwd: directory, timeout: 60_000 });
  return output(["./fetch"], directory);
}

async function fetchWithMongoose6(directory: string): Promise<string> {
  const shim = join(harness, "mongoose-os");
  const flags = [
    `-I${shim}`,
    `-I${join(mongoose, "6")}`,
    "-DMG_ENABLE_SSL=1",
    "-DMG_SSL_IF=MG_SSL_IF_OPENSSL",
    "-DMG_ENABLE_CALLBACK_USERDATA=1",
  ];
  const strict = ["-std=gnu11", "-Wall", "-Wextra", "-Werror"];
  await run("gcc", [
    ...flags,
    ...strict,
    "-c",
    "-o",
    join(directory, "main.o"),
    join(directory, "src/main.c"),
  ]);
  const sources = [join(directory, "main.o"), join(shim, "host.c"), join(mongoose, "6/mongoose.c")];
  await run("gcc", [...flags, "-w", "-o", join(directory, "fetch"), ...sources, "-lssl", "-lcrypto"]);
  return output([join(directory, "fetch")], join(directory, "fs"));
}

const micropython = findInterpreter("micropython")?.slice(0, -1);
const noMicropython = ".ci/newer-libraries has not fetched MicroPython";

async function fetchWithMicropython(directory: string, interpreter: readonly string[]): Promise<string> {
  const loopback = await compileLoopback(folder);
  return output([...interpreter, "main.py"], directory, {
    LD_PRELOAD: loopback,
    MICROPYPATH: join(harness, "micropython-modules"),
  });
}

const got = /^HTTP 200,? \d+ bytes$/m;

describe.each<readonly [device: DeviceName, expired: RegExp, otherName: RegExp, otherRoot: RegExp]>([
  ["mongoose-7-openssl", /tls hs/, /tls hs/, /tls hs/],
  ["mongoose-7-mbedtls", /-0x2700/, /-0x2700/, /-0x2700/],
  ["mongoose-7-builtin", /failed to parse certificate/, /failed to verify hostname/, /failed to verify CA/],
])("%s with Mongoose 7's own source", (device, expired, otherName, otherRoot) => {
  it.for([
    ["good", got],
    ["expired", expired],
    ["wrong-host", otherName],
    ["untrusted-root", otherRoot],
  ] as const)("compiles without a warning, and tells %s", async ([site, says], { skip }) => {
    if (!existsSync(join(mongoose, "7/mongoose.h"))) skip(noMongoose);
    const said = await fetchWithMongoose7(await putForSite(device, site));
    expect(said).toMatch(says);
    expect(got.test(said)).toBe(site === "good");
  });
});

/** A server with one certificate, whatever name it is asked for: Mongoose 6 sends none for what the hosts file has. */
async function openSite(chain: Minted): Promise<Server> {
  const server = createServer(
    {
      cert: renderPem([chain.certificate]),
      key: chain.keys.privateKey.export({ type: "pkcs8", format: "pem" }),
    },
    (_, response) => response.end("hello"),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return server;
}

describe("the application for Mongoose OS over Mongoose 6's own source", () => {
  const [root, other] = [mintRoot("Root"), mintRoot("Other")];
  const past = { notBeforeAt: now - 20 * dayMs, notAfterAt: now - 10 * dayMs };

  // On the host its TLS is OpenSSL, which compares no name and looks at dates; on a device it is the other way round.
  it.for([
    ["a site of its root", mintLeaf("localhost", root), got],
    ["an expired certificate", mintLeaf("localhost", root, past), /^TLS failed/m],
    ["a site of another root", mintLeaf("localhost", other), /^TLS failed/m],
  ] as const)("compiles without a warning, and tells %s", async ([what, leaf, says], { skip }) => {
    if (!existsSync(join(mongoose, "6/mongoose.h"))) skip(noMongoose);
    const { port } = (await openSite(leaf)).address() as AddressInfo;
    const directory = join(folder, "mongoose-os", what);
    await put(directory, "mongoose-os", { url: `https://localhost:${port}/`, anchors: [root.certificate] });
    const said = await fetchWithMongoose6(directory);
    expect(said).toMatch(says);
    expect(got.test(said)).toBe(says === got);
  });
});

describe("the program for MicroPython", () => {
  it.for([
    ["good", got],
    ["expired", /^failed at TLS: .*expired/m],
    ["wrong-host", /^failed at TLS: .*(?:CN|name|host)/im],
    ["untrusted-root", /^failed at TLS: .*(?:trust|CA)/m],
  ] as const)("tells %s", async ([site, says], { skip }) => {
    if (micropython === undefined) return skip(noMicropython);
    const said = await fetchWithMicropython(await putForSite("micropython", site), micropython);
    expect(said).toMatch(says);
    expect(got.test(said)).toBe(site === "good");
  });
});

it.for([
  ["mongoose-os", "6", ["-DMG_ENABLE_SSL=1", "-DMG_ENABLE_CALLBACK_USERDATA=1", `-I${harness}mongoose-os`]],
  ["mongoose-7", "7", []],
] as const)(
  "examples/c/%s.c, which the guide quotes, compiles with Mongoose %s",
  async ([name, major, more], { skip }) => {
    if (!existsSync(join(mongoose, major, "mongoose.h"))) skip(noMongoose);
    const file = fileURLToPath(new URL(`../../examples/c/${name}.c`, import.meta.url));
    const flags = [
      "-std=gnu11",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-fsyntax-only",
      `-I${join(mongoose, major)}`,
    ];
    await run("gcc", [...flags, ...more, file]);
  },
);

const ways = [
  ["mongoose-7-openssl", fetchWithMongoose7],
  ["mongoose-7-mbedtls", fetchWithMongoose7],
  ["mongoose-7-builtin", fetchWithMongoose7],
  ["mongoose-os", fetchWithMongoose6],
  ["micropython", (directory: string) => fetchWithMicropython(directory, micropython ?? [])],
] as const;

function isMissing(device: DeviceName): string | undefined {
  if (device === "micropython") return micropython === undefined ? noMicropython : undefined;
  return existsSync(join(mongoose, "7/mongoose.h")) ? undefined : noMongoose;
}

describe("a server that speaks no HTTP", () => {
  const [root, other] = [mintRoot("Broker Root"), mintRoot("Other Root")];

  it.for(ways)("is verified, and refused with another root: %s", async ([device, fetchWith], { skip }) => {
    const missing = isMissing(device);
    if (missing !== undefined) skip(missing);
    const broker = createTlsServer(identityOf(mintLeaf("localhost", root)), (socket) => {
      socket.resume().on("error", () => undefined);
    });
    broker.on("tlsClientError", () => undefined);
    broker.listen(0, "127.0.0.1");
    await once(broker, "listening");
    const url = `mqtts://localhost:${(broker.address() as AddressInfo).port}`;
    for (const anchor of [root, other]) {
      const directory = join(folder, "broker", device, anchor === root ? "good" : "other");
      await put(directory, device, { url, anchors: [anchor.certificate] });
      expect(/^verified$/m.test(await fetchWith(directory))).toBe(anchor === root);
    }
    broker.close();
  });
});

describe("a server that wants a client certificate", () => {
  it.for(ways)("meets the device by its name: %s", async ([device, fetchWith], { skip }) => {
    const missing = isMissing(device);
    if (missing !== undefined) skip(missing);
    const site = await openMutualSite();
    const directory = join(folder, "mutual", device);
    await put(directory, device, {
      url: site.url,
      anchors: [site.root.certificate],
      clientCertificates: [site.client.certificate],
    });
    const key = { "mongoose-os": "fs/client.key", micropython: "client-key.der" }[device as string];
    const place = key ?? "client.key";
    await writeFile(join(directory, place), keyInForm(site.client, place));
    const said = await fetchWith(directory);
    site.close();
    expect(said).toMatch(got);
    expect(site.met).toEqual(["device-7"]);
  });
});
