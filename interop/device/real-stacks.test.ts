/**
 * Devices' verdicts held against the real libraries: a handshake of each library with each server, and the same
 * chain, anchors and moment given to the profile. What differs stands in the ledger, with its reason, or is a fault.
 */
import { connect, createServer, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderPem } from "../../src/bundle/index.ts";
import {
  type DeviceName,
  type DeviceProfile,
  devices,
  type DeviceVerdict,
  mbedtls2,
  verifyOnDevice,
} from "../../src/device/index.ts";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { trustPorts } from "../../src/admission/index.ts";
import { anchorFromCertificate } from "../../src/trust/index.ts";
import { type Certificate, parseCertificate, parsePem } from "../../src/x509/index.ts";
import { cases, type Case } from "../../test/device/cases.ts";
import { nameCases } from "../../test/device/name-cases.ts";
import { pathCases } from "../../test/device/path-cases.ts";
import { openWorkshop, type Outcome, type Workshop } from "../../test/device/harness/harness.ts";
import { type Library, libraryNames, whatIsMissing } from "../../test/device/harness/libraries.ts";
import { ledger } from "./ledger.ts";

/** A device, the library that stands for it here, and how that library has to be set to be like it. */
interface Pairing {
  readonly device: DeviceName;
  /** `node`: this very process. */
  readonly library: Library | "node";
  readonly options: readonly string[];
}

const pairings: readonly Pairing[] = [
  { device: "mongoose-os", library: "mbedtls", options: ["nodates"] },
  { device: "mongoose-7-mbedtls", library: "mbedtls-3.6", options: [] },
  { device: "esp-idf", library: "mbedtls-3.6", options: ["nodates"] },
  { device: "arduino-esp32", library: "mbedtls-3.6", options: ["nodates"] },
  { device: "micropython", library: "micropython", options: [] },
  { device: "zephyr", library: "mbedtls-3.6", options: ["nodates"] },
  { device: "arduino-esp8266", library: "bearssl", options: [] },
  { device: "openssl", library: "openssl", options: [] },
  { device: "mongoose-7-openssl", library: "openssl", options: [] },
  { device: "node", library: "node", options: [] },
  { device: "python", library: "python", options: [] },
];

/** The profiles of the libraries themselves, whose own words have to be ours too. */
const exactly: readonly (Omit<Pairing, "device"> & {
  readonly name: string;
  readonly profile: DeviceProfile;
})[] = [
  {
    name: "mbedtls 2.28",
    library: "mbedtls",
    options: [],
    profile: { ...devices["mongoose-7-mbedtls"], strategy: { kind: "mbedtls", options: mbedtls2 } },
  },
  { name: "mbedtls 3.6", library: "mbedtls-3.6", options: [], profile: devices["mongoose-7-mbedtls"] },
];

let workshop: Workshop;
let lab: Lab;

beforeAll(async () => {
  workshop = await openWorkshop();
  lab = await openLab();
});

afterAll(async () => {
  await workshop.close();
  await lab.close();
});

/** One server with what a device has for it. */
interface Meeting {
  readonly port: number;
  readonly name: string;
  readonly chain: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly at: number;
}

function concat(certificates: readonly Certificate[]): Uint8Array {
  return new Uint8Array(Buffer.concat(certificates.map(({ der }) => der)));
}

function parse(der: Uint8Array): Certificate | undefined {
  const parsed = parseCertificate(der);
  return parsed.ok ? parsed.certificate : undefined;
}

async function askLibrary({ library, options }: Omit<Pairing, "device">, server: Meeting): Promise<Outcome> {
  if (library === "node") return askNode(server);
  return workshop.meet(library, { ...server, ca: concat(server.anchors), options });
}

/** Node's own client, with its own check of the name. Its clock is the machine's. */
function askNode({ port, name, anchors }: Meeting): Promise<Outcome> {
  return new Promise((resolve) => {
    const isName = !/^[0-9.]+$/.test(name);
    const socket = connect(
      {
        host: isName ? name : "127.0.0.1",
        port,
        lookup: (_host, options, done) => {
          // Every name is at loopback here; Node asks for one address or for all.
          if (options.all === true) done(null, [{ address: "127.0.0.1", family: 4 }]);
          else done(null, "127.0.0.1", 4);
        },
        ...(isName && { servername: name }),
        ca: renderPem(anchors),
      },
      () => {
        socket.destroy();
        resolve({ accepts: true, library: "" });
      },
    );
    socket.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ accepts: false, library: error.code ?? error.message }),
    );
  });
}

function askProfile(profile: DeviceProfile, { chain, anchors, name, at }: Meeting): DeviceVerdict {
  const source = { store: "file" };
  return verifyOnDevice(
    profile,
    { chain, name, at, anchors: anchors.map((anchor) => anchorFromCertificate(anchor, source)) },
    trustPorts,
  );
}

