/** Writes `docs/errors.md`: every code of the catalogue, by stage, with what it means and who can fix it. */
import {
  catalogue,
  faultWords,
  libraryNames,
  renderRemedy,
  stageWords,
  type Code,
  type Entry,
  type Stage,
} from "../../src/core/index.ts";
import type { DetailField, DetailTypes } from "./details.ts";

export function renderErrors({ details, named }: DetailTypes): string {
  const codes = Object.keys(catalogue) as Code[];
  const parts = [
    "# Errors",
    "Every code that Meerkat's `HttpsError` can carry. `code`, `stage`, `fault` and `detail` are API; the sentences are not. The block under each code is the type of its `detail`. `meerkat explain CODE` prints the same in a terminal. [foreign-errors.md](foreign-errors.md) has other programs' names for them.",
  ];
  for (const stage of Object.keys(stageWords) as Stage[]) {
    const here = codes.filter((code) => catalogue[code].stage === stage);
    if (here.length === 0) continue;
    parts.push(`## Stage \`${stage}\`: ${stageWords[stage]}`);
    for (const code of here)
      parts.push(...renderEntry(code, catalogue[code]), renderDetail(details.get(code) ?? []));
  }
  const types = [...named].map(
    ([name, type]) => `type ${name} =${type.startsWith("/*") ? "\n  " : " "}${type};`,
  );
  parts.push("## Types in details", `\`\`\`ts\n${types.join("\n\n")}\n\`\`\``);
  return `${parts.join("\n\n")}\n`;
}

function renderEntry(code: Code, entry: Omit<Entry<never>, "sentence" | "hint">): string[] {
  const remedy = renderRemedy(entry.remedy, libraryNames);
  const lines = [
    `- **Who can fix it:** ${faultWords[entry.fault]} (\`fault: "${entry.fault}"\`)`,
    `- **Remedy, for the client:** ${remedy.client}`,
    ...(remedy.server === undefined ? [] : [`- **Remedy, for the server:** ${remedy.server}`]),
    `- **Authority:** ${entry.authority}`,
  ];
  return [`### ${code}`, `*${entry.title}.* ${entry.means}`, lines.join("\n")];
}

function renderDetail(fields: readonly DetailField[]): string {
  const lines = fields.flatMap(({ name, optional, type, says }) => [
    ...(says === "" ? [] : [`  /** ${says} */`]),
    `  ${name}${optional ? "?" : ""}: ${type};`,
  ]);
  return `\`\`\`ts\n{\n${lines.join("\n")}\n}\n\`\`\``;
}
