/** Compiles the C harnesses against the machine's TLS libraries, and runs them. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TlsVersion } from "../../../src/device/index.ts";

const run = promisify(execFile);

export type Library = "mbedtls" | "bearssl" | "openssl";

const linking: Readonly<Record<Library, readonly string[]>> = {
  mbedtls: ["-lmbedtls", "-lmbedx509", "-lmbedcrypto"],
  bearssl: ["-lbearssl"],
  openssl: ["-lssl", "-lcrypto"],
};

/** What a harness is to do. */
export interface Meeting {
  readonly port: number;
  readonly name: string;
  /** DER certificates, one after the other; or the file's own bytes with the option `pem`. */
  readonly ca: Uint8Array;
  readonly at: number;
  readonly options?: readonly string[];
}

/** What the library said. */
export interface Outcome {
  readonly accepts: boolean;
  /** Its own words or number. */
  readonly library: string;
  /** OpenSSL alone: the chain as sent, DER. */
  readonly chain?: readonly Uint8Array[];
  readonly version?: TlsVersion;
}

/** The harnesses that could be built here. */
export interface Workshop {
  readonly libraries: ReadonlySet<Library>;
  /** Builds a harness again, with BearSSL anchors compiled in. */
  compileAnchors(source: Uint8Array): Promise<string>;
  /** Common names of the certificates that the library's own reader takes from PEM. */
  readPem(library: Library, text: string): Promise<readonly string[]>;
  meet(program: Library | { readonly path: string }, meeting: Meeting): Promise<Outcome>;
  close(): Promise<void>;
}

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Builds every harness whose library is here. What is missing is missing from `libraries`. */
export async function openWorkshop(): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), "meerkat-harness-"));
  const libraries = new Set<Library>();
  for (const library of ["mbedtls", "bearssl", "openssl"] as const) {
    const source = { library, source: library };
    if (await compile(source, join(directory, library))) libraries.add(library);
  }
  let count = 0;
  return {
    libraries,
    compileAnchors: async (source) => {
      const header = join(directory, `anchors-${++count}.h`);
      const path = join(directory, `bearssl-${count}`);
      await writeFile(header, source);
      if (!(await compile({ library: "bearssl", source: "bearssl" }, path, [`-DANCHORS_HEADER="${header}"`])))
        throw new Error("the anchors do not compile");
      return path;
    },
    readPem: async (library, text) => {
      const program = join(directory, `read-${library}`);
      if (!existsSync(program)) {
        const defines = [`-DREAD_${library.toUpperCase()}`];
        if (!(await compile({ library, source: "read-pem" }, program, defines)))
          throw new Error(`the reader of ${library} does not compile`);
      }
      const file = join(directory, `pem-${++count}`);
      await writeFile(file, text);
      const { stdout } = await run(program, [file]);
      await rm(file);
      return stdout.split("\n").filter((name) => name !== "");
    },
    meet: async (program, { port, name, ca, at, options = [] }) => {
      const file = join(directory, `ca-${++count}`);
      await writeFile(file, ca);
      const path = typeof program === "string" ? join(directory, program) : program.path;
      const seconds = String(Math.floor(at / 1000));
      const { stdout } = await run(path, ["127.0.0.1", String(port), name, file, seconds, ...options], {
        timeout: 120_000,
        maxBuffer: 64 * 1024 * 1024,
      });
      await rm(file);
      return readOutcome(stdout);
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

async function compile(
  { library, source }: { readonly library: Library; readonly source: string },
  path: string,
  defines: readonly string[] = [],
): Promise<boolean> {
  const flags = ["-O1", "-Wall", "-Wextra", "-Werror", ...defines];
  try {
    await run("gcc", [...flags, "-o", path, join(folder, `${source}.c`), ...linking[library]]);
    return true;
  } catch (error) {
    // A harness that does not compile although its library is here is a fault; a missing header or library is not.
    const { stderr = "" } = error as { stderr?: string };
    if (stderr === "" || /No such file|cannot find -l/.test(stderr)) return false;
    throw error;
  }
}

function readOutcome(line: string): Outcome {
  const { chain, ...outcome } = JSON.parse(line) as Omit<Outcome, "chain"> & {
    readonly chain?: readonly string[];
  };
  return chain === undefined
    ? outcome
    : { ...outcome, chain: chain.map((hex) => new Uint8Array(Buffer.from(hex, "hex"))) };
}
