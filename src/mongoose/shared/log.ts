/**
 * `LOG` as on the device (cs_dbg.c): a level, and a line that begins with its file and line number, padded to 24
 * columns. Where lines go can be chosen; the standard error, unless it is.
 */
import { showControlsInLines } from "../../core/index.ts";
import { formatText, type Printable } from "./printf.ts";

/** No line. */
export const LL_NONE = -1;
/** Errors. */
export const LL_ERROR = 0;
/** Warnings too. */
export const LL_WARN = 1;
/** What happens; the level at the start. */
export const LL_INFO = 2;
/** Details. */
export const LL_DEBUG = 3;
/** Everything. */
export const LL_VERBOSE_DEBUG = 4;

/** `enum cs_log_level`: which lines are written. */
export type cs_log_level =
  | typeof LL_NONE
  | typeof LL_ERROR
  | typeof LL_WARN
  | typeof LL_INFO
  | typeof LL_DEBUG
  | typeof LL_VERBOSE_DEBUG;

/** Takes a line, without its line end. */
export type LogSink = (line: string, level: cs_log_level) => void;

/** A format and what goes into it: `["status %d", 200]`, where C has a second pair of parentheses. */
export type LogMessage = string | readonly [format: string, ...args: Printable[]];

const prefixColumns = 24;

// CONFIG debug.level of Mongoose OS is 2.
let threshold: cs_log_level = LL_INFO;
let fileLevels: readonly (readonly [prefix: string, level: number])[] = [];

// A terminal obeys some of what a server may have sent: control characters are shown instead.
const toStandardError: LogSink = (line) => {
  process.stderr.write(`${showControlsInLines(line)}\n`);
};
let sink: LogSink = toStandardError;

/**
 * Writes a line if its level is on: `LOG(LL_INFO, ["Connecting to %s", server])`, or with the arguments one by one.
 */
export function LOG(level: cs_log_level, message: LogMessage, ...args: Printable[]): void {
  if (level > threshold && fileLevels.length === 0) return;
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, LOG);
  const prefix = renderPlace(at.stack ?? "");
  if (level > levelFor(prefix)) return;
  const [format, ...values] = typeof message === "string" ? [message, ...args] : message;
  sink(prefix.padEnd(prefixColumns) + formatText(format, values), level);
}

/** From which level on lines are written; `LL_INFO` at the start. */
export function cs_log_set_level(level: cs_log_level): void {
  threshold = level;
}

/** Other levels for some files: `"main.ts=4,net=3"`, by how the prefix begins; the first that fits. Null for none. */
export function cs_log_set_file_level(levels: string | null): void {
  fileLevels = (levels ?? "")
    .split(",")
    .map((entry) => entry.split("="))
    .filter((pair) => pair.length === 2 && pair[1] !== "")
    .map(([prefix = "", level = ""]) => [prefix.trim(), Number.parseInt(level, 10)] as const);
}

/** Where lines go from now on; null for the standard error again. */
export function cs_log_set_sink(next: LogSink | null): void {
  sink = next ?? toStandardError;
}

function levelFor(prefix: string): number {
  return fileLevels.find(([start]) => prefix.startsWith(start))?.[1] ?? threshold;
}

/** `file.ts:12`, its name cut so that a space remains before the text, as cs_log_print_prefix does. */
function renderPlace(stack: string): string {
  const match = /([^/\\(\s]+):(\d+):\d+\)?$/m.exec(stack.split("\n")[1] ?? "");
  const [, file = "?", line = "0"] = match ?? [];
  return `${file.slice(0, prefixColumns - line.length - 2)}:${line}`;
}
