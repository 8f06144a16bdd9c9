/** A workshop: the harnesses of every library that is here, compiled, and what can be asked of them. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HelloVersion } from "../../../src/core/index.ts";
import {
  type Build,
  cLibraries,
  type CLibrary,
  compile,
  type Dialer,
  dialers,
  findDialer,
  isDialer,
  type Library,
  run,
} from "./libraries.ts";

/** What a harness is to do. */
export interface Meeting {
  readonly port: number;
  readonly name: string;
  /** DER certificates, one after the other; or the file's own bytes with the option `pem`. */
  readonly ca: Uint8Array;
  /** The dialers go by the machine's clock. */
  readonly at: number;
  /** `nodates`: mbedTLS as it is built without dates. Others are a harness's own. */
  readonly options?: readonly string[];
}

/** What the library said. */
export interface Outcome {
  readonly accepts: boolean;
  /** Its own words or number. */
  readonly library: string;
  /** OpenSSL alone: the chain as sent, DER. */
  readonly chain?: readonly Uint8Array[];
  readonly version?: HelloVersion;
}

/** Chains, each to be verified under each set of anchors. */
export interface Questions {
  readonly at: number;
  readonly chains: readonly { readonly name: string; readonly sent: readonly Uint8Array[] }[];
  readonly anchors: readonly (readonly Uint8Array[])[];
  readonly options?: readonly string[];
}

/** The harnesses that could be built here. */
export interface Workshop {
  readonly libraries: ReadonlySet<Library>;
  /** Builds a harness again, with BearSSL anchors compiled in. */
  compileAnchors(source: Uint8Array): Promise<string>;
  /** Common names of the certificates that the library's own reader takes from PEM. */
  readPem(reader: CLibrary | "node", text: string | Uint8Array): Promise<readonly string[]>;
  meet(program: Library | { readonly path: string }, meeting: Meeting): Promise<Outcome>;
  /** One run of a dialer for many servers. */
  meetAll(program: Dialer, meetings: readonly Meeting[]): Promise<readonly Outcome[]>;
  /** For each chain what the library says under each set of anchors, without a handshake: `accepts`, or its words. */
  verifyAll(library: CLibrary, questions: Questions): Promise<readonly (readonly string[])[]>;
  close(): Promise<void>;
}

const limits = { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };

