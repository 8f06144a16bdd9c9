/**
 * Decides, from the first bytes a peer sent, whether it speaks TLS, and if not what it does speak.
 *
 * Each rule is the opening a protocol's own specification prescribes. `220` opens both SMTP and FTP, so it
 * is told apart by the words after it; where they do not say, the answer is "something else", not a guess.
 */
import type { Details } from "./catalogue/index.ts";

/** What a peer that does not speak TLS sent first: the same shape as in the details of `not-tls`. */
export type SniffedPeer = Pick<Details["not-tls"], "speaks" | "firstBytes">;

/** How many bytes are shown: what the detail of `not-tls` promises. */
const shownBytes = 32;
/** How many bytes the rules look at: a longest reply line of SMTP, RFC 5321 §4.5.3.1.5. */
const examinedBytes = 512;

/** Whether the bytes begin as a TLS record does: a content type and major version 3 (RFC 8446 §5.1). */
export function isTlsRecord(bytes: Uint8Array): boolean {
  const [type = -1, major = 3] = bytes;
  // 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data, 24 heartbeat (RFC 6520 §3).
  return type >= 20 && type <= 24 && major === 3;
}

/** What a peer speaks whose first bytes are not a TLS record. Never throws. */
export function sniffPeer(firstBytes: Uint8Array): SniffedPeer {
  return { speaks: protocolOf(firstBytes), firstBytes: printable(firstBytes.subarray(0, shownBytes)) };
}

function protocolOf(bytes: Uint8Array): SniffedPeer["speaks"] {
  if (isHttp2Settings(bytes)) return "HTTP";
  const text = printable(bytes.subarray(0, examinedBytes)).replace(/^[\s.]+/, "");
  // RFC 9112 §4; a page without a status line is what a server sends to a request it takes for HTTP/0.9.
  if (/^HTTP\/\d/i.test(text) || /^<(?:!doctype html|html|head|body|title)\b/i.test(text)) return "HTTP";
  // RFC 4253 §4.2.
  if (/^SSH-\d/.test(text)) return "SSH";
  // RFC 3501 §7.1: the greeting is an untagged OK, PREAUTH or BYE.
  if (/^\* (?:OK|PREAUTH|BYE)\b/i.test(text)) return "IMAP";
  // RFC 1939 §4. "-ERR" alone is not enough: Redis says it too.
  if (/^\+OK\b/.test(text)) return "POP3";
  return mailOrFile(text);
}

/** RFC 5321 §4.2 (the greeting opens with the server's domain) against RFC 959 §5.4 (free text). */
function mailOrFile(text: string): SniffedPeer["speaks"] {
  const reply = /^[245]\d\d[ -](.*)/.exec(text)?.[1];
  if (reply === undefined) return "something else";
  if (/ftp/i.test(reply)) return "FTP";
  if (/\bE?SMTP\b/i.test(reply)) return "SMTP";
  // An enhanced status code (RFC 3463 §2) is SMTP's alone.
  if (/^[245]\.\d{1,3}\.\d{1,3}\b/.test(reply)) return "SMTP";
  if (text.startsWith("220") && /^(?:\[[\da-f.:]+\]|(?:[a-z\d-]+\.)+[a-z][a-z\d-]*)(?:[ .]|$)/i.test(reply))
    return "SMTP";
  return "something else";
}

/** A server that speaks HTTP/2 without TLS opens with a SETTINGS frame on stream 0: RFC 9113 §3.4, §6.5. */
function isHttp2Settings(bytes: Uint8Array): boolean {
  if (bytes.length < 9) return false;
  const [a = 0, b = 0, c = 0, type, flags, ...stream] = bytes.subarray(0, 9);
  return (
    ((a << 16) | (b << 8) | c) % 6 === 0 && type === 4 && flags === 0 && stream.every((byte) => byte === 0)
  );
}

/** Printable ASCII, with a dot for every other byte. */
function printable(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  return text;
}
