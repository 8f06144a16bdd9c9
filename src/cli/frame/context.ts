/** What a command is given: its streams, its environment, and the signal that stops it. */
import type { Readable } from "node:stream";
import type { Command } from "commander";
import type { SettingNames } from "../../core/index.ts";
import type { Output, OutputStream } from "./output.ts";

/** What the program is started with; tests bring their own. */
export interface Invocation {
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted on Ctrl-C and on termination; its reason is the exit code. */
  readonly signal: AbortSignal;
  /** Tells of each SIGHUP; returns what ends that. Left out where there is none. */
  readonly onHangup?: (listener: () => void) => () => void;
}

/** The same, ready for a command's use. */
export interface Context {
  readonly stdin: Invocation["stdin"];
  readonly out: Output;
  readonly err: Output;
  readonly env: Invocation["env"];
  readonly signal: AbortSignal;
  readonly onHangup: NonNullable<Invocation["onHangup"]>;
  /** What this command's flags call the settings that hints name. */
  readonly names: () => SettingNames;
  /** Sets the exit code of a command that ran to its end; 0 otherwise. */
  readonly exit: (code: number) => void;
  /** Words that were read elsewhere than on the command line: what may be a secret in them is repeated no more than theirs. */
  readonly hears: (words: readonly string[]) => void;
  /** Says on `err` that something failed, as the program does at its end; the exit code. */
  readonly tell: (failure: unknown, err: Output) => number;
  /** The program with every command in full, for what tells of all of them. */
  readonly program: () => Promise<Command>;
  /** Runs another command line, what it prints going elsewhere; its exit code. */
  readonly run: (argv: readonly string[], streams: Pick<Invocation, "stdout" | "stderr">) => Promise<number>;
}

/** Adds a command's arguments, options, help and action to `command`. */
export type DefineCommand = (command: Command, context: Context) => void;
