/** A command line that commander refuses: its complaint in the house's form, with what was likely meant. */
import type { Command, CommanderError } from "commander";
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

/** Commander's complaint as an error of ours. */
export function translateUsage(error: CommanderError, command: Command | undefined): CommandError {
  const name = command?.parent ? `meerkat ${command.name()}` : "meerkat";
  const lists = `\`${name} --help\` lists what it takes.`;
  return new CommandError(reword(error, command), {
    hint: `${findHint(error, command) ?? ""} ${lists}`.trim(),
  });
}

function reword({ code, message }: CommanderError, command: Command | undefined): string {
  const words = message.replace(/^error: /, "").replaceAll("'", '"');
  const [option, value, reason] =
    /^option "(.*?)" argument "(.*)" is invalid\. (.*)$/s.exec(words)?.slice(1) ?? [];
  if (option !== undefined) return `Option "${option}" cannot be "${value}". ${reason}`;
  const [missing] = /^option "(.*)" argument missing$/.exec(words)?.slice(1) ?? [];
  if (code === "commander.missingMandatoryOptionValue") {
    const [needed = ""] = /"(.*)"/.exec(words)?.slice(1) ?? [];
    return `Option "${needed}" has to be given.`;
  }
  if (missing !== undefined) return `Option "${missing}" needs a value behind it.`;
  if (code === "commander.excessArguments" && command !== undefined) {
    const wanted = command.registeredArguments.length;
    const extra = command.args.slice(wanted).map((word) => JSON.stringify(word));
    const takes = wanted === 0 ? "no argument" : wanted === 1 ? "one argument" : `${wanted} arguments`;
    return `"meerkat ${command.name()}" takes ${takes}; ${extra.join(", ")} is too many.`;
  }
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`.replace(/\.?$/, ".");
}

function findHint({ code, message }: CommanderError, command: Command | undefined): string | undefined {
  if (code !== "commander.unknownOption") return undefined;
  const [, given = ""] = /'(-[^'=]+)/.exec(message) ?? [];
  const habit = command?.name() === "get" ? curlHabits.get(given) : undefined;
  if (habit !== undefined || !given.startsWith("--")) return habit;
  const flags = (command?.options ?? []).filter(({ hidden }) => !hidden).map(({ long }) => long ?? "");
  const nearest = findNearest(
    given.slice(2),
    flags.map((known) => known.slice(2)),
  );
  return nearest === undefined ? undefined : `Did you mean "--${nearest}"?`;
}
