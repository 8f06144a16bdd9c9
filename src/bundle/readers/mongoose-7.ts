/**
 * Mongoose 7 as it hands CA certificates to mbedTLS (mg_load_cert of src/tls_mbed.c), and as its own TLS reads them
 * (mg_parse_pem of src/tls_builtin.c). Read, not run; the rules of mbedTLS were tried.
 */
import { readAsMbedtls } from "./mbedtls.ts";
import {
  Base64Digits,
  decodeOctets,
  firstElement,
  LineCount,
  type PemReader,
  type ReadBlock,
  readNothing,
} from "./pem-reading.ts";

/** The NUL behind the text is counted where the text begins with a hyphen, and nowhere else. */
export const readAsMongoose7Mbedtls: PemReader = (bytes) =>
  bytes[0] === 0x2d || bytes.at(-1) === 0
    ? readAsMbedtls(bytes)
    : readNothing(
        1,
        "Mongoose takes for PEM what begins with a hyphen, and this begins with something else, so mbedTLS takes it for DER (-0x2180)",
      );

const begin = "-----BEGIN ";
const end = "-----END ";
const hyphens = "-----";
const label = "CERTIFICATE";

/**
 * BEGIN and END wherever they stand, the first of each; blanks and line ends between them do not count, all else does.
 * That each of several is read follows from how 7.22 looks CA certificates up; its reader itself was read as of 7.19.
 */
export const readAsMongooseBuiltin: PemReader = (bytes) => {
  const text = decodeOctets(bytes, false);
  const lines = new LineCount(text);
  const blocks: ReadBlock[] = [];
  for (let from = 0; ;) {
    const start = text.indexOf(begin, from);
    const labelEnd = start < 0 ? -1 : text.indexOf(hyphens, start + begin.length);
    const stop = labelEnd < 0 ? -1 : text.indexOf(end, labelEnd + hyphens.length);
    const wholeEnd = stop < 0 ? -1 : text.indexOf(hyphens, stop + end.length);
    if (wholeEnd < 0) break;
    const line = lines.lineAt(start);
    if (
      text.slice(start + begin.length, labelEnd) !== label ||
      text.slice(stop + end.length, wholeEnd) !== label
    )
      return readNothing(line, `its label is not ${label} at both ends, and Mongoose takes none of the file`);
    const der = decodeBody(text.slice(labelEnd + hyphens.length, stop));
    if (der === undefined)
      return readNothing(line, "its base64 is broken, and Mongoose takes none of the file");
    blocks.push({ line, der });
    from = wholeEnd + hyphens.length;
  }
  return blocks.length > 0 ? { blocks, faults: [], broken: 0 } : readNothing(1, "no block is whole");
};

/** mg_base64_decode: digits that do not come to four are dropped. */
function decodeBody(body: string): Uint8Array | undefined {
  const digits = new Base64Digits();
  for (const sign of body) {
    if (sign === " " || sign === "\n" || sign === "\r" || sign === "\t") continue;
    if (!digits.take(sign)) return undefined;
  }
  const decoded = digits.join(Math.max(0, digits.padding - (digits.length % 4)));
  return decoded.length === 0 ? undefined : firstElement(decoded);
}
