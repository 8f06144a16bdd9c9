/** `meerkat explain [CODE]`: the catalogue's page on a code, what another program's error is, or every code there is. */
import { writeJson } from "../frame/json.ts";
import type { Command } from "commander";
import {
  catalogue,
  faultWords,
  isCode,
  renderRemedy,
  stageWords,
  type Code,
  type Remedy,
  type Stage,
} from "../../core/index.ts";
import { findingEntries, findingEntry, type FindingCode } from "../../diagnosis/index.ts";
import {
  findForeign,
  foreignNames,
  numberAlone,
  openCodes,
  renderForeignNumber,
  type Reading,
} from "../../foreign/index.ts";
import { completeArguments } from "../frame/completions.ts";
import type { Context } from "../frame/context.ts";
import { hideSecrets } from "../frame/echo.ts";
import { anyEndings, exitCode, exitCodeMeanings, exitCodes } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { json, onFlags } from "../frame/flags.ts";
import { endsWith } from "../frame/help.ts";
import { renderFacts, wrapText } from "../frame/layout.ts";
import { findNearest } from "../frame/nearest.ts";
import { shellNames } from "../frame/shell-names.ts";

export function defineExplain(command: Command, { out }: Context): void {
  command.argument(
    "[code...]",
    "an error code, such as expired; or an exit code, or another program's name, number or line; all codes are listed when left out",
  );
  completeArguments(command, { words: Object.keys(catalogue) });
  endsWith(command, { out }, anyEndings);
  onFlags(command, [json()], (flags, given: string[] | undefined = []) => {
    const word = ownSpelling(given.join(" "));
    const every = Object.keys(catalogue) as Code[];
    if (given.length === 0) {
      out.lines(...(flags.json === true ? renderJson(every) : renderCodes(every, out.style.bold, out.width)));
      return;
    }
    const readings = isFindingCode(word) ? [] : findForeign(word);
    const number = numberAlone(word);
    const isNumber = number !== undefined;
    const ending = isNumber ? endingOf(number) : undefined;
    const codes = isFindingCode(word) ? [word] : isNumber ? everyCode(readings) : openCodes(readings);
    if (readings.length === 0 && codes.length === 0 && ending === undefined) throw unknownCode(word);
    if (flags.json === true) out.lines(...renderJson(codes, readings, ending));
    else {
      if (ending !== undefined) out.lines(...renderEnding(ending, out));
      if (ending !== undefined && readings.length === 0) return;
      if (isNumber && readings.length > 1) out.lines(...wrapText(severalPrograms, { width: out.width }), "");
      out.lines(...renderAnswer(codes, readings, out));
    }
  });
}

/** An exit code of this program, and which codes of the catalogue end with it. */
interface EndingCode {
  readonly number: number;
  readonly means: string;
  readonly codes: readonly Code[];
}

function endingOf(number: number): EndingCode | undefined {
  const means = exitCodeMeanings[number];
  if (means === undefined) return undefined;
  const codes = (Object.keys(exitCodes) as Code[]).filter((code) => exitCodes[code] === number);
  return { number, means, codes };
}

function renderEnding({ number, means, codes }: EndingCode, { style, width }: Context["out"]): string[] {
  const facts = codes.map((code) => [code, catalogue[code].title] as const);
  return [
    style.bold(`meerkat: exit code ${number}`),
    "",
    ...wrapText(means, { width, indent: "  " }),
    "",
    ...(facts.length === 0 ? [] : [...renderFacts(facts, { width, indent: "  " }), ""]),
  ];
}

const severalPrograms =
  "Several programs have an error of this number. Which of these it is depends on the program that printed it.";

function everyCode(readings: readonly Reading[]): readonly FindingCode[] {
  return [...new Set(readings.flatMap(({ error }) => error.codes))];
}

/** A code of ours in the letters we write it in; any other word as it is. */
function ownSpelling(word: string): string {
  const lower = word.toLowerCase();
  return isFindingCode(lower) ? lower : word;
}

function isFindingCode(word: string): word is FindingCode {
  return isCode(word) || Object.hasOwn(findingEntries, word);
}

const longestEcho = 200; // A pasted page would push the hint off the screen.