/** Builds every harness whose library is here. What is missing is missing from `libraries`. */
export async function openWorkshop(): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), "meerkat-harness-"));
  const libraries = new Set<Library>();
  const commands = new Map<Dialer, readonly string[]>();
  for (const dialer of dialers) {
    const command = await findDialer(dialer, directory);
    if (command === undefined) continue;
    commands.set(dialer, command);
    libraries.add(dialer);
  }
  for (const library of cLibraries) {
    if (await compile({ library }, join(directory, library))) libraries.add(library);
    const undated = { library, defines: ["-DNODATES"] };
    if (library.startsWith("mbedtls")) await compile(undated, join(directory, `${library}-nodates`));
  }
  let count = 0;
  const write = async (bytes: Uint8Array | string): Promise<string> => {
    const file = join(directory, `file-${++count}`);
    await writeFile(file, bytes);
    return file;
  };
  const meetAll = async (program: Dialer, meetings: readonly Meeting[]): Promise<readonly Outcome[]> => {
    const [command = "", ...rest] = commands.get(program) ?? [];
    const lines: string[] = [];
    for (const { port, name, ca } of meetings) lines.push(`${port} ${name} ${await write(ca)}\n`);
    return meetEach(lines, async (left) => runToItsEnd(command, [...rest, await write(left.join(""))]));
  };
  return {
    libraries,
    compileAnchors: async (source) => {
      const path = join(directory, `bearssl-${++count}`);
      const defines = [`-DANCHORS_HEADER="${await write(source)}"`];
      if (!(await compile({ library: "bearssl", defines }, path)))
        throw new Error("the anchors do not compile");
      return path;
    },
    readPem: async (reader, text) => {
      const library = reader === "node" ? "openssl" : reader;
      const defines = reader === "node" ? ["-DREAD_NODE"] : [];
      const program = await compileOnce(directory, { library, source: "read-pem", defines });
      const { stdout } = await run(program, [await write(text)]);
      return stdout.split("\n").filter((name) => name !== "");
    },
    meet: async (program, meeting) => {
      if (typeof program === "string" && isDialer(program)) {
        const [outcome] = await meetAll(program, [meeting]);
        if (outcome === undefined) throw new Error(`${program} said nothing`);
        return outcome;
      }
      const { port, name, ca, at, options = [] } = meeting;
      const isUndated = options.includes("nodates");
      const path =
        typeof program === "string"
          ? join(directory, isUndated ? `${program}-nodates` : program)
          : program.path;
      const seconds = String(Math.floor(at / 1000));
      const given = ["127.0.0.1", String(port), name, await write(ca), seconds, ...options];
      return readOutcome((await run(path, given, limits)).stdout);
    },
    meetAll,
    verifyAll: async (library, { at, chains, anchors, options = [] }) => {
      const program = await compileOnce(directory, {
        library,
        source: "verify",
        defines: options.includes("nodates") ? ["-DNODATES"] : [],
      });
      const lines = [
        ...anchors.map((set) => `anchors - ${toHex(set)}`),
        ...chains.map(({ name, sent }) => `chain ${name} ${toHex(sent)}`),
      ];
      const file = await write(`${lines.join("\n")}\n`);
      const { stdout } = await run(program, [file, String(Math.floor(at / 1000)), ...options], limits);
      return stdout
        .trim()
        .split("\n")
        .map((line) => line.split("\t"));
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/**
 * Mongoose 7.23's own TLS dies of SIGSEGV now and then (once in some 30,000 handshakes): what
 * was reported before counts, and the handshake it died in is done again, twice at most.
 */
async function meetEach(
  lines: readonly string[],
  ask: (lines: readonly string[]) => Promise<Ended>,
): Promise<readonly Outcome[]> {
  const reports: string[] = [];
  for (let deaths = 0, diedAt = -1; reports.length < lines.length;) {
    const { stdout, death } = await ask(lines.slice(reports.length));
    reports.push(...stdout.split("\n").slice(0, -1));
    if (death === undefined) break;
    deaths = diedAt === reports.length ? deaths + 1 : 1;
    diedAt = reports.length;
    if (deaths > 2) throw new Error(`died of ${death} in each of three tries: ${lines[diedAt]}`);
  }
  return reports.map(readOutcome);
}

interface Ended {
  readonly stdout: string;
  /** The signal that it died of. */
  readonly death?: NodeJS.Signals;
}

/** A run that a fault of the program's memory may end. */
async function runToItsEnd(command: string, given: readonly string[]): Promise<Ended> {
  try {
    return await run(command, given, limits);
  } catch (error) {
    const { stdout = "", signal } = error as { stdout?: string; signal?: NodeJS.Signals };
    if (signal !== "SIGSEGV") throw error;
    return { stdout, death: signal };
  }
}

/** The program of a shared source over the library, which is made when it is first wanted. */
async function compileOnce(directory: string, build: Build): Promise<string> {
  const { library, source = "", defines = [] } = build;
  const path = join(directory, [source, library, ...defines].join(""));
  if (!existsSync(path) && !(await compile(build, path)))
    throw new Error(`${source} does not compile over ${library}`);
  return path;
}

function toHex(certificates: readonly Uint8Array[]): string {
  return certificates.map((der) => Buffer.from(der).toString("hex")).join(",");
}

function readOutcome(line: string): Outcome {
  const { chain, ...outcome } = JSON.parse(line) as Omit<Outcome, "chain"> & {
    readonly chain?: readonly string[];
  };
  return chain === undefined
    ? outcome
    : { ...outcome, chain: chain.map((hex) => new Uint8Array(Buffer.from(hex, "hex"))) };
}
