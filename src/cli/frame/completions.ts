/** How a shell completes the value of a flag, or an argument: said where the flag is declared, and read by `meerkat completion`. */
import type { Argument, Command, Option } from "commander";

/** What a value can be; neither where nothing is known of it. */
export interface Completions {
  /** The words that it can be. */
  readonly words?: readonly string[];
  /** Whether it can be the name of a file. */
  readonly files?: boolean;
}

/** On the flag itself, which may be copied. */
interface Completed {
  completions?: Completions;
}

/** The flag, and what its value can be. */
export function completing<T extends Option | Argument>(
  one: T & Completed,
  { words = [], files = false }: Completions,
): T {
  if (words.length > 0 || files) one.completions = { words, files };
  return one;
}

/** What a command's first argument can be. */
export function completeArguments(command: Command, completions: Completions): void {
  const [first] = command.registeredArguments;
  if (first !== undefined) completing(first, completions);
}

/** What is known of a value: by its declaration, or by what the help calls it. */
export function completionsOf(one: Option | Argument): Required<Completions> {
  const { words = [], files = false } = (one as Completed).completions ?? {};
  const placeholder = "flags" in one ? /<(\w+)>$/.exec(one.flags)?.[1] : undefined;
  return {
    words: words.length > 0 ? words : (one.argChoices ?? []),
    files: files || placeholder === "file" || placeholder === "folder",
  };
}