/** `accepts`, or what the library reports, by number alone. */
function told(verdict: DeviceVerdict): string {
  if (verdict.accepts) return "accepts";
  return /\((\d+)\)$/.exec(verdict.refusal.library)?.[1] ?? verdict.refusal.library;
}

function said({ accepts, library }: Outcome): string {
  return accepts ? "accepts" : library;
}

/** Some programs give no name to the library when the host is an address. */
function withoutName(device: DeviceName, { name }: Meeting): readonly string[] {
  const { strategy } = devices[device];
  const skips = "names" in strategy.options && strategy.options.names.skipsAddresses;
  return skips && /^[0-9.]+$/.test(name) ? ["noname"] : [];
}

/** Where the verdicts differ: `device: profile / library`. Details count only where both are of one version. */
async function compare(server: Meeting, place: string): Promise<string[]> {
  const differences: string[] = [];
  const outcomes = new Map<string, Promise<Outcome>>();
  const ask = (asked: Omit<Pairing, "device">): Promise<Outcome> => {
    const key = [asked.library, ...asked.options].join(" ");
    const outcome = outcomes.get(key) ?? askLibrary(asked, server);
    outcomes.set(key, outcome);
    return outcome;
  };
  for (const { device, library, options } of pairings) {
    if (library !== "node" && !workshop.libraries.has(library)) continue;
    const real = await ask({ library, options: [...options, ...withoutName(device, server)] });
    const ours = askProfile(devices[device], server);
    if (ours.accepts !== real.accepts)
      differences.push(`${place} | ${device} | ${told(ours)} / ${said(real)}`);
  }
  for (const { name, profile, library, options } of exactly) {
    if (library === "node" || !workshop.libraries.has(library)) continue;
    const real = await ask({ library, options });
    const ours = askProfile(profile, server);
    if (told(ours) !== said(real)) differences.push(`${place} | ${name} | ${told(ours)} / ${said(real)}`);
  }
  return differences;
}

async function withServer<T>(served: Case, use: (server: Meeting) => Promise<T>): Promise<T> {
  const [first] = served.sent;
  if (first === undefined) throw new Error("a case sends one certificate at least");
  const server: Server = createServer({
    cert: renderPem(served.sent.map(({ certificate }) => certificate)),
    key: first.keys.privateKey.export({ type: "pkcs8", format: "pem" }),
    ciphers: "DEFAULT:@SECLEVEL=0",
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("secureConnection", (socket) => socket.on("error", () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  try {
    return await use({
      port: typeof address === "object" && address !== null ? address.port : 0,
      name: served.name,
      at: served.at,
      chain: served.sent.map(({ certificate }) => certificate),
      anchors: served.anchors.map(({ certificate }) => certificate),
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const all: string[] = [];

describe("of the libraries that the verdicts are held against", () => {
  it.for(libraryNames)("%s is here", (library, { skip }) => {
    // Without it the cases below compare the others alone.
    if (!workshop.libraries.has(library)) skip(whatIsMissing(library));
    expect(workshop.libraries).toContain(library);
  });
});

describe("a library's verdict and its device's agree", () => {
  it.for([...cases, ...nameCases, ...pathCases])("on $law", async (served, { skip }) => {
    if (workshop.libraries.size === 0) skip("no TLS library to compile against");
    const differences = await withServer(served, (server) => compare(server, served.law));
    all.push(...differences);
    expect(differences.filter((difference) => !ledger.some((row) => row.differs === difference))).toEqual([]);
  });

  it("on every site of the lab that comes to a chain", { timeout: 300_000 }, async ({ skip }) => {
    if (!workshop.libraries.has("openssl")) skip("libssl-dev is missing, by which the chain as sent is read");
    const root = parse(parsePem(lab.caPem).blocks[0]?.bytes ?? new Uint8Array(0));
    if (root === undefined) throw new Error("the lab's root cannot be read");
    const differences: string[] = [];
    const compared: string[] = [];
    for (const { name: site, host, url, family } of lab.sites) {
      if (family !== "certificates" || host.includes(":")) continue;
      const port = Number(new URL(url).port);
      const seen = await workshop.meet("openssl", {
        port,
        name: host,
        ca: root.der,
        at: Date.now(),
        options: ["level1"],
      });
      const chain = seen.chain?.map(parse);
      if (chain === undefined || chain.length === 0 || chain.includes(undefined)) continue;
      const whole = chain.flatMap((certificate) => certificate ?? []);
      compared.push(site);
      differences.push(
        ...(await compare(
          { port, name: host, chain: whole, anchors: [root], at: Date.now() },
          `lab ${site}`,
        )),
      );
    }
    all.push(...differences);
    expect(compared.length).toBeGreaterThan(40);
    expect(differences.filter((difference) => !ledger.some((row) => row.differs === difference))).toEqual([]);
  });

  it("and the ledger has no row that no longer differs", ({ skip }) => {
    if (workshop.libraries.size < libraryNames.length) skip("not every library is here");
    expect(ledger.map((row) => row.differs).filter((differs) => !all.includes(differs))).toEqual([]);
  });
});
