/** The log of a running watch, on stderr: lines for people on a terminal, else a JSON object a line. */
import type { Log } from "../../watch/index.ts";
import type { Output } from "../frame/output.ts";

export function openLog(err: Output, form: "text" | "json" | undefined): Log {
  const asText = form === undefined ? err.isTerminal : form === "text";
  const { red, yellow, dim } = err.style;
  return ({ level, event, sentence, facts }) => {
    const at = new Date().toISOString();
    if (!asText) {
      err.lines(JSON.stringify({ at, level, event, message: sentence, ...facts }));
      return;
    }
    const colour = { info: (text: string) => text, warning: yellow, error: red }[level];
    const named = facts === undefined ? "" : dim(` (${Object.values(facts).map(String).join(", ")})`);
    err.lines(`${dim(at.slice(11, 19))} ${colour(sentence)}${named}`);
  };
}
