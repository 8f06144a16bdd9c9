/** The program as a shell completes it: commands, their flags, and what a value can be, read off what the help is written from. */
import type { Command, Option } from "commander";
import { completionsOf, type Completions } from "../frame/completions.ts";

/** A flag by its names, with their hyphens. */
export interface DescribedFlag {
  readonly names: readonly string[];
  readonly description: string;
  /** `undefined` for one without a value. */
  readonly value: Required<Completions> | undefined;
}

export interface DescribedCommand {
  /** Behind the program's own: `["watch", "worker"]`; nothing for the program. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly flags: readonly DescribedFlag[];
  /** What an argument can be. */
  readonly argument: Required<Completions>;
  readonly commands: readonly DescribedCommand[];
}

const nothing: Required<Completions> = { words: [], files: false };

/** A command and all below it. */
export function describeCommand(command: Command, path: readonly string[] = []): DescribedCommand {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const commands = below
    .filter((one) => one.name() !== "help")
    .map((one) => describeCommand(one, [...path, one.name()]));
  const [argument] = command.registeredArguments.map(completionsOf);
  return {
    path,
    summary: command.summary() || command.description(),
    flags: help.visibleOptions(command).map(describeFlag),
    argument: argument ?? nothing,
    commands,
  };
}

function describeFlag(flag: Option): DescribedFlag {
  return {
    names: [flag.short, flag.long].filter((name) => name !== undefined),
    description: flag.description,
    value: flag.required ? completionsOf(flag) : undefined,
  };
}

/** A command and all below it, each once. */
export function eachCommand(command: DescribedCommand): readonly DescribedCommand[] {
  return [command, ...command.commands.flatMap(eachCommand)];
}
