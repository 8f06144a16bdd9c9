/**
 * mbedTLS: mbedtls_x509_crt_parse over mbedtls_pem_read_buffer (pem.c) and mbedtls_base64_decode.
 *
 * It looks for BEGIN and for END wherever they stand, from where the block before ended. A BEGIN without a line end
 * behind it, an END in front of it and a missing END end it all; a block that is not Base64, or not a certificate, is
 * passed over and counted. Certificates in PEM are a C string.
 */
import {
  Base64Digits,
  decodeOctets,
  firstElement,
  LineCount,
  type PemReader,
  type ReadBlock,
  type ReadFault,
  readNothing,
} from "./pem-reading.ts";

const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";

export const readAsMbedtls: PemReader = (bytes) => {
  const text = decodeOctets(bytes, true);
  const lines = new LineCount(text);
  const blocks: ReadBlock[] = [];
  const faults: ReadFault[] = [];
  let broken = 0;
  for (let from = 0; ;) {
    const start = text.indexOf(begin, from);
    if (start < 0) break;
    const stop = text.indexOf(end, from);
    const line = lines.lineAt(start);
    const ending = /^ ?\r?\n/.exec(text.slice(start + begin.length, start + begin.length + 3));
    if (stop <= start || ending === null) {
      faults.push({ line, why: whyStopped(stop, start) });
      break;
    }
    const body = text.slice(start + begin.length + ending[0].length, stop);
    const decoded = body.startsWith("Proc-Type: 4,ENCRYPTED") ? undefined : decodeBase64(body);
    const der = decoded === undefined ? undefined : firstElement(decoded);
    if (der !== undefined) blocks.push({ line, der });
    else {
      broken++;
      const why = decoded === undefined ? "mbedTLS does not decode its base64" : "no certificate is in it";
      faults.push({ line, why });
    }
    from = stop + end.length;
  }
  if (blocks.length === 0 && faults.length === 0 && text.length < bytes.length) return behindNul;
  return { blocks, faults, broken };
};

const behindNul = readNothing(1, "a NUL ends the text, and no certificate stands before it");

function whyStopped(stop: number, start: number): string {
  if (stop < 0) return "no END line of a certificate follows it";
  return stop < start
    ? "an END line that belongs to no block stands before it, and mbedTLS reads no further"
    : "the line of BEGIN does not end behind its dashes (mbedTLS lets one blank stand there), and mbedTLS reads no further";
}

/**
 * Blanks may stand at the end of a line, and nowhere else. Digits and padding that do not come to four are an error, as
 * of 3.6.6; 2.28 drops them.
 */
function decodeBase64(body: string): Uint8Array | undefined {
  const digits = new Base64Digits();
  for (let at = 0; at < body.length; at++) {
    const first = at;
    while (body[at] === " ") at++;
    if (at === body.length) break;
    if (body[at] === "\n" || (body[at] === "\r" && body[at + 1] === "\n")) continue;
    if (at > first || !digits.take(body[at] ?? "")) return undefined;
  }
  return digits.length % 4 === 0 ? digits.join(digits.padding) : undefined;
}
