/** Colour, for terminals only, and the harmless form of text that came from outside. */

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

/**
 * Text from outside, made harmless for a terminal: control characters and those that reverse the direction of
 * writing are shown as `\x1b` and `\u202e`, so that no certificate or header can move the cursor or hide.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}
