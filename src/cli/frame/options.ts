/** Kinds of option that more than one command has. */
import { InvalidArgumentError, Option } from "commander";

/** An option that may be given several times; its values in order. Unlike `<x...>`, it takes one value each time. */
export function repeatedOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}

/** An option in seconds, as curl takes them; its value in milliseconds. */
export function secondsOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const seconds = Number(text);
    if (/^\d+(?:\.\d+)?$/.test(text) && seconds > 0) return seconds * 1000;
    throw new InvalidArgumentError("It takes a number of seconds above 0.");
  });
}

/** The option that every command with something to say has. */
export function jsonOption(description = "one JSON object instead of text"): Option {
  return new Option("--json", description);
}
