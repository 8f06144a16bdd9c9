/** Writes `docs/foreign-errors.md`: other programs' errors, and which of Meerkat's codes each is. */
import { isCode } from "../../src/core/index.ts";
import {
  foreignPrograms,
  renderForeignNumber,
  type ForeignError,
  type ForeignProgram,
} from "../../src/foreign/index.ts";

export function renderForeignErrors(): string {
  const parts = [
    "# Other programs' errors",
    "What other programs call it, and which of [Meerkat's codes](errors.md) it is. Several codes mean that the other name covers them all. `meerkat explain` takes any of these names and numbers, or the whole line that was printed.",
  ];
  for (const program of foreignPrograms) parts.push(`## ${program.name}`, renderTable(program));
  return `${parts.join("\n\n")}\n`;
}

function renderTable(program: ForeignProgram): string {
  const rows = program.errors.map((error) => renderRow(error, program));
  return ["| error | number | means | in Meerkat |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function renderRow({ names, number, says, codes }: ForeignError, program: ForeignProgram): string {
  const cells = [
    names.map((name) => `\`${name}\``).join("<br>"),
    number === undefined ? "" : `\`${renderForeignNumber(number, program)}\``,
    says.replaceAll("|", "\\|"),
    codes.length === 0
      ? "none"
      : codes.map((code) => (isCode(code) ? `[${code}](errors.md#${code})` : code)).join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}
