/** A command line that commander refuses: its complaint in the house's form, with what was likely meant. */
import { CommanderError, type Command, type Option } from "commander";
import { exitCode } from "./exit-codes.ts";
import { CommandError } from "./failure.ts";
import { findNearest } from "./nearest.ts";

/** A value that a flag cannot have: a complaint like commander's own, in words that are shown as they are. */
export class BadValue extends CommanderError {
  constructor({ flags, given, takes }: Readonly<Record<"flags" | "given" | "takes", string>>) {
    super(exitCode.usage, "meerkat.badValue", `Option "${flags}" cannot be "${given}". ${takes}`);
  }
}

/** What a command refuses of a command line, as an error of ours. Commander's code decides, never its message. */
export function translateUsage(
  error: CommanderError,
  command: Command,
  argv: readonly string[],
): CommandError {
  const name = nameOf(command);
  const unknown =
    error.code === "commander.unknownOption"
      ? firstOf(command.parseOptions([...command.args]).unknown[0] ?? "")
      : undefined;
  const hint = unknown === undefined ? undefined : hintForUnknown(unknown, command);
  return new CommandError(
    unknown === undefined ? reword(error, command, argv) : complainOf(unknown, command),
    { hint: `${hint ?? ""} \`${name} --help\` lists what it takes.`.trim() },
  );
}

/** `meerkat watch worker` */
function nameOf(command: Command): string {
  return command.parent === null ? "meerkat" : `${nameOf(command.parent)} ${command.name()}`;
}

/** Of letters behind one hyphen commander complains where it does not know the first: `-fsSL`. */
function firstOf(given: string): string {
  return given.startsWith("--") ? given : given.slice(0, 2);
}

/** `--json=x` is unknown to commander, although `--json` is not. */
function complainOf(given: string, command: Command): string {
  const [name] = given.split("=");
  const known = command.options.some(({ long }) => given !== name && long === name);
  return known ? `Option "${name}" takes no value.` : `Unknown option "${given}".`;
}

function reword({ code, message }: CommanderError, command: Command, argv: readonly string[]): string {
  const { options, args, registeredArguments } = command;
  switch (code) {
    case "commander.optionMissingArgument":
      return `Option "${options.find(isLastOf(argv))?.flags ?? ""}" needs a value after it.`;
    case "commander.missingMandatoryOptionValue": {
      const values = command.opts();
      const lacking = options.find((one) => one.mandatory && values[one.attributeName()] === undefined);
      return `Option "${lacking?.flags ?? ""}" has to be given.`;
    }
    case "commander.missingArgument":
      return `Missing required argument "${registeredArguments[args.length]?.name() ?? ""}".`;
    case "commander.excessArguments": {
      const wanted = registeredArguments.length;
      const extra = args.slice(wanted).map((word) => JSON.stringify(word));
      const takes = wanted === 0 ? "no argument" : wanted === 1 ? "one argument" : `${wanted} arguments`;
      return `"${nameOf(command)}" takes ${takes}; ${extra.join(", ")} is too many.`;
    }
    default:
      return message;
  }
}

/** An option lacks its value only where nothing follows it: `-o`, or the last letter of `-vo`. */
function isLastOf(argv: readonly string[]): (option: Option) => boolean {
  const last = argv.at(-1) ?? "";
  return last.startsWith("--") ? ({ long }) => long === last : ({ short }) => short === `-${last.at(-1)}`;
}

function hintForUnknown(given: string, command: Command): string | undefined {
  const [name = ""] = given.split("=");
  if (!name.startsWith("--")) return undefined;
  const flags = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? "");
  const nearest = findNearest(
    name.slice(2),
    flags.map((known) => known.slice(2)),
  );
  return nearest === undefined || `--${nearest}` === name ? undefined : `Did you mean "--${nearest}"?`;
}
