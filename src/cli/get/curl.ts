/** `meerkat curl`: the same as `get`, for whoever has curl's name in their fingers, or a whole command in the clipboard. */
import type { DefineCommand } from "../frame/context.ts";
import { isPasted, parsePasted } from "./line/pasted.ts";
import { define } from "./get.ts";

export const defineCurl: DefineCommand = (command, context) => {
  define(command, context, (words) => {
    const [first = "", ...behind] = words;
    // No flag's value stands there; what is written behind the command is added to it.
    if (isPasted(first)) return [...parsePasted(first), ...behind];
    // `meerkat curl curl -fsSL URL`: the command as it was, behind this program's name.
    return first === "curl" ? behind : words;
  });
};
