/** Pieces of C source: byte arrays, string literals and comments that nothing in a certificate can break out of. */
import type { Certificate } from "../../x509/index.ts";

const bytesPerLine = 12;

/** `static const unsigned char NAME[] = { ... };` */
export function renderArray(name: string, bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerLine) {
    const part = Array.from(bytes.subarray(at, at + bytesPerLine), renderByte).join(", ");
    lines.push(`  ${part}${at + bytesPerLine < bytes.length ? "," : ""}`);
  }
  return `static const unsigned char ${name}[] = {\n${lines.join("\n")}\n};\n`;
}

function renderByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0").toUpperCase()}`;
}

/** Text as adjacent string literals, a line each; PEM has no character that needs an escape. */
export function renderLiterals(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  "${line}\\n"`)
    .join("\n");
}

/** One comment line. What could end it, or is not ASCII, becomes `?`. */
export function renderComment(text: string): string {
  const safe = text
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .replaceAll("*/", "* /")
    .replaceAll("/*", "/ *")
    .replaceAll("??", "? ?");
  return `/* ${safe} */\n`;
}

/** Who it is and until when, for a person who reads the source. */
export function describeAnchor({ subject, notAfterAt, spki }: Certificate): string {
  return `${subject.display}, ${spki.text}, until ${new Date(notAfterAt).toISOString().slice(0, 10)}`;
}
