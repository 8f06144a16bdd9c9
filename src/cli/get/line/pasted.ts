/**
 * A whole command in one argument, as documents and browsers ("Copy as cURL") have it: taken apart into words as a POSIX shell
 * does (POSIX.1-2017, XCU §2.2), with `$'...'` as bash and browsers write it. Nothing in it is ever run: what a shell would
 * expand, redirect or hand on to another program is refused by its name.
 */
import { CommandError } from "../../frame/failure.ts";
import { pastedBytes } from "../../limits.ts";

/** The words behind `curl`. @throws CommandError for what is no such command */
export function parsePasted(text: string): readonly string[] {
  if (Buffer.byteLength(text) > pastedBytes.value)
    throw new CommandError(`The command has more than ${pastedBytes.value} bytes.`, {
      hint: "Put its body into a file: --data-binary @FILE.",
    });
  refuseOtherShells(text);
  const words = splitWords(text.replace(/^\s*[$%#>]\s+(?=curl\b)/, ""));
  const [first = "", ...rest] = words;
  if (first === "curl" || first === "curl.exe" || /[/\\]curl(?:\.exe)?$/.test(first)) return rest;
  throw new CommandError(`The command begins with "${first}", and not with curl.`, {
    hint: "Give the whole command as one argument in quotes, or flags and URLs as they are: meerkat curl -fsSL URL.",
  });
}

/** Whether an argument is a command rather than a URL. */
export function isPasted(word: string): boolean {
  return /^\s*(?:[$%#>]\s+)?(?:[^\s:]*[/\\])?curl(?:\.exe)?\s/.test(word);
}

/** What browsers copy for cmd has `^` before quotes, and for PowerShell is another program. */
function refuseOtherShells(text: string): void {
  if (/\^["\r\n]|\^\^|\^%/.test(text))
    throw new CommandError('The command is written for Windows\' cmd ("^" before quotes and line ends).', {
      hint: 'Copy it as "cURL (bash)", or "cURL (POSIX)".',
    });
  if (/^\s*(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\b|`\r?\n|-Uri\s/i.test(text))
    throw new CommandError("The command is written for PowerShell.", {
      hint: 'Copy it as "cURL (bash)", or "cURL (POSIX)".',
    });
}

function splitWords(text: string): readonly string[] {
  const lexer = new Lexer(text);
  while (!lexer.isOver) lexer.step();
  return lexer.end();
}

/** What ends a command, or hands it to another, and how it is called. */
const operators: readonly (readonly [sign: RegExp, name: string])[] = [
  [/^\d?>&?|^&>/, "a redirection of its output"],
  [/^\d?<</, "a here-document"],
  [/^\d?</, "a redirection of its input"],
  [/^\|\||^&&/, "another command behind it"],
  [/^\|/, "a pipe to another command"],
  [/^;/, "another command behind it"],
  [/^&/, "a request to run in the background"],
  [/^[()]/, "a subshell"],
];

class Lexer {
  readonly #text: string;
  #at = 0;
  readonly #words: string[] = [];
  #word: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  get isOver(): boolean {
    return this.#at >= this.#text.length;
  }

  end(): readonly string[] {
    this.#endWord();
    return this.#words;
  }

  step(): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    const sign = rest[0] ?? "";
    if (/^\\\r?\n/.test(rest)) this.#at += rest[1] === "\r" ? 3 : 2;
    else if (/[ \t]/.test(sign)) this.#space();
    else if (/[\r\n]/.test(sign)) this.#line();
    else if (sign === "#" && this.#word === undefined) this.#at = this.#endOfLine();
    else if (sign === "\\") this.#add(this.#text[this.#at + 1] ?? "\\", 2);
    else if (sign === "'") this.#single();
    else if (rest.startsWith("$'")) this.#ansi();
    else if (rest.startsWith('$"')) this.#at++;
    else if (sign === '"') this.#double();
    else {
      this.#refuseExpansion(rest);
      this.#refuseOperator();
      this.#add(sign, 1);
    }
  }

  #space(): void {
    this.#endWord();
    this.#at++;
  }

  /** Behind a whole command nothing may follow. */
  #line(): void {
    const isLast = this.#text.slice(this.#at).trim() === "";
    this.#endWord();
    if (this.#words.length > 0 && !isLast) throw refuse("another command on the next line");
    this.#at++;
  }

  #endOfLine(): number {
    const end = this.#text.indexOf("\n", this.#at);
    return end === -1 ? this.#text.length : end;
  }

  #single(): void {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end === -1) throw unclosed("'");
    this.#add(this.#text.slice(this.#at + 1, end), end + 1 - this.#at);
  }

  #double(): void {
    this.#add("", 1);
    for (;;) {
      const sign = this.#text[this.#at];
      const next = this.#text[this.#at + 1] ?? "";
      if (sign === undefined) throw unclosed('"');
      if (sign === '"') break;
      if (sign === "\\" && next === "\n") this.#at += 2;
      else if (sign === "\\" && /[$`"\\]/.test(next)) this.#add(next, 2);
      else {
        this.#refuseExpansion(sign + next);
        this.#add(sign, 1);
      }
    }
    this.#at++;
  }

  /** Bash's quoting with escapes, which browsers write for what is not plain text. */
  #ansi(): void {
    const [whole, inside = ""] = /^\$'((?:[^'\\]|\\[^])*)'/.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === undefined) throw unclosed("$'");
    this.#add(unescapeAnsi(inside), whole.length);
  }

  #refuseExpansion(rest: string): void {
    if (/^\$[A-Za-z_{(0-9@*#?$!-]/.test(rest))
      throw refuse(
        `a variable or a command of the shell's ("${rest.startsWith("$(") ? "$(...)" : "$"}")`,
        "Put its value in its place; in single quotes a $ is no more than a sign.",
      );
    if (rest.startsWith("`"))
      throw refuse(
        "a command between backticks",
        "Put what it prints in its place; nothing of it is run here.",
      );
  }

  #refuseOperator(): void {
    const rest = this.#text.slice(this.#at, this.#at + 4);
    for (const [sign, name] of operators) {
      // A number that is a word by itself is one of a file's; within a word it is a part of that.
      const found = sign.exec(rest)?.[0];
      if (found !== undefined && !(this.#word !== undefined && /^\d/.test(found))) throw refuse(name);
    }
  }

  #add(text: string, length: number): void {
    this.#word = (this.#word ?? "") + text;
    this.#at += length;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }
}

const ansiSigns: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  e: "\u001B",
  E: "\u001B",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Bash's manual, "ANSI-C Quoting". */
function unescapeAnsi(inside: string): string {
  return inside.replaceAll(
    /\\(?:u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|x([\da-fA-F]{1,2})|([0-7]{1,3})|([^]))/g,
    (whole, ...found: readonly (string | undefined)[]) => {
      const [short, long, hex, octal, sign = ""] = found;
      const code = short ?? long ?? hex;
      if (code !== undefined) return characterOf(Number.parseInt(code, 16), whole);
      if (octal !== undefined) return characterOf(Number.parseInt(octal, 8), whole);
      return ansiSigns[sign] ?? (/['"\\?]/.test(sign) ? sign : whole);
    },
  );
}

function characterOf(code: number, whole: string): string {
  return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
}

function unclosed(quote: string): CommandError {
  return new CommandError(`A quote (${quote}) in the command is not closed.`, {
    hint: "Copy the whole command, and give it in quotes that do not stand in it.",
  });
}

function refuse(
  what: string,
  hint = "Leave it out: the command here is one request, and -o FILE writes its body.",
): CommandError {
  return new CommandError(`The command has ${what}, and nothing of it is run here.`, { hint });
}
