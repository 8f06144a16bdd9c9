/** The forms in which a survey is written besides its text: where each goes, and what may be written over. */
import type { Context } from "../frame/context.ts";
import { CommandError } from "../frame/failure.ts";
import { fileName, parsed, type FlagsOf } from "../frame/flags.ts";
import { writeOutput } from "../frame/output-file.ts";
import { beginsWith, checkOverwriting, isJson, isPage, type Kept } from "../frame/overwriting.ts";
import { renderCsv } from "./csv.ts";
import type { SurveyOutcome } from "./outcome.ts";
import { renderSurveyPage } from "./page.ts";
import { renderJsonLines } from "./report.ts";

export const formFlags = [
  parsed(
    "--json <file>",
    "write a line of JSON for each endpoint, docs/survey.schema.json; - is stdout",
    fileName,
  ),
  parsed("--csv <file>", "write a table as CSV (RFC 4180); - is stdout", fileName),
  parsed("--html <file>", "write a page that needs no script; - is stdout", fileName),
] as const;

export type FormFlags = FlagsOf<typeof formFlags>;

const forms = {
  json: { isEarlier: isJson, render: renderJsonLines },
  csv: { isEarlier: beginsWith(/^endpoint,tags,/), render: renderCsv },
  html: {
    isEarlier: isPage,
    render: (outcome: SurveyOutcome): Iterable<string> => [renderSurveyPage(outcome)],
  },
} as const;
const formNames = ["json", "csv", "html"] as const;

/** Before anything is visited. @throws CommandError for what may not be written over, and two on stdout */
export async function checkForms(flags: FormFlags, kept: Kept): Promise<void> {
  const named = formNames.filter((name) => flags[name] === "-");
  if (named.length > 1)
    throw new CommandError(`--${named.join(" - and --")} - would both be written to stdout.`, {
      hint: "Give one of them the name of a file.",
    });
  const files = formNames.flatMap((name) => {
    const file = flags[name];
    return file === undefined || file === "-" ? [] : [{ file, isEarlier: forms[name].isEarlier }];
  });
  const twice = files.find(({ file }, i) => files.findIndex((one) => one.file === file) !== i);
  if (twice !== undefined)
    throw new CommandError(`"${twice.file}" is named for two forms.`, {
      hint: "Give each a file of its own.",
    });
  await checkOverwriting(files, kept);
}

/** Whether stdout has one of them, and so no text. */
export function isOnStdout(flags: FormFlags): boolean {
  return formNames.some((name) => flags[name] === "-");
}

/** Writes all that are asked for; the names of the files. @throws CommandError for what cannot be written */
export async function writeForms(
  flags: FormFlags,
  outcome: SurveyOutcome,
  { out, signal }: Pick<Context, "out" | "signal">,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const name of formNames) {
    const file = flags[name];
    if (file === undefined) continue;
    const content = forms[name].render(outcome);
    if (file === "-") {
      for (const part of content) await out.bytes(part);
      continue;
    }
    await writeOutput(content, { file, signal });
    written.push(file);
  }
  return written;
}
