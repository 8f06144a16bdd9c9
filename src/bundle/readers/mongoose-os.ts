/**
 * Mongoose OS: mbedtls_x509_crt_iterator_next_file of its mbedTLS (mongoose-os/mbedtls 68b8e330, library/x509_crt.c),
 * which scans the file at each look-up. Read, not run.
 *
 * A line is what fgets puts into 128 octets, and counts only with its line end; blanks around it are taken off. What is a
 * beginning of BEGIN or of END counts as that line: a line of hyphens alone begins a block, or ends it. Each line of Base64 is
 * decoded by itself; one that is not Base64 ends the block, and is not looked at again.
 */
import { concatBytes } from "../../core/index.ts";
import {
  Base64Digits,
  decodeOctets,
  firstElement,
  type PemReader,
  type ReadBlock,
  type ReadFault,
} from "./pem-reading.ts";

const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";
const hyphens = "-----";
/** What fgets puts into a buffer of 128 octets, its line end included. */
const lineOctets = 127;

interface Open {
  readonly line: number;
  /** Whether its BEGIN is one, and not a line of hyphens. */
  readonly isBegin: boolean;
  readonly parts: Uint8Array[];
}

export const readAsMongooseOs: PemReader = (bytes) => {
  const blocks: ReadBlock[] = [];
  const faults: ReadFault[] = [];
  let open: Open | undefined;
  for (const { line, text, isWhole } of pieces(bytes)) {
    if (!isWhole) {
      if (open !== undefined || text.includes(hyphens))
        faults.push({
          line,
          why: "it is a line of more than 126 characters, or one without its line end, which the scanner passes over",
        });
      continue;
    }
    if (text === "") continue;
    if (open === undefined) {
      if (begin.startsWith(text)) open = { line, isBegin: text === begin, parts: [] };
      else if (text.includes(begin)) faults.push({ line, why: "something stands on the line of its BEGIN" });
    } else if (end.startsWith(text)) {
      const der = firstElement(concatBytes(open.parts));
      if (der !== undefined) blocks.push({ line: open.line, der });
      else faults.push({ line: open.line, why: "no certificate is in it" });
      open = undefined;
    } else {
      const part = decodeLine(text);
      if (part !== undefined) open.parts.push(part);
      else {
        faults.push({ line, why: whyBroken(text, open) });
        open = undefined;
      }
    }
  }
  if (open?.isBegin === true)
    faults.push({ line: open.line, why: "no END line follows it that has a line end" });
  return { blocks, faults, broken: 0 };
};

function whyBroken(text: string, open: Open): string {
  if (text.startsWith("-----BEGIN "))
    return open.isBegin
      ? "a block begins before the one above it has ended"
      : "a line of hyphens stands above it, which the device takes for a BEGIN";
  return open.isBegin ? "the line is not base64" : "a line of hyphens stands above it";
}

interface Piece {
  readonly line: number;
  readonly text: string;
  readonly isWhole: boolean;
}

/** Lines as fgets gives them, without the blanks around them. */
function* pieces(bytes: Uint8Array): Generator<Piece> {
  const text = decodeOctets(bytes, false);
  let line = 1;
  for (let at = 0; at < text.length;) {
    const given = text.slice(at, at + lineOctets);
    const newline = given.indexOf("\n");
    const piece = newline < 0 ? given : given.slice(0, newline + 1);
    const nul = piece.indexOf("\0");
    // strchr stops at a NUL.
    yield { line, text: trimBlanks(piece), isWhole: newline >= 0 && nul < 0 };
    at += piece.length;
    if (newline >= 0) line++;
  }
}

/** isspace of the C locale. */
function trimBlanks(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+/, "").replace(/[ \t\n\v\f\r]+$/, "");
}

/** mbedtls_base64_decode over one line: digits that do not come to four are dropped. */
function decodeLine(text: string): Uint8Array | undefined {
  const digits = new Base64Digits();
  for (const sign of text) if (!digits.take(sign)) return undefined;
  return digits.join(Math.max(0, digits.padding - (digits.length % 4)));
}
