/**
 * Flags: each is declared once, as it is written. What commander parses and the type of what a command is given both
 * follow from the declaration.
 */
import { Option, type Command } from "commander";
import { completing, type Completions } from "./completions.ts";
import { longestTimerMs } from "../../core/index.ts";
import { askNearest } from "./nearest.ts";
import { BadValue } from "./usage.ts";

declare const comesTo: unique symbol;

/** A flag, and the part of a command's flags that it comes to, such as `{ readonly maxTime?: number }`. */
export interface Flag<Part> extends Option {
  /** For the compiler alone. As a parameter: what is inferred from several flags is all their parts together. */
  readonly [comesTo]?: (part: Part) => void;
}

/** What the flags of a list come to. */
export type FlagsOf<L extends readonly Flag<never>[]> =
  L[number] extends Flag<infer Parts> ? { [K in keyof Parts]: Parts[K] } : never;

/** `-m, --max-time <seconds>` and `--no-max-time` are both `maxTime`, as commander has it. */
type NameOf<F> = F extends `${string}--no-${infer Rest}`
  ? NameOf<`--${Rest}`>
  : F extends `${string}--${infer Name} ${string}`
    ? Camel<Name>
    : F extends `${string}--${infer Name}`
      ? Camel<Name>
      : never;
type Camel<S> = S extends `${infer Word}-${infer Rest}` ? `${Word}${Capitalize<Camel<Rest>>}` : S & string;

type Optional<F, V> = { readonly [K in NameOf<F>]?: V };

/** Declares flags on a command, in the order of its help, and what it does with what they come to. */
export function onFlags<L extends readonly Flag<never>[]>(
  command: Command,
  list: L,
  act: (flags: FlagsOf<L>, ...args: never[]) => void | Promise<void>,
): void {
  for (const flag of list) command.addOption(flag);
  command.action((...given: unknown[]) => {
    const args = given.slice(0, command.registeredArguments.length) as never[];
    return act(command.opts(), ...args);
  });
}

/** A flag without a value: it is given or not. */
export function toggle<F extends string>(flags: F, description?: string): Flag<Optional<F, boolean>> {
  return new Option(flags, description);
}

/** `--no-x`: `x` is true until it is given. */
export function negated<F extends `--no-${string}`>(
  flags: F,
  description: string,
): Flag<Required<Optional<F, boolean>>> {
  return new Option(flags, description);
}

/** A flag with any text as its value. */
export function text<F extends string>(flags: F, description: string): Flag<Optional<F, string>> {
  return new Option(flags, description);
}

/** A flag that may be given several times; its values in order. Unlike `<x...>`, it takes one value each time. */
export function repeated<F extends string, V = string>(
  flags: F,
  description: string,
  reading?: Reading<V>,
): Flag<Optional<F, readonly V[]>> {
  const flag = new Option(flags, description).argParser((given, before: (V | string)[] | undefined) => {
    const values = before ?? [];
    values.push(reading === undefined ? given : readValue(flags, given, reading));
    return values;
  });
  return completing(flag, reading ?? {});
}

/** How a value is read, and how a shell completes it. */
export interface Reading<V> extends Completions {
  readonly read: (text: string) => V | undefined;
  /** What the flag takes, as a sentence, for whoever gave what cannot be read; `read` can refuse with its own words. */
  readonly takes?: string | ((given: string) => string);
}

/** A flag whose value is read. */
export function parsed<F extends string, V>(
  flags: F,
  description: string,
  reading: Reading<V>,
): Flag<Optional<F, V>> {
  return completing(
    new Option(flags, description).argParser((given) => readValue(flags, given, reading)),
    reading,
  );
}

function readValue<V>(flags: string, given: string, { read, takes = () => "" }: Reading<V>): V {
  const value = read(given);
  if (value === undefined)
    throw new BadValue({ flags, given, takes: typeof takes === "string" ? takes : takes(given) });
  return value;
}

/** The name of a file or a folder. An empty one comes of a variable that is not set, and would be the working directory. */
export const fileName: Reading<string> = {
  read: (given) => (given === "" ? undefined : given),
  takes: "It takes the name of a file or a folder; a variable that is not set leaves it empty.",
  files: true,
};

/** The flag's value as one of some words. */
export function oneOf<W extends string>(words: readonly W[]): Reading<W> {
  return {
    read: (given) => words.find((word) => word === given),
    takes: (given) => `${askNearest(given, words)}It takes one of ${words.join(", ")}.`,
    words,
  };
}

/** A flag that takes one of some words. */
export function choice<F extends string, W extends string>(
  flags: F,
  description: string,
  words: readonly W[],
): Flag<Optional<F, W>> {
  const flag = parsed(flags, description, oneOf(words));
  flag.argChoices = [...words]; // For the help; `choices()` would put its own parser in place of ours.
  return flag;
}

const inSeconds: Reading<number> = {
  read: (given) => {
    const ms = /^\d+(?:\.\d+)?$/.test(given) ? Math.ceil(Number((Number(given) * 1000).toFixed(3))) : NaN;
    return ms > 0 && ms <= longestTimerMs ? ms : undefined;
  },
  takes: "It takes a number of seconds above 0, up to 24 days.",
};

/** A flag in seconds, as curl takes them; its value in whole milliseconds that a timer can wait. */
export function seconds<F extends string>(flags: F, description: string): Flag<Optional<F, number>> {
  return parsed(flags, description, inSeconds);
}

/** The same, where 0 is for none: as if the flag had not been given. */
export function secondsOrNone<F extends string>(flags: F, description: string): Flag<Optional<F, number>> {
  return parsed(flags, description, {
    ...inSeconds,
    read: (given) => (/^0+(?:\.0+)?$/.test(given) ? 0 : inSeconds.read(given)),
  });
}

/** A flag that takes an ISO 8601 date or instant in UTC; what is left out is midnight, never this machine's time zone. */
export function date<F extends string>(flags: F, description: string): Flag<Optional<F, number>> {
  return parsed(flags, description, {
    read: parseDate,
    takes: "It takes a date such as 2029-01-31 or 2029-01-31T12:00:00Z.",
  });
}

/** Such a date; nothing of one that the calendar does not have. */
export function parseDate(given: string): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/.test(given) ? Date.parse(given) : NaN;
  // Date.parse takes 30 February for 2 March.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(given.slice(0, 10)) ? at : undefined;
}

/** Reads a whole number within bounds. */
export function whole(least: number, most: number): (text: string) => number | undefined {
  return (given) => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : NaN;
    return value >= least && value <= most ? value : undefined;
  };
}

/** The flag, which has to be given. */
export function needed<Part>(flag: Flag<Part>): Flag<Required<Part>> {
  return flag.makeOptionMandatory();
}

/** The flag with the value that it has where it is not given. */
export function withDefault<Part>(
  flag: Flag<Part>,
  value: NonNullable<Part[keyof Part]>,
): Flag<Required<Part>> {
  return flag.default(value);
}

/** The flag that every command with something to say has. */
export function json(description = "one JSON object instead of text"): Flag<{ readonly json?: boolean }> {
  return toggle("--json", description);
}
