/**
 * Reads words as curl reads its command line (curl(1)): flags and URLs in any order, letters in one word (`-fsSLo FILE`), `--no-x`
 * for what can be switched, `--next` between requests that have flags of their own, and files of flags (`-K`).
 *
 * Commander's parser knows neither the order of different flags nor `--next`; what it is told of them serves the help.
 */
import type { Option } from "commander";
import { CommandError } from "../../frame/failure.ts";
import type { Flag } from "../../frame/flags.ts";
import type { FlagLine } from "./flag-file.ts";

/** A flag as it came, for what depends on the order among different flags. */
export interface Given {
  /** The name by which its value is kept: `dataRaw`. */
  readonly name: string;
  /** What stands behind it; empty for a flag without a value. */
  readonly text: string;
}

/** What stands between two `--next`. */
export interface Group {
  /** By name, as commander would give them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** In order; what stands by itself is a URL, as what stands behind `--url`. */
  readonly given: readonly Given[];
}

export interface Words {
  readonly groups: readonly Group[];
  /** What ends the reading: `-h` and `-V`. */
  readonly asked: "help" | "version" | undefined;
}

/** How words are read that this does not know by itself. */
export interface WordRules {
  readonly flags: readonly Flag<never>[];
  /** The lines of a file of flags. */
  readonly linesOf: (file: string) => Promise<readonly FlagLine[]>;
  /** What is said of a flag that is none. */
  readonly complain: (word: string) => Promise<Error>;
}

/** What is done while words are read, rather than kept for later. */
const own = { next: "next", config: "config" } as const;
/** By the flag's name, without hyphens. */
const questions: ReadonlyMap<string, NonNullable<Words["asked"]>> = new Map([
  ["h", "help"],
  ["help", "help"],
  ["V", "version"],
  ["version", "version"],
]);

const deepestFiles = 8; // A file that names itself would be read for ever.

/** @throws CommandError for what cannot be read */
export async function readWords(words: readonly string[], rules: WordRules): Promise<Words> {
  const reader = new WordReader(rules);
  await reader.read(words, 0);
  return reader.words;
}

class WordReader {
  readonly #rules: WordRules;
  readonly #byWord = new Map<string, Option>();
  readonly #groups: OpenGroup[] = [new OpenGroup()];
  #asked: Words["asked"];

  constructor(rules: WordRules) {
    this.#rules = rules;
    for (const flag of rules.flags)
      for (const word of [flag.short, flag.long]) if (word !== undefined) this.#byWord.set(word, flag);
  }

  get words(): Words {
    return { groups: this.#groups, asked: this.#asked };
  }

  async read(words: readonly string[], depth: number): Promise<void> {
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? "";
      if (word === "--") {
        for (const url of words.slice(at + 1)) this.#putUrl(url);
        return;
      }
      if (!word.startsWith("-") || word === "-") {
        this.#putUrl(word);
        continue;
      }
      const usesNext = await this.#readFlags(word, words[at + 1], depth);
      if (this.#asked !== undefined) return;
      if (usesNext) at++;
    }
  }

  /** A line of a file: what stands behind a flag there is its value, and never a URL. */
  async #readLine(word: string, value: string | undefined, depth: number): Promise<void> {
    const usesValue = word.startsWith("-") && word !== "-" && (await this.#readFlags(word, value, depth));
    if (value !== undefined && !usesValue)
      throw new CommandError(`Option "${word}" takes no value, and has one in the file of flags.`, {
        hint: "A flag that can be switched stands on its line alone.",
      });
  }

  get #group(): OpenGroup {
    return this.#groups.at(-1) ?? new OpenGroup();
  }

  /** Whether the word behind it was its value. */
  async #readFlags(word: string, next: string | undefined, depth: number): Promise<boolean> {
    if (word.startsWith("--")) return this.#readLong(word, next, depth);
    for (let at = 1; at < word.length; at++) {
      const letter = `-${word[at] ?? ""}`;
      const rest = word.slice(at + 1);
      const flag = this.#byWord.get(letter);
      if (this.#asks(letter)) return false;
      if (flag === undefined) throw await this.#rules.complain(letter);
      if (!flag.required) {
        this.#switch(flag, !flag.negate);
        continue;
      }
      const text = rest === "" ? next : rest;
      if (text === undefined) throw lacksValue(flag);
      await this.#take(flag, text, depth);
      return rest === "";
    }
    return false;
  }

  async #readLong(word: string, next: string | undefined, depth: number): Promise<boolean> {
    if (this.#asks(word)) return false;
    const [, name = word, glued] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const flag = this.#byWord.get(name);
    if (flag?.required === true) {
      const text = glued ?? next;
      if (text === undefined) throw lacksValue(flag);
      await this.#take(flag, text, depth);
      return glued === undefined;
    }
    const switched = this.#findSwitch(name);
    if (switched === undefined) throw await this.#rules.complain(word);
    if (glued !== undefined)
      throw new CommandError(`Option "${name}" takes no value.`, {
        hint: "`meerkat get --help` lists what it takes.",
      });
    this.#switch(switched.flag, switched.on);
    return false;
  }

  /** What is declared, and its opposite, with "no-" before its name or without. */
  #findSwitch(name: string): { readonly flag: Option; readonly on: boolean } | undefined {
    const exact = this.#byWord.get(name);
    if (exact !== undefined) return { flag: exact, on: !exact.negate };
    const bare = name.slice(2);
    const flag = this.#byWord.get(`--${bare.startsWith("no-") ? bare.slice(3) : `no-${bare}`}`);
    return flag === undefined || flag.required ? undefined : { flag, on: flag.negate };
  }

  /** Help, or the version. */
  #asks(word: string): boolean {
    this.#asked = questions.get(word.replace(/^--?/, ""));
    return this.#asked !== undefined;
  }

  /** A flag without a value; one of them begins another group. */
  #switch(flag: Option, on: boolean): void {
    if (flag.attributeName() === own.next) this.#groups.push(new OpenGroup());
    else this.#put(flag, "", on);
  }

  /** A flag with its value, which may be a file of flags. */
  async #take(flag: Option, text: string, depth: number): Promise<void> {
    if (flag.attributeName() !== own.config) return this.#put(flag, text, true);
    if (depth >= deepestFiles)
      throw new CommandError(`The files of -K name each other, more than ${deepestFiles} deep.`, {
        hint: "Leave out the line of one of them that names another.",
      });
    for (const [word, value] of await this.#rules.linesOf(text)) await this.#readLine(word, value, depth + 1);
  }

  #putUrl(text: string): void {
    this.#group.given.push({ name: "url", text });
  }

  #put(flag: Option, text: string, on: boolean): void {
    const group = this.#group;
    const name = flag.attributeName();
    group.given.push({ name, text });
    if (!flag.required) group.values[name] = on;
    else group.values[name] = flag.parseArg === undefined ? text : flag.parseArg(text, group.values[name]);
  }
}

class OpenGroup implements Group {
  readonly values: Record<string, unknown> = {};
  readonly given: Given[] = [];
}

function lacksValue({ flags }: Option): CommandError {
  return new CommandError(`Option "${flags}" needs a value after it.`, {
    hint: "`meerkat get --help` lists what it takes.",
  });
}
