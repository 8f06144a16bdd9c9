/**
 * The TLS libraries that devices' verdicts are held against: those of this machine, and what .ci/newer-libraries has
 * unpacked of a newer Debian's. Compiles the harnesses of those in C.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const run = promisify(execFile);

/** `mbedtls` is Debian 12's, 2.28. */
export const cLibraries = ["mbedtls", "mbedtls-3.6", "bearssl", "openssl"] as const;
export type CLibrary = (typeof cLibraries)[number];

/** Programs that bring their own: MicroPython over mbedTLS 3.6, Python 3.13 over OpenSSL 3.5. */
export const interpreters = ["micropython", "python"] as const;
export type Interpreter = (typeof interpreters)[number];

/** Programs that are given many servers at once: the interpreters, and Mongoose 7 with its own TLS. */
export const dialers = [...interpreters, "mongoose-builtin"] as const;
export type Dialer = (typeof dialers)[number];

export type Library = CLibrary | Dialer;
export const libraryNames: readonly Library[] = [...cLibraries, ...dialers];

const folder = fileURLToPath(new URL(".", import.meta.url));
const newer = fileURLToPath(new URL("../../../node_modules/.cache/newer-libraries/usr", import.meta.url));
const mongoose = fileURLToPath(new URL("../../../node_modules/.cache/mongoose/7", import.meta.url));
/** What the scripts of .ci have fetched: the newer Debian's /usr, and Mongoose 7's two files. */
export const fetched: { readonly newer: string; readonly mongoose: string } = { newer, mongoose };

const newerLibraries: string = findNewer("lib", /-linux-gnu/) ?? newer;

function findNewer(beneath: string, name: RegExp): string | undefined {
  const place = join(newer, beneath);
  const found = existsSync(place) ? readdirSync(place).find((entry) => name.test(entry)) : undefined;
  return found && join(place, found);
}

/** Which source a library's harnesses are, and how they are linked. */
const linking: Readonly<Record<CLibrary, { readonly source: string; readonly flags: readonly string[] }>> = {
  mbedtls: { source: "mbedtls", flags: ["-lmbedtls", "-lmbedx509", "-lmbedcrypto"] },
  "mbedtls-3.6": {
    source: "mbedtls",
    // What a harness defines itself comes before what the archives have of that name (no-dates.h).
    flags: [
      "-Wl,--allow-multiple-definition",
      `-I${newer}/include`,
      ...["mbedtls", "mbedx509", "mbedcrypto"].map((name) => `${newerLibraries}/lib${name}.a`),
    ],
  },
  bearssl: { source: "bearssl", flags: ["-lbearssl"] },
  openssl: { source: "openssl", flags: ["-lssl", "-lcrypto"] },
};

/** Why a test against the library is skipped. */
export function whatIsMissing(library: Library): string {
  if (library === "mongoose-builtin") return "gcc is missing, or .ci/mongoose has not fetched Mongoose 7";
  if (isDialer(library)) return `.ci/newer-libraries has not fetched ${library}`;
  return library === "mbedtls-3.6"
    ? "gcc is missing, or .ci/newer-libraries has not fetched mbedTLS 3.6"
    : `gcc or the headers of ${library} are missing`;
}

export function isDialer(library: Library): library is Dialer {
  return dialers.some((name) => name === library);
}

/** How a dialer is run, with what is compiled put into the folder. */
export async function findDialer(name: Dialer, directory: string): Promise<readonly string[] | undefined> {
  if (name !== "mongoose-builtin") return findInterpreter(name);
  const path = join(directory, name);
  const sources = [join(folder, "mongoose.c"), join(mongoose, "mongoose.c")];
  if (!existsSync(mongoose)) return undefined;
  return (await compileC(["-DMG_TLS=MG_TLS_BUILTIN", `-I${mongoose}`, "-o", path, ...sources]))
    ? [path]
    : undefined;
}

/** How an interpreter is run with its script: over the C library that it was built for. */
export function findInterpreter(name: Interpreter): readonly string[] | undefined {
  const program = findNewer("bin", name === "python" ? /^python3\.\d+$/ : /^micropython$/);
  const loader = findNewer(join("lib", newerLibraries.split("/").at(-1) ?? ""), /^ld-linux.*\.so/);
  if (program === undefined || loader === undefined) return undefined;
  return [loader, "--library-path", newerLibraries, program, join(folder, `${name}.py`)];
}

/** What is compiled: a library's own harness, or one of the sources that all of them share. */
export interface Build {
  readonly library: CLibrary;
  readonly source?: string;
  readonly defines?: readonly string[];
}

/** Whether the program could be compiled; one whose library is not here could not. */
export async function compile({ library, source, defines = [] }: Build, path: string): Promise<boolean> {
  const file = join(folder, `${source ?? linking[library].source}.c`);
  const flags = ["-Wall", "-Wextra", "-Werror", `-DLIBRARY_${linking[library].source.toUpperCase()}`];
  return compileC([...flags, ...defines, "-o", path, file, ...linking[library].flags]);
}

async function compileC(given: readonly string[]): Promise<boolean> {
  try {
    await run("gcc", ["-O1", ...given]);
    return true;
  } catch (error) {
    // A harness that does not compile although its library is here is a fault; a missing header or library is not.
    const { stderr = "" } = error as { stderr?: string };
    if (stderr === "" || /No such file|cannot find -l/.test(stderr)) return false;
    throw error;
  }
}
