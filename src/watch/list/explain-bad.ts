/** Says which lines of lists are left out, each with its number; of a file that is not a list, the first of them. */
import { renderCount } from "../../core/index.ts";
import { listLimits } from "./limits.ts";
import type { BadLine } from "./parse-list.ts";

/** A sentence for each, and one for how many more there are. */
export function explainBad(bad: readonly BadLine[]): readonly string[] {
  const most = listLimits.badLinesTold.value;
  const more = bad.length - most;
  return [
    ...bad.slice(0, most).map(explain),
    ...(more > 0
      ? [`${renderCount(more, "more line")} that ${more === 1 ? "is not an endpoint" : "are not endpoints"}.`]
      : []),
  ];
}

function explain({ file, line, message, hint }: BadLine): string {
  const advice = hint === undefined ? "" : ` ${hint}`;
  return `${file}, line ${line}: ${shorten(message)}${advice}`;
}

/** A message may hold the line, which may be as long as the file. */
function shorten(message: string): string {
  const most = listLimits.badLineLength.value;
  return message.length <= most ? message : `${message.slice(0, most / 2)} ... ${message.slice(-most / 2)}`;
}
