/** The text of a file in whatever encoding and with whatever line ends it was saved, and what is odd about these. */
import type { PemComplaintKind } from "./complaint.ts";

/** A file as lines. */
export interface FileText {
  readonly lines: readonly string[];
  readonly oddities: readonly { readonly kind: PemComplaintKind; readonly line: number }[];
}

/** Never throws. Bytes above 127 are of no interest: PEM is ASCII. */
export function decodeText(input: string | Uint8Array): FileText {
  const oddities: { kind: PemComplaintKind; line: number }[] = [];
  const encoding = typeof input === "string" ? undefined : unicodeOf(input);
  const text = typeof input === "string" ? input : new TextDecoder(encoding ?? "latin1").decode(input);
  if (encoding !== undefined) oddities.push({ kind: "utf-16", line: 1 });
  const unmarked = text.replace(/^(?:\uFEFF|\u00EF\u00BB\u00BF)/, "");
  if (unmarked.length !== text.length) oddities.push({ kind: "byte-order-mark", line: 1 });
  // mbedTLS wants a NUL that is counted behind PEM.
  const body = unescapeUrl(unmarked.endsWith("\0") ? unmarked.slice(0, -1) : unmarked);
  if (body.isUnescaped) oddities.push({ kind: "url-encoded", line: 1 });
  const { lines, loneReturn } = splitLines(body.text);
  if (loneReturn !== undefined) oddities.push({ kind: "cr-alone", line: loneReturn });
  if (lines.at(-1) === "") lines.pop();
  else if (body.text !== "") oddities.push({ kind: "no-final-newline", line: lines.length });
  const crlf = lines.findIndex((line) => line.endsWith("\r"));
  if (crlf !== -1) oddities.push({ kind: "crlf", line: crlf + 1 });
  return { lines, oddities };
}

/** UTF-16 by its mark, or by the zeros of ASCII in it: Windows' PowerShell and Notepad write it. */
function unicodeOf([first, second, third, fourth]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return "utf-16le";
  if (first === 0 && second !== 0 && third === 0 && fourth !== 0) return "utf-16be";
  return undefined;
}

/** What went through a header or a form: nginx's `$ssl_client_escaped_cert` and its like. */
function unescapeUrl(text: string): { readonly text: string; readonly isUnescaped: boolean } {
  if (!text.includes("-----BEGIN%20")) return { text, isUnescaped: false };
  const plain = text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return { text: plain, isUnescaped: true };
}

/** LF ends a line, and CR that stands alone. CR before LF is left in its line. */
function splitLines(text: string): { readonly lines: string[]; readonly loneReturn: number | undefined } {
  const lone = /\r(?!\r{0,4}(?:\n|$))/.exec(text);
  if (lone === null) return { lines: text.split("\n"), loneReturn: undefined };
  const before = text.slice(0, lone.index).split("\n").length;
  return { lines: text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n"), loneReturn: before };
}
