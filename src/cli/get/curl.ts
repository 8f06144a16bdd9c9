/** `meerkat curl`: the same as `get`, for whoever has curl's name in their fingers, or a whole command in the clipboard. */
import type { DefineCommand } from "../frame/context.ts";
import { isPasted, parsePasted } from "./line/pasted.ts";
import { define } from "./get.ts";

export const defineCurl: DefineCommand = (command, context) => {
  define(command, context, (words) => {
    const [first = ""] = words;
    if (words.length === 1 && isPasted(first)) return parsePasted(first);
    // `meerkat curl curl -fsSL URL`: the command as it was, behind this program's name.
    return first === "curl" ? words.slice(1) : words;
  });
};
