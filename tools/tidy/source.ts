/**
 * Reads a TypeScript file just far enough to tell code from comments, strings and regular expressions.
 *
 * A scanner, not a parser: TypeScript 7 offers no stable API to parse with. It errs only where a regular
 * expression directly follows `)` or `}`, which it takes for a division.
 */

export interface Source {
  readonly path: string;
  readonly text: string;
  /** `text` with comments and the insides of strings and regular expressions turned to spaces; same offsets. */
  readonly code: string;
  readonly comments: readonly Piece[];
  readonly imports: readonly Piece[];
}

/** A comment with its marks, or the specifier of an import. */
export interface Piece {
  readonly text: string;
  readonly offset: number;
}

/** Splits the file at `path` into code, comments and imports. */
export function readSource(path: string, text: string): Source {
  const { code, comments } = separate(text);
  return { path, text, code, comments, imports: importsOf(text, code) };
}

function importsOf(text: string, code: string): Piece[] {
  const imports: Piece[] = [];
  for (const match of code.matchAll(/(?<![\w.$])(?:from|import)\s*(?:\(\s*)?["']( *)["']/g)) {
    const end = match.index + match[0].length - 1;
    const offset = end - (match[1] ?? "").length;
    imports.push({ text: text.slice(offset, end), offset });
  }
  return imports;
}

/** Where a token that begins at `from` ends, and how much of its two ends stays visible in `code`. */
interface Token {
  readonly end: number;
  readonly edge: number;
}

function separate(text: string): { readonly code: string; readonly comments: readonly Piece[] } {
  const code: string[] = [];
  const comments: Piece[] = [];
  const templates: number[] = []; // For each open `${`, how many braces are open inside it.
  let before = ""; // The code so far, shortened: what a slash means depends on it.
  let at = 0;
  const take = ({ end, edge }: Token): void => {
    const token = text.slice(at, end);
    const hidden = token.slice(edge, Math.max(edge, token.length - edge)).replace(/[^\n]/g, " ");
    code.push(token.slice(0, edge), hidden, token.slice(Math.max(edge, token.length - edge)));
    if (edge > 0) before = '"';
    at = end;
  };
  while (at < text.length) {
    const character = text[at] ?? "";
    const two = text.slice(at, at + 2);
    if (two === "//" || two === "/*") {
      const end = two === "//" ? endOf(text, "\n", at) : endOf(text, "*/", at + 2) + 2;
      comments.push({ text: text.slice(at, end), offset: at });
      take({ end, edge: 0 });
    } else if (character === '"' || character === "'") {
      take({ end: endOfQuoted(text, character, at + 1), edge: 1 });
    } else if (character === "`" || (character === "}" && templates.at(-1) === 0)) {
      if (character === "}") templates.pop();
      const { end, opens } = endOfTemplate(text, at + 1);
      take({ end, edge: 1 });
      if (opens) {
        templates.push(0);
        before = "{";
      }
    } else if (character === "/" && startsRegExp(before)) {
      take({ end: endOfRegExp(text, at + 1), edge: 1 });
    } else {
      const depth = templates.length - 1;
      if (character === "{" && depth >= 0) templates[depth] = (templates[depth] ?? 0) + 1;
      if (character === "}" && depth >= 0) templates[depth] = (templates[depth] ?? 0) - 1;
      if (/\S/.test(character)) before = (/\w/.test(character) ? before.slice(-12) : "") + character;
      else if (/\w$/.test(before)) before += " ";
      code.push(character);
      at++;
    }
  }
  return { code: code.join(""), comments };
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end === -1 ? text.length : end;
}

function endOfQuoted(text: string, quote: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote || text[at] === "\n") return at + 1;
  }
  return text.length;
}

/** A template's text runs to its closing back-tick or to the next `${`. */
function endOfTemplate(text: string, from: number): { readonly end: number; readonly opens: boolean } {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "`") return { end: at + 1, opens: false };
    else if (text.startsWith("${", at)) return { end: at + 2, opens: true };
  }
  return { end: text.length, opens: false };
}

function endOfRegExp(text: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "[") inClass = true;
    else if (character === "]") inClass = false;
    else if (character === "\n" || (character === "/" && !inClass)) return at + 1;
  }
  return text.length;
}

function startsRegExp(before: string): boolean {
  const word = /(\w+) ?$/.exec(before)?.[1];
  if (word !== undefined) return /^(?:return|typeof|case|in|of|await|yield|void)$/.test(word);
  return !/[)\]}"]$/.test(before);
}
