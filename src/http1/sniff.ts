/** Names the protocol that a peer speaks instead of HTTP/1.1, from the first bytes it sent. A guess for a person. */
import { decodeLatin1 } from "./octets.ts";
import type { Details } from "../core/index.ts";

type Protocol = Details["not-http"]["speaks"];

/** What each protocol's first bytes look like. */
const signs: readonly (readonly [sign: RegExp, protocol: Protocol])[] = [
  // An HTTP/2 server speaks first with a SETTINGS frame on stream 0 (RFC 9113 §3.4, §6.5).
  [/^\0\0[\s\S]\x04[\s\S]\0\0\0\0/, "HTTP/2"],
  [/^\s*<(?:!doctype|html|head|body|\?xml)/i, "HTML"],
  [/^SSH-/, "SSH"],
  [/^220[ -]/, "SMTP or FTP"],
  [/^\* (?:OK|PREAUTH|BYE)/, "IMAP"],
  [/^\+OK/, "POP3"],
  // A TLS record: handshake or alert, of version 3.x (RFC 8446 §5.1).
  [/^[\x15\x16]\x03[\x00-\x04]/, "TLS"],
];

/** The protocol whose sign `first` bears. */
export function sniffProtocol(first: Uint8Array): Protocol {
  const text = decodeLatin1(first, 0, first.length);
  return signs.find(([sign]) => sign.test(text))?.[1] ?? "something else";
}
