/**
 * Decides, from the first bytes a peer sent, what it speaks: in place of TLS, or in place of HTTP/1.1.
 *
 * Each rule is the opening a protocol's own specification prescribes. `220` opens both SMTP and FTP, so it
 * is told apart by the words after it.
 */
import type { Details } from "./catalogue/index.ts";

/** What a peer that does not speak TLS sent first: the same shape as in the details of `not-tls`. */
export type SniffedPeer = Pick<Details["not-tls"], "speaks" | "firstBytes">;

type NotHttp = Details["not-http"]["speaks"];
type Protocol = SniffedPeer["speaks"] | NotHttp;

/** How many bytes are shown: what the detail of `not-tls` promises. */
const shownBytes = 32;
/** How many bytes the rules look at: a longest reply line of SMTP, RFC 5321 §4.5.3.1.5. */
const examinedBytes = 512;

/** How each protocol but TLS opens; the first that fits counts. */
const openings: readonly (readonly [opening: RegExp, protocol: Protocol])[] = [
  // A server that speaks HTTP/2 without TLS opens with a SETTINGS frame on stream 0: RFC 9113 §3.4, §6.5.
  [/^\0\0[\s\S]\x04\0{5}/, "HTTP/2"],
  // MySQL's internals, protocol basics: three octets of length, packet 0, version 10 of the greeting, and the server's own.
  [/^[\s\S]{2}\0\0\x0a\d+\.\d/, "MySQL"],
  // RFC 6120 §4.2.
  [/^\s*(?:<\?xml[^>]*>\s*)?<stream:stream\b/, "XMPP"],
  // RFC 9112 §4.
  [/^\s*HTTP\/\d/i, "HTTP"],
  // A page without a status line is what a server sends to a request it takes for HTTP/0.9.
  [/^\s*<(?:!doctype|html|head|body|title|\?xml)\b/i, "HTML"],
  // RFC 4253 §4.2.
  [/^SSH-\d/, "SSH"],
  // RFC 3501 §7.1: the greeting is an untagged OK, PREAUTH or BYE.
  [/^\* (?:OK|PREAUTH|BYE)\b/i, "IMAP"],
  // RFC 1939 §4. "-ERR" alone is not enough: Redis says it too.
  [/^\+OK\b/, "POP3"],
  // RFC 959 §5.4 (free text) against RFC 5321 §4.2: the greeting opens with the server's domain.
  [/^[245]\d\d[ -][\s\S]*ftp/i, "FTP"],
  [/^[245]\d\d[ -][\s\S]*\bE?SMTP\b/i, "SMTP"],
  // An enhanced status code (RFC 3463 §2) is SMTP's alone.
  [/^[245]\d\d[ -][245]\.\d{1,3}\.\d{1,3}\b/, "SMTP"],
  [/^220[ -](?:\[[\da-f.:]+\]|(?:[a-z\d-]+\.)+[a-z][a-z\d-]*)(?:[\s.]|$)/i, "SMTP"],
  [/^220[ -]/, "SMTP or FTP"],
];

function protocolOf(bytes: Uint8Array): Protocol {
  if (isTlsRecord(bytes)) return "TLS";
  const text = String.fromCharCode(...bytes.subarray(0, examinedBytes));
  return openings.find(([opening]) => opening.test(text))?.[1] ?? "something else";
}

/** Whether the bytes begin as a TLS record does: a content type and major version 3 (RFC 8446 §5.1). */
export function isTlsRecord(bytes: Uint8Array): boolean {
  const [type = -1, major = 3] = bytes;
  // 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data, 24 heartbeat (RFC 6520 §3).
  return type >= 20 && type <= 24 && major === 3;
}

/** What a peer speaks whose first bytes are not a TLS record. Never throws. */
export function sniffPeer(bytes: Uint8Array): SniffedPeer {
  const protocol = protocolOf(bytes);
  const isWeb = protocol === "HTTP/2" || protocol === "HTML";
  const isOpen = protocol === "SMTP or FTP" || protocol === "TLS"; // No guess.
  const speaks = isWeb ? "HTTP" : isOpen ? "something else" : protocol;
  return { speaks, firstBytes: printable(bytes.subarray(0, shownBytes)) };
}

/** Whether it is TLS that a peer speaks from the start, or what else. Never throws. */
export function sniffOpening(bytes: Uint8Array): SniffedPeer["speaks"] | "TLS" {
  return isTlsRecord(bytes) ? "TLS" : sniffPeer(bytes).speaks;
}

/** What a peer speaks whose first bytes are not HTTP/1.1. Never throws. */
export function sniffAnswer(bytes: Uint8Array): NotHttp {
  const protocol = protocolOf(bytes);
  if (protocol === "SMTP" || protocol === "FTP") return "SMTP or FTP";
  if (protocol === "MySQL" || protocol === "XMPP") return "something else";
  return protocol === "HTTP" ? "something else" : protocol;
}

/** Printable ASCII, with a dot for every other byte. */
function printable(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  return text;
}
