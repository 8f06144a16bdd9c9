/** The help texts: one screen for the program, and what stands below a command's own. */
import type { Command } from "commander";
import type { Context } from "./context.ts";
import { exitCodeMeanings } from "./exit-codes.ts";
import { renderFacts, wrapText } from "./layout.ts";

/** A command as the program's help shows it. */
interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  readonly listedWith?: string;
}

const examples = [["meerkat get https://api.weather.gov/", "the body, and who vouched"]] as const;

const exitCodeWords =
  "Exit codes are curl's: 0 done, 2 usage, 6 no such name, 7 no connection, 28 a deadline passed, 35 TLS failed, 60 not trusted; `meerkat explain 60` says why.";

/** The program's help. */
export function renderProgramHelp(commands: readonly ListedCommand[], width: number): string {
  return [
    "Usage: meerkat COMMAND [options]",
    "Meerkat: an HTTPS client that tells you why.",
    "",
    ...renderFacts(
      commands
        .filter(({ listedWith }) => listedWith === undefined)
        .map(({ name, summary }) => [
          [name, ...commands.filter((one) => one.listedWith === name).map((one) => one.name)].join(", "),
          summary,
        ]),
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

/** The exit codes that a command can end with: of each what it says of this command, or `true` for what it says of all. */
export type Endings = Readonly<Record<number, string | true>>;

/** Shows at the end of a command's help how it can end. */
export function endsWith(command: Command, { out }: Pick<Context, "out">, its: Endings): void {
  command.addHelpText("after", () => ["", ...renderExitCodes(out.width, its)].join("\n"));
}

function renderExitCodes(width: number, its: Endings): string[] {
  const shown = Object.entries(its).map(
    ([code, says]) => [code, says === true ? (exitCodeMeanings[Number(code)] ?? "") : says] as const,
  );
  return [
    "Exit codes (curl's numbers where curl has one; `meerkat explain NUMBER` says more):",
    ...renderFacts(shown, { width, indent: "  " }),
  ];
}

/** Examples, for the end of a command's help. */
export function renderExamples(examples: readonly string[]): string {
  return ["", examples.length === 1 ? "Example:" : "Examples:", ...examples.map((line) => `  ${line}`)].join(
    "\n",
  );
}