function unknownCode(word: string): CommandError {
  const own = [...Object.keys(catalogue), ...Object.keys(findingEntries)];
  const known = new Map([...foreignNames(), ...own].map((name) => [name.toLowerCase(), name]));
  const nearest = known.get(findNearest(word.toLowerCase(), [...own, ...known.keys()]) ?? "");
  const echo = hideSecrets(word, word.split(" "));
  const shown = echo.length > longestEcho ? `${echo.slice(0, longestEcho)}...` : echo;
  return new CommandError(`There is no code "${shown}".`, {
    hint:
      nearest === undefined
        ? "`meerkat explain` without a code lists them all."
        : `Did you mean "${nearest}"? \`meerkat explain\` without a code lists them all.`,
  });
}

function renderJson(
  codes: readonly FindingCode[],
  readings: readonly Reading[] = [],
  ending?: EndingCode,
): string[] {
  const foreign = readings.map(({ program, error: { names, number, says, codes: its } }) => ({
    program: program.name,
    name: names[0],
    number,
    says,
    codes: its,
  }));
  const answer = {
    schema: 1,
    ...(ending === undefined ? {} : { exitCode: ending }),
    ...(foreign.length > 0 ? { foreign } : {}),
    codes: codes.map(describeCode),
  };
  return [writeJson(answer, 2)];
}

const pagesShown = 3; // More would hide which of them it is.

/** What the other programs mean, then the pages of the codes; their titles alone where there are many. */
function renderAnswer(
  codes: readonly FindingCode[],
  readings: readonly Reading[],
  { style: { bold }, width }: Context["out"],
): string[] {
  const lines = readings.flatMap((reading) => renderReading(reading, bold, width));
  if (codes.length <= pagesShown) {
    return [
      ...lines,
      ...codes.flatMap((code, i) => [...(i > 0 ? [""] : []), ...renderPage(code, bold, width)]),
    ];
  }
  const facts = codes.map((code) => [code, findingEntry(code).title] as const);
  return [
    ...lines,
    ...renderFacts(facts, { width, indent: "  " }),
    "",
    "`meerkat explain CODE` says what one of them means; `meerkat why URL` finds out which it is.",
  ];
}

function renderReading({ program, error }: Reading, bold: (text: string) => string, width: number): string[] {
  const { names, number, codes, says } = error;
  const numbered = number === undefined ? "" : ` (${renderForeignNumber(number, program)})`;
  const ours = codes.length === 0 ? "none: Meerkat has no such failure" : codes.join(", ");
  return [
    `${bold(`${program.name}: ${names[0] ?? ""}`)}${numbered}`,
    "",
    ...wrapText(says, { width, indent: "  " }),
    "",
    ...renderFacts([["in Meerkat", ours]], { width, indent: "  " }),
    "",
  ];
}

function describeCode(code: FindingCode): object {
  const { stage, fault, title, means, authority } = findingEntry(code);
  return { code, stage, fault, title, means, remedy: remedyOf(code), authority, exitCode: exitCodeFor(code) };
}

/** In the flags of whichever command has them. */
function remedyOf(code: FindingCode): Remedy {
  return renderRemedy(findingEntry(code).remedy, shellNames());
}

/** What only `meerkat why` finds ends that command with 1. */
function exitCodeFor(code: FindingCode): number {
  return isCode(code) ? exitCodes[code] : exitCode.failed;
}

function renderPage(code: FindingCode, bold: (text: string) => string, width: number): string[] {
  const { stage, fault, title, means, authority } = findingEntry(code);
  const remedy = remedyOf(code);
  const facts: (readonly [string, string])[] = [
    ["stage", `${stage}: ${stageWords[stage]}`],
    ["fixed by", `${faultWords[fault]} (fault: ${fault})`],
    ["as a client", remedy.client],
    ...(remedy.server === undefined ? [] : [["as a server", remedy.server] as const]),
    ["authority", authority],
    ["exit code", String(exitCodeFor(code))],
  ];
  return [
    `${bold(code)}: ${title}`,
    "",
    ...wrapText(means, { width, indent: "  " }),
    "",
    ...renderFacts(facts, { width, indent: "  " }),
  ];
}

function renderCodes(codes: readonly Code[], bold: (text: string) => string, width: number): string[] {
  const lines: string[] = [];
  const column = Math.max(...codes.map((code) => code.length));
  for (const stage of Object.keys(stageWords) as Stage[]) {
    const here = codes.filter((code) => catalogue[code].stage === stage);
    if (here.length === 0) continue;
    const facts = here.map((code) => [code.padEnd(column), catalogue[code].title] as const);
    lines.push(`${bold(stage)}: ${stageWords[stage]}`, ...renderFacts(facts, { width, indent: "  " }), "");
  }
  return [...lines, "`meerkat explain CODE` says what one of them means."];
}
