/** A command line that commander refuses: its complaint in the house's form, with what was likely meant. */
import { CommanderError, type Command, type Option } from "commander";
import { exitCode } from "./exit-codes.ts";
import { CommandError } from "./failure.ts";
import { findNearest } from "./nearest.ts";

/** What people type for curl, and what stands for it here. */
export const curlHabits: ReadonlyMap<string, string> = new Map([
  ["-f", "--check-status ends with 22 on a status of 400 or above, and keeps the body."],
  ["--fail", "--check-status ends with 22 on a status of 400 or above, and keeps the body."],
  ["--fail-with-body", "--check-status does that."],
  ["--capath", "--cacert FILE takes a file, and may be repeated."],
  ["-n", "Nothing is read from .netrc; -u user:password gives the credentials."],
  ["--netrc", "Nothing is read from .netrc; -u user:password gives the credentials."],
  ["--connect-to", "--resolve host:port:address connects to another address."],
  ["--http2", "Meerkat speaks HTTP/1.1 alone."],
  ["--url", "The URL stands by itself: meerkat get URL."],
  ["--data-binary", "-T FILE sends a file as it is, octet for octet (with -X POST as POST)."],
]);

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
  const name = command.parent === null ? "meerkat" : `meerkat ${command.name()}`;
  const unknown =
    error.code === "commander.unknownOption" ? command.parseOptions([...command.args]).unknown[0] : undefined;
  const hint = unknown === undefined ? undefined : hintForUnknown(unknown, command);
  return new CommandError(
    unknown === undefined ? reword(error, command, argv) : `Unknown option "${unknown}".`,
    { hint: `${hint ?? ""} \`${name} --help\` lists what it takes.`.trim() },
  );
}

function reword({ code, message }: CommanderError, command: Command, argv: readonly string[]): string {
  const { options, args, registeredArguments } = command;
  switch (code) {
    case "commander.optionMissingArgument":
      return `Option "${options.find(isLastOf(argv))?.flags ?? ""}" needs a value behind it.`;
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
      return `"meerkat ${command.name()}" takes ${takes}; ${extra.join(", ")} is too many.`;
    }
    default:
      return message;
  }
}

/** An option lacks its value only where nothing follows it: `-o`, or the last letter of `-vo`. */
function isLastOf(argv: readonly string[]): (option: Option) => boolean {
  const last = argv.at(-1) ?? "";
  const letter = last.startsWith("--") ? undefined : `-${last.at(-1)}`;
  return ({ long, short }) => long === last || short === letter;
}

function hintForUnknown(given: string, command: Command): string | undefined {
  const [name = ""] = given.split("=");
  const habit = command.name() === "get" ? curlHabits.get(name) : undefined;
  if (habit !== undefined || !name.startsWith("--")) return habit;
  const flags = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? "");
  const nearest = findNearest(
    name.slice(2),
    flags.map((known) => known.slice(2)),
  );
  return nearest === undefined ? undefined : `Did you mean "--${nearest}"?`;
}
