/** Colour, for terminals only. */
import { showControlsInLines } from "../../core/index.ts";

/** The few ways text is set off. Each returns its text as it is where colour is off. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** SGR sequences (ECMA-48 §8.3.117) when `enabled`, plain text otherwise. */
export function createStyle(enabled: boolean): Style {
  const sgr = (on: number, off: number) => (text: string) =>
    enabled && text !== "" ? `\u001B[${on}m${text}\u001B[${off}m` : text;
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    red: sgr(31, 39),
    green: sgr(32, 39),
    yellow: sgr(33, 39),
    cyan: sgr(36, 39),
  };
}

/** Whether a stream wants colour: a terminal, and no `NO_COLOR` (no-color.org) or `TERM=dumb`. */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

/** The sequences that `createStyle` writes. */
const ownColours = /(\u001B\[(?:[12]|22|3[1236]|39)m)/;

/** Text of ours: what is left in it of others' controls is shown. */
export function showControlsBesideColours(text: string): string {
  return text
    .split(ownColours)
    .map((part, at) => (at % 2 === 1 ? part : showControlsInLines(part)))
    .join("");
}
