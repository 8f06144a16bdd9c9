/** JSON on a terminal: indented and in colour, each value as it came, so that no digit of a number is lost. */
import type { Response } from "../../client/index.ts";
import type { Style } from "../frame/style.ts";
import { shownJsonCharacters } from "../limits.ts";

/** RFC 8259, and what RFC 6838 §4.2.8 has end in +json. */
export function isJson({ headers }: Response): boolean {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return /^(?:application\/json|[^/]+\/[^/]+\+json|text\/json)$/i.test(type.trim());
}

const token = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g;

/** The text as it is shown, without a line end; `undefined` for one that is not JSON, or is so deep that nobody could read it. */
export function renderJson(text: string, style: Style): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = text.match(token) ?? [];
  const pieces: string[] = [];
  let depth = 0;
  let length = 0;
  const put = (piece: string): void => {
    pieces.push(piece);
    length += piece.length;
  };
  for (const [at, part] of tokens.entries()) {
    if (length + depth > shownJsonCharacters.value) return undefined;
    const next = tokens[at + 1] ?? "";
    const line = (): string => `\n${"  ".repeat(depth)}`;
    if (part === "{" || part === "[") {
      depth++;
      const isEmpty = next === "}" || next === "]";
      put(isEmpty ? part : part + line());
    } else if (part === "}" || part === "]") {
      depth--;
      const before = tokens[at - 1] ?? "";
      put(before === "{" || before === "[" ? part : line() + part);
    } else if (part === ",") put(part + line());
    else if (part === ":") put(": ");
    else put(colour(part, next === ":", style));
  }
  return pieces.join("");
}

function colour(part: string, isName: boolean, style: Style): string {
  if (isName) return style.cyan(part);
  if (part.startsWith('"')) return style.green(part);
  return /^[-\d]/.test(part) ? style.yellow(part) : style.bold(part);
}
