/** How the program says that it failed: `error:` and `hint:` on stderr, or one JSON object on stdout. */
import { HttpsError, isWithheld, renderHint, type SettingNames, showControls } from "../../core/index.ts";
import { exitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/** A command line that cannot be carried out, or a local file that cannot be used. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(message: string, options: { readonly hint?: string; readonly exitCode?: number } = {}) {
    super(message);
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? exitCode.usage;
  }
}

/** An error of the catalogue, with a hint in the command line's own words. */
export class AdvisedError extends Error {
  override readonly name = "AdvisedError";
  readonly error: HttpsError;
  readonly hint: string;

  constructor(error: HttpsError, hint: string) {
    super(error.message, { cause: error });
    this.error = error;
    this.hint = hint;
  }
}

/** The exit code that an error ends the program with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof AdvisedError) return exitCodeOf(error.error);
  if (error instanceof HttpsError)
    return exitCodes[isRefusedByProxy(error) ? "connection-refused" : error.code];
  return error instanceof CommandError ? error.exitCode : exitCode.failed;
}

/** curl: 5 is for a proxy whose name does not resolve; one that cannot be connected to is as a server is, 7. */
function isRefusedByProxy({ code, cause }: HttpsError): boolean {
  if (code !== "proxy-unreachable" || !(cause instanceof HttpsError)) return false;
  return ["connection-refused", "unreachable", "connect-failed"].includes(cause.code);
}

/** An error as the `error` member of `--json`, and all that `error:` and `hint:` say. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly stage?: string;
  readonly fault?: string;
  readonly detail?: unknown;
  /** The trust report, as far as a chain was seen. */
  readonly trust?: unknown;
  /** For a bug of ours: the first lines of the stack. */
  readonly where?: readonly string[];
}

/** The error in the shell's words: what the library calls its option `proxy` is a flag. */
function inShellWords(error: HttpsError): HttpsError {
  for (const code of ["proxy-url-invalid", "proxy-unreachable"] as const) {
    if (!HttpsError.is(error, code)) continue;
    const { detail } = error;
    const named = { ...detail, source: nameProxy(detail.source) } as typeof detail;
    return new HttpsError<typeof code>(code, named, { cause: error.cause });
  }
  return error;
}

/** Where a proxy was named, as a shell has it. */
export function nameProxy(source: string): string {
  return source.replace("the option proxy", "-x");
}

/** The facts of an error, whatever threw it; `names`: what the reader calls the settings. */
export function describeFailure(error: unknown, names: SettingNames): Failure {
  if (error instanceof AdvisedError) {
    return { ...describeFailure(error.error, names), hint: error.hint };
  }
  if (error instanceof HttpsError) {
    const { code, stage, fault, message, detail } = inShellWords(error);
    const { trust } = error;
    const hint = renderHint({ code, detail }, names);
    return { code, stage, fault, message, hint, detail, ...(trust === undefined ? {} : { trust }) };
  }
  if (error instanceof CommandError) {
    const code = error.exitCode === exitCode.usage ? "usage" : "failed";
    return { code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  if (isWithheld(error))
    return { code: "failed", message, hint: "Start the program with that permission: docs/runtimes.md." };
  return {
    code: "bug",
    message,
    hint: "This is a bug in Meerkat; please report it with the command that led to it.",
  };
}

/** Writes `error:` and `hint:`. */
export function printFailure(err: Output, { message, hint, where = [] }: Failure): void {
  const { red, cyan, dim } = err.style;
  err.lines(`${red("error:")} ${showControls(message)}`);
  if (hint !== undefined) err.lines(`${cyan("hint:")} ${showControls(hint)}`);
  err.lines(...where.map((line) => dim(showControls(line))));
}
