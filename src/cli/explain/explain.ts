/** `meerkat explain [CODE]`: the catalogue's page on a code, or every code there is. */
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
import type { Context } from "../frame/context.ts";
import { exitCode, exitCodes } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { json, onFlags } from "../frame/flags.ts";
import { renderFacts, wrapText } from "../frame/layout.ts";
import { findNearest } from "../frame/nearest.ts";
import { shellNames } from "../frame/shell-names.ts";

export function defineExplain(command: Command, { out }: Context): void {
  command.argument("[code]", "an error code, such as expired; all of them are listed when left out");
  onFlags(command, [json()], (flags, word: string | undefined) => {
    const every = Object.keys(catalogue) as Code[];
    const codes: readonly FindingCode[] = word === undefined ? every : [parseCode(word)];
    if (flags.json === true) {
      out.lines(JSON.stringify({ schema: 1, codes: codes.map(describeCode) }, null, 2));
    } else if (word === undefined) {
      out.lines(...renderCodes(every, out.style.bold, out.width));
    } else {
      for (const code of codes) out.lines(...renderPage(code, out.style.bold, out.width));
    }
  });
}

function parseCode(word: string): FindingCode {
  if (isCode(word) || Object.hasOwn(findingEntries, word)) return word as FindingCode;
  const known = [...Object.keys(catalogue), ...Object.keys(findingEntries)];
  const nearest = findNearest(word.toLowerCase(), known);
  throw new CommandError(`There is no code "${word}".`, {
    hint:
      nearest === undefined
        ? "`meerkat explain` without a code lists them all."
        : `Did you mean "${nearest}"? \`meerkat explain\` without a code lists them all.`,
  });
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
