/** Text laid out for a terminal: paragraphs broken at words, and facts in two columns. */

/** The widest text that is easy to read, however wide the terminal. */
const widest = 96;

const narrowest = 40;

/** The column to break lines at on a stream; 80 where it has no width, or says 0 as some pseudo-terminals do. */
export function textWidth(columns: number | undefined): number {
  return columns === undefined || columns === 0 ? 80 : Math.min(Math.max(columns, narrowest), widest);
}

/** The lines of `text` broken at words to `width`, each behind `indent`. A word longer than a line stays whole. */
export function wrapText(
  text: string,
  { width, indent = "" }: { readonly width: number; readonly indent?: string },
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}

/** Two columns: labels, padded to the longest, and their texts, broken within their own column. */
export function renderFacts(
  facts: readonly (readonly [label: string, text: string])[],
  {
    width,
    indent = "",
    label = (text) => text,
  }: { readonly width: number; readonly indent?: string; readonly label?: (text: string) => string },
): string[] {
  const column = Math.max(0, ...facts.map(([name]) => name.length)) + 2;
  const inner = indent + " ".repeat(column);
  return facts.flatMap(([name, text]) => {
    const [first = "", ...rest] = wrapText(text, { width, indent: inner });
    return [indent + label(name) + " ".repeat(column - name.length) + first.slice(inner.length), ...rest];
  });
}
