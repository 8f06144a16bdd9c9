/**
 * Espressif's gen_crt_bundle.py (ESP-IDF 5.5, components/mbedtls/esp_crt_bundle) over pyca/cryptography, as of 48: it was run over
 * these files.
 *
 * The text is UTF-8, or the script stops. Its lines end wherever Python's str.splitlines ends them. BEGIN and END have lines of their
 * own, to the letter; what stands from one to the other goes to cryptography, and where that finds no certificate in it the
 * script stops and nothing is written.
 */
import { parseCertificate } from "../../x509/index.ts";
import { Base64Digits, type PemReader, type PemReading, type ReadBlock, readNothing } from "./pem-reading.ts";

const begin = "-----BEGIN CERTIFICATE-----\n";
const end = "-----END CERTIFICATE-----\n";

export const readAsEspGenerator: PemReader = (bytes) => {
  const text = decodeStrictly(bytes);
  if (text === undefined) return stops(1, "the file is not UTF-8");
  const blocks: ReadBlock[] = [];
  const faults = [];
  let open: { readonly line: number; readonly body: string[] } | undefined;
  let line = 1;
  for (const part of splitLines(text)) {
    if (open === undefined) {
      if (part === begin) open = { line, body: [] };
      else if (part.includes(begin.trimEnd()))
        faults.push({ line, why: "BEGIN CERTIFICATE, five hyphens on each side, is not all of its line" });
    } else if (part !== end) {
      open.body.push(part);
      if (part.includes(begin.trimEnd()))
        faults.push({ line, why: "the block above it has not ended, and hides it" });
    } else {
      const der = firstBlock(open.body.join("") + part);
      if (der === undefined)
        return stops(open.line, "what stands there is not base64, or has a blank line in it");
      if (!parseCertificate(der).ok) return stops(open.line, "it decodes to no certificate");
      blocks.push({ line: open.line, der });
      open = undefined;
    }
    if (part.endsWith("\n")) line++;
  }
  if (open !== undefined)
    faults.push({
      line: open.line,
      why: "no line that is END CERTIFICATE and nothing else ends it, with a line end",
    });
  return { blocks, faults, broken: 0 };
};

function stops(line: number, why: string): PemReading {
  return readNothing(line, `${why}, and gen_crt_bundle.py stops with "Invalid certificate"`);
}

/** As open() in text mode gives it: any line end is one, and a mark at the beginning is a character. */
function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes)
      .replaceAll("\r\n", "\n")
      .replaceAll("\r", "\n");
  } catch {
    return undefined;
  }
}

/** str.splitlines(True), behind universal newlines. */
function splitLines(text: string): readonly string[] {
  return (
    text.match(
      /[^\n\v\f\x1c-\x1e\x85\u2028\u2029]*[\n\v\f\x1c-\x1e\x85\u2028\u2029]|[^\n\v\f\x1c-\x1e\x85\u2028\u2029]+$/g,
    ) ?? []
  );
}

/**
 * The PEM reader of Rust's pem crate, from behind the first BEGIN: every block has to hold, and the first is taken. A block
 * ends at the first END, wherever it stands.
 */
function firstBlock(text: string): Uint8Array | undefined {
  let first: Uint8Array | undefined;
  let rest = text;
  for (;;) {
    const stop = rest.indexOf("-----END ");
    if (stop < 0 || !rest.startsWith("CERTIFICATE-----", stop + 9)) return undefined;
    const der = decodeBody(rest.slice(0, stop));
    if (der === undefined) return undefined;
    first ??= der;
    const next = rest.indexOf("-----BEGIN CERTIFICATE-----", stop);
    if (next < 0) return first;
    rest = rest.slice(next + begin.length - 1);
  }
}

/** Headers end at a blank line, and have a colon each; white space of every kind does not count. */
function decodeBody(text: string): Uint8Array | undefined {
  const body = text.trimStart();
  const blank = body.indexOf("\n\n");
  const headers = blank < 0 ? "" : body.slice(0, blank);
  if (headers !== "" && !headers.split("\n").every((header) => header.includes(":"))) return undefined;
  const digits = new Base64Digits();
  for (const sign of body.slice(Math.max(0, blank)))
    if (sign.trim() !== "" && !digits.take(sign)) return undefined;
  const { length, padding, lastValue } = digits;
  const left = lastValue & (padding === 2 ? 15 : 3);
  return length % 4 === 0 && (padding === 0 || left === 0) ? digits.join() : undefined;
}
