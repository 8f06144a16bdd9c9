/** Writes `docs/cli.md` from the help texts, at eighty columns. */
import { PassThrough } from "node:stream";
import { exitCodeMeanings, exitCodes, runCli } from "../../src/cli/index.ts";
import { table } from "./markdown-table.ts";

/** The document. */
export async function renderCli(): Promise<string> {
  const whole = await help([]);
  const names = [...whole.matchAll(/^ {2}([a-z]+(?:, [a-z]+)*) {2,}\S/gm)].flatMap(([, row = ""]) =>
    row.split(", "),
  );
  const parts = [
    "# The program",
    "What `meerkat --help` and each command's own `--help` print.",
    fence(whole),
  ];
  for (const name of names) {
    const own = await help([name]);
    parts.push(`## meerkat ${name}`, fence(own));
    for (const sub of subcommandsIn(own))
      parts.push(`### meerkat ${name} ${sub}`, fence(await help([name, sub])));
  }
  parts.push("## Exit codes", exitCodeWords, renderExitCodes());
  return `${parts.join("\n\n")}\n`;
}

const exitCodeWords =
  "Every command ends with one of these: curl's numbers where curl has one, because scripts know them. A command's `--help` lists those that it can end with, and `meerkat explain NUMBER` says which codes end so.";

function renderExitCodes(): string {
  const rows = Object.entries(exitCodeMeanings).map(([number, means]) => {
    const codes = Object.entries(exitCodes).filter(([, its]) => its === Number(number));
    return [number, means, codes.map(([code]) => `[\`${code}\`](errors.md#${code})`).join(", ")];
  });
  return table(["number", "meaning", "codes"], rows);
}

function subcommandsIn(text: string): readonly string[] {
  const [, listed = ""] = /^Commands:\n((?: {2}.*\n?)+)/m.exec(text) ?? [];
  return [...listed.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name = ""]) => name);
}

async function help(command: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await runCli({
    argv: [...command, "--help"],
    stdin: new PassThrough(),
    stdout: Object.assign(stdout, { isTTY: false }),
    stderr: Object.assign(new PassThrough(), { isTTY: false }),
    env: {},
    signal: new AbortController().signal,
  });
  return Buffer.concat(chunks).toString().trimEnd();
}

function fence(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
