/**
 * Runs a PAC file: a program in JavaScript of which browsers ask by which proxy a URL is reached. It runs in an interpreter of its own (QuickJS in
 * WebAssembly), which has no files, no network and no Node: pac-resolver gives it the functions that such files know. Both are
 * optional peers of this package, loaded when a PAC file is named.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type * as PacResolver from "pac-resolver";
import type * as QuickJs from "quickjs-wasi";
import type { Target } from "../../../core/index.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { pacAnswerMs, pacLookups, pacMemoryBytes } from "../../limits.ts";
import { showPart } from "./answer.ts";
import { boundEngine } from "./bound-engine.ts";
import { pacFunctions } from "./lookups.ts";
import type { PacSource } from "./source.ts";

/** Answers for one URL after another, each in an interpreter of its own, so that none learns of another. */
export type FindProxy = (target: Pick<Target, "origin" | "host">, signal: AbortSignal) => Promise<string>;

interface Libraries {
  readonly pac: typeof PacResolver;
  readonly quickjs: typeof QuickJs;
  readonly wasm: Uint8Array<ArrayBuffer>;
}

/** @throws CommandError where a package is missing */
export async function loadPac({ name, text }: PacSource): Promise<FindProxy> {
  const libraries = await loadLibraries();
  return (target, signal) => ask({ name, text, libraries }, target, signal);
}

async function loadLibraries(): Promise<Libraries> {
  try {
    const [pac, quickjs] = await Promise.all([import("pac-resolver"), import("quickjs-wasi")]);
    const file = fileURLToPath(import.meta.resolve("quickjs-wasi/quickjs.wasm"));
    return { pac, quickjs, wasm: new Uint8Array(await readFile(file)) };
  } catch (error) {
    if (!["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
    throw new CommandError(
      "PAC files need the packages pac-resolver and quickjs-wasi, which are not both installed.",
      {
        hint: "Install them beside meerkat: npm install pac-resolver quickjs-wasi. Or look into the file for the proxy that it names (PROXY host:port), and write -x http://host:port.",
        exitCode: exitCode.notInstalled,
      },
    );
  }
}

interface Loaded extends PacSource {
  readonly libraries: Libraries;
}

const withoutAnswer = Symbol("no answer");

async function ask(
  { name, text, libraries: { pac, quickjs, wasm } }: Loaded,
  { origin, host }: Pick<Target, "origin" | "host">,
  signal: AbortSignal,
): Promise<string> {
  const endsAt = performance.now() + pacAnswerMs.value;
  const isOver = (): boolean => performance.now() > endsAt || signal.aborted;
  let looksTooOften = false;
  const functions = pacFunctions(pac.sandbox.isInNet, () => {
    looksTooOften = true;
  });
  let answer: unknown;
  try {
    const engine = await quickjs.QuickJS.create({
      wasm,
      memoryLimit: pacMemoryBytes.value,
      interruptHandler: isOver,
    });
    boundEngine(engine, endsAt);
    const find = pac.createPacResolver(engine, text, { sandbox: { ...functions } });
    // A URL's path and query are credentials: browsers leave them out for https, too.
    answer = await within(find(`${origin}/`, host), endsAt, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isOver()) throw failed(name, origin, tooLong);
    throw failed(name, origin, reasonOf(error));
  }
  signal.throwIfAborted();
  if (answer === withoutAnswer) throw failed(name, origin, tooLong);
  if (looksTooOften) throw failed(name, origin, `it looks up more than ${pacLookups.value} names`);
  if (typeof answer !== "string" || answer.trim() === "")
    throw failed(name, origin, `it answers ${typeof answer === "string" ? "nothing" : "no text"}`);
  return answer;
}

const tooLong = `it gave no answer for ${pacAnswerMs.value} ms`;

/** A lookup takes as long as it takes, and a promise of the script's may never be kept. */
async function within(answer: Promise<unknown>, endsAt: number, signal: AbortSignal): Promise<unknown> {
  let end = (): void => undefined;
  const ended = new Promise<symbol>((resolve) => {
    end = () => resolve(withoutAnswer);
  });
  const timer = setTimeout(end, Math.max(0, endsAt - performance.now()));
  signal.addEventListener("abort", end);
  try {
    return await Promise.race([answer, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

function reasonOf(error: unknown): string {
  const { name = "", message = "" } = error instanceof Error ? error : {};
  // What takes the file apart numbers its lines, what runs it has names for what is wrong.
  if (/^Line \d+: /.test(message)) return `it is not JavaScript (${showPart(message)})`;
  if (message === "FindProxyForURL is not defined") return "it has no function FindProxyForURL";
  return `it failed with ${showPart(`${name}: ${message}`)}`;
}

export function failed(name: string, origin: string, reason: string): CommandError {
  return new CommandError(`The PAC file ${name} names no proxy for ${origin}: ${reason}.`, {
    hint: 'Have whoever wrote the file look at it. -x http://host:port names a proxy without it, and -x "" none.',
    exitCode: exitCode.noProxy,
  });
}
