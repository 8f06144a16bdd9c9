/** The help texts: one screen for the program, and what stands below a command's own. */
import { exitCodeMeanings } from "./exit-codes.ts";
import { renderFacts, wrapText } from "./layout.ts";

/** A command as the program's help shows it. */
interface ListedCommand {
  readonly name: string;
  readonly summary: string;
}

const examples = [
  ["meerkat tour", "the whole story in ten seconds"],
  ["meerkat get https://api.weather.gov/", "the body, and who vouched"],
] as const;

const exitCodeWords =
  "Exit codes are curl's: 0 done, 2 usage, 6 no such name, 7 no connection, 28 a deadline passed, 35 TLS failed, 60 not trusted; `meerkat get --help` has all.";

/** The program's help. */
export function renderProgramHelp(commands: readonly ListedCommand[], width: number): string {
  return [
    "Usage: meerkat COMMAND [options]",
    "Meerkat: an HTTPS client that tells you why.",
    "",
    ...renderFacts(
      commands.map(({ name, summary }) => [name, summary]),
      { width, indent: "  " },
    ),
    "",
    "`meerkat COMMAND --help` lists what a command takes; --version is the version.",
    ...renderFacts(examples, { width, indent: "  " }),
    "",
    ...wrapText(exitCodeWords, { width }),
    "Colour is for terminals only; NO_COLOR turns it off there too.",
  ].join("\n");
}

/** Some exit codes and their meanings, under a heading; all of them unless it is said which. */
export function renderExitCodes(width: number, only?: readonly number[]): string[] {
  const shown = Object.entries(exitCodeMeanings).filter(([code]) => only?.includes(Number(code)) ?? true);
  return ["Exit codes (curl's numbers where curl has one):", ...renderFacts(shown, { width, indent: "  " })];
}

/** Examples and exit codes, for the end of a command's help. */
export function renderHelpEnd(
  width: number,
  {
    examples: given,
    exitCodes,
  }: { readonly examples: readonly string[]; readonly exitCodes: readonly number[] },
): string {
  return [
    "",
    given.length === 1 ? "Example:" : "Examples:",
    ...given.map((line) => `  ${line}`),
    "",
    ...renderExitCodes(width, exitCodes),
  ].join("\n");
}
