/**
 * Fifty sites under each of twenty roots, and under all of them: a device's verdict on every pair held against the
 * library's. Those in C verify without a handshake; interpreters, Mongoose and Node dial.
 */
import { connect, createServer, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trustPorts } from "../../src/admission/index.ts";
import { renderPem } from "../../src/bundle/index.ts";
import { type DeviceProfile, devices, mbedtls2, verifyOnDevice } from "../../src/device/index.ts";
import { anchorFromCertificate } from "../../src/trust/index.ts";
import { openWorkshop, type Workshop } from "../../test/device/harness/harness.ts";
import { type CLibrary, type Dialer, dialers, whatIsMissing } from "../../test/device/harness/libraries.ts";
import { matrixRoots, matrixSites } from "../../test/device/matrix.ts";
import type { Minted } from "../../test/pki/index.ts";
import { now } from "../../test/pki/today.ts";

/** Every root by itself, all of them in their order, and the other way round. */
const sets: readonly (readonly Minted[])[] = [
  ...matrixRoots.map(({ root }) => [root]),
  matrixRoots.map(({ root }) => root),
  matrixRoots.map(({ root }) => root).toReversed(),
];
const setNames: readonly string[] = [...matrixRoots.map(({ what }) => what), "all", "all, reversed"];

const der = ({ certificate }: Minted): Uint8Array => certificate.der;

/** A library with its settings, and the profile that stands for it. */
interface Subject {
  readonly name: string;
  readonly library: CLibrary;
  readonly options: readonly string[];
  readonly profile: DeviceProfile;
  /** Whether our words have to be the library's own; else the verdict alone. */
  readonly isExact: boolean;
}

const undated = { options: ["nodates"], isExact: true } as const;
const subjects: readonly Subject[] = [
  {
    name: "mbedTLS 2.28",
    library: "mbedtls",
    options: [],
    isExact: true,
    profile: { ...devices["mongoose-7-mbedtls"], strategy: { kind: "mbedtls", options: mbedtls2 } },
  },
  { name: "mongoose-os", library: "mbedtls", ...undated, isExact: false, profile: devices["mongoose-os"] },
  {
    name: "mongoose-7-mbedtls",
    library: "mbedtls-3.6",
    options: [],
    isExact: true,
    profile: devices["mongoose-7-mbedtls"],
  },
  { name: "esp-idf", library: "mbedtls-3.6", ...undated, profile: devices["esp-idf"] },
  { name: "zephyr", library: "mbedtls-3.6", ...undated, profile: devices["zephyr"] },
  {
    name: "arduino-esp8266",
    library: "bearssl",
    options: [],
    isExact: true,
    profile: devices["arduino-esp8266"],
  },
  { name: "openssl", library: "openssl", options: [], isExact: true, profile: devices["openssl"] },
];

const builtin = devices["mongoose-7-builtin"];
/** Mongoose 7.23 is what is here, which verifies what 7.22 does not. */
const profileOf: Readonly<Record<Dialer, DeviceProfile>> = {
  micropython: devices["micropython"],
  python: devices["python"],
  "mongoose-builtin":
    builtin.strategy.kind === "mongoose-builtin"
      ? {
          ...builtin,
          strategy: {
            kind: "mongoose-builtin",
            options: { ...builtin.strategy.options, verifiesSeveral: true },
          },
        }
      : builtin,
};

/** A profile's word for each set of anchors: `accepts`, or what the library reports, by number alone. */
function wordsOf(
  profile: DeviceProfile,
  { sent, name }: (typeof matrixSites)[number],
  at: number,
  load = (set: readonly Minted[]): readonly Minted[] => set,
): string[] {
  return sets.map((set) => {
    const anchors = load(set);
    if (anchors.length === 0) return "nothing is loaded";
    const verdict = verifyOnDevice(
      profile,
      {
        chain: sent.map(({ certificate }) => certificate),
        anchors: anchors.map(({ certificate }) => anchorFromCertificate(certificate, { store: "file" })),
        name,
        at,
      },
      trustPorts,
    );
    if (verdict.accepts) return "accepts";
    return /\((\d+)\)$/.exec(verdict.refusal.library)?.[1] ?? verdict.refusal.library;
  });
}

function skipsName({ strategy }: DeviceProfile, host: string): boolean {
  return "names" in strategy.options && strategy.options.names.skipsAddresses && /^[0-9.]+$/.test(host);
}

