/** Writes `docs/errors.md`: every code of the catalogue, by stage, with what it means and who can mend it. */
import {
  catalogue,
  faultWords,
  stageWords,
  type Code,
  type Entry,
  type Stage,
} from "../../src/core/index.ts";

export function renderErrors(): string {
  const codes = Object.keys(catalogue) as Code[];
  const parts = [
    "# Errors",
    "Every code that Meerkat's `HttpsError` can carry. `code`, `stage`, `fault` and `detail` are API; the sentences are not. `meerkat explain CODE` prints the same in a terminal.",
  ];
  for (const stage of Object.keys(stageWords) as Stage[]) {
    const here = codes.filter((code) => catalogue[code].stage === stage);
    if (here.length === 0) continue;
    parts.push(`## Stage \`${stage}\`: ${stageWords[stage]}`);
    for (const code of here) parts.push(...renderEntry(code, catalogue[code]));
  }
  return `${parts.join("\n\n")}\n`;
}

function renderEntry(code: Code, entry: Omit<Entry<never>, "sentence" | "hint">): string[] {
  const lines = [
    `- **Who can mend it:** ${faultWords[entry.fault]} (\`fault: "${entry.fault}"\`)`,
    `- **Remedy, for the client:** ${entry.remedy.client}`,
    ...(entry.remedy.server === undefined ? [] : [`- **Remedy, for the server:** ${entry.remedy.server}`]),
    `- **Authority:** ${entry.authority}`,
  ];
  return [`### ${code}`, `*${entry.title}.* ${entry.means}`, lines.join("\n")];
}