/** What a program has of a file, of which one bad certificate can cost it all of them. */
function loaded({ fileRules }: DeviceProfile, set: readonly Minted[]): readonly Minted[] {
  const isLost = ({ certificate }: Minted): boolean => fileRules.refuse?.(certificate) !== undefined;
  return fileRules.takesAllOrNone !== undefined && set.some(isLost) ? [] : set;
}

interface Words {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** `name | site | root | ours / theirs` for every pair that differs. */
function differences(name: string, isExact: boolean, words: readonly Words[]): string[] {
  return matrixSites.flatMap(({ what }, i) =>
    sets.flatMap((_set, k) => {
      const [ours, theirs] = [words[i]?.ours[k] ?? "", words[i]?.theirs[k] ?? ""];
      const isSame = isExact ? ours === theirs : (ours === "accepts") === (theirs === "accepts");
      return isSame ? [] : [`${name} | ${what} | ${setNames[k]} | ${ours} / ${theirs}`];
    }),
  );
}

function hold(name: string, isExact: boolean, words: readonly Words[]): void {
  expect(words.flatMap(({ theirs }) => theirs)).toHaveLength(matrixSites.length * sets.length);
  expect(differences(name, isExact, words)).toEqual([]);
}

let workshop: Workshop;
const servers: Server[] = [];

beforeAll(async () => {
  workshop = await openWorkshop();
  for (const { sent } of matrixSites) servers.push(await serve(sent));
});

afterAll(async () => {
  await workshop.close();
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
});

async function serve(sent: readonly Minted[]): Promise<Server> {
  const server = createServer({
    cert: renderPem(sent.map(({ certificate }) => certificate)),
    key: sent[0]?.keys.privateKey.export({ type: "pkcs8", format: "pem" }) ?? "",
    ciphers: "DEFAULT:@SECLEVEL=0",
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("secureConnection", (socket) => socket.on("error", () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(i: number): number {
  const address = servers[i]?.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("a verdict on each of fifty sites under each of twenty roots is the library's own", () => {
  it("and there are at least as many", () => {
    expect(matrixSites.length).toBeGreaterThanOrEqual(50);
    expect(matrixRoots.length).toBeGreaterThanOrEqual(20);
  });

  it.for(subjects)("of $name", async ({ name, library, options, profile, isExact }, { skip }) => {
    if (!workshop.libraries.has(library)) skip(whatIsMissing(library));
    const told = await workshop.verifyAll(library, {
      at: now,
      chains: matrixSites.map(({ sent, name: host }) => ({
        // Some programs give the library no name when the host is an address.
        name: skipsName(profile, host) ? "-" : host,
        sent: sent.map(der),
      })),
      anchors: sets.map((set) => set.map(der)),
      options,
    });
    const words = matrixSites.map((site, i) => ({
      ours: wordsOf(profile, site, now),
      theirs: told[i] ?? [],
    }));
    hold(name, isExact, words);
  });

  it.for(dialers)("of %s, by handshakes", { timeout: 300_000 }, async (program, { skip }) => {
    if (!workshop.libraries.has(program)) skip(whatIsMissing(program));
    const meetings = matrixSites.flatMap(({ name }, i) =>
      sets.map((set) => ({
        port: portOf(i),
        name,
        ca: new Uint8Array(Buffer.concat(set.map(der))),
        at: Date.now(),
      })),
    );
    const outcomes = await workshop.meetAll(program, meetings);
    const told = outcomes.map(({ accepts, library }) => (accepts ? "accepts" : library));
    const words = matrixSites.map((site, i) => ({
      ours: wordsOf(profileOf[program], site, Date.now(), (set) => loaded(profileOf[program], set)),
      theirs: told.slice(i * sets.length, (i + 1) * sets.length),
    }));
    hold(program, false, words);
  });

  it("of Node, by handshakes", { timeout: 300_000 }, async () => {
    const words: Words[] = [];
    for (const [i, site] of matrixSites.entries()) {
      const theirs: string[] = [];
      for (const set of sets) theirs.push(await askNode(portOf(i), site.name, set));
      words.push({ ours: wordsOf(devices["node"], site, Date.now()), theirs });
    }
    hold("node", false, words);
  });
});

/** Node's own client, with its own check of the name. */
function askNode(port: number, name: string, set: readonly Minted[]): Promise<string> {
  return new Promise((resolve) => {
    const isName = !/^[0-9.]+$/.test(name);
    const socket = connect(
      {
        host: "127.0.0.1",
        port,
        ...(isName && { servername: name }),
        ca: renderPem(set.map(({ certificate }) => certificate)),
      },
      () => {
        socket.destroy();
        resolve("accepts");
      },
    );
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
