/** Decides where a response's body ends: RFC 9112 §6.3, in its order; the first rule that applies decides. */
import { ownValue } from "../core/index.ts";
import { isInformational, type Exchange, type ResponseHead } from "./head.ts";
import { splitTokenList, trimOws } from "./octets.ts";
import type { Failure } from "./failure.ts";

/** How the end of a body is known. */
export type Framing =
  /** No body, whatever the fields say. */
  | { readonly kind: "none" }
  /** The bytes after this head belong to another protocol: CONNECT's tunnel, or an upgrade. */
  | { readonly kind: "tunnel"; readonly protocol: string | undefined }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

export type FramingResult =
  { readonly ok: true; readonly framing: Framing } | { readonly ok: false; readonly failure: Failure };

const noBody: FramingResult = { ok: true, framing: { kind: "none" } };
const chunkedBody: FramingResult = { ok: true, framing: { kind: "chunked" } };
const untilClose: FramingResult = { ok: true, framing: { kind: "until-close" } };
const connectTunnel: FramingResult = { ok: true, framing: { kind: "tunnel", protocol: undefined } };

/**
 * How the body of the response `head` to the request `exchange` is framed, or why that cannot be known.
 * A length beside `chunked` is refused unless allowed; then it is passed over (RFC 9112 §6.3 (3)).
 */
export function responseFraming(
  head: ResponseHead,
  exchange: Exchange,
  allowLengthBesideChunked = false,
): FramingResult {
  const { status, fields } = head;
  if (status === 101) return upgradeFraming(head, exchange);
  // Rule 2 before rule 1, which agrees: a 204 to CONNECT has no body, and opens the tunnel all the same.
  if (exchange.method === "CONNECT" && status >= 200 && status < 300) return connectTunnel;
  // Rule 1.
  if (exchange.method === "HEAD" || isInformational(status) || status === 204 || status === 304)
    return noBody;
  // Rules 3 and 4: Transfer-Encoding overrides Content-Length, if both are believed at all.
  const codings = fields.get("transfer-encoding");
  const length = fields.get("content-length");
  if (codings !== undefined)
    return transferCodingFraming(codings, allowLengthBesideChunked ? undefined : length);
  // Rules 5, 6 and 8. (Rule 7 is about requests.)
  return length === undefined ? untilClose : lengthFraming(length);
}

/** RFC 9110 §15.2.2: 101 answers an Upgrade field, with protocols from it. */
function upgradeFraming({ fields }: ResponseHead, exchange: Exchange): FramingResult {
  const allowUpgrade = ownValue(exchange, "allowUpgrade") ?? [];
  const protocol = fields.get("upgrade") ?? "";
  const offered = allowUpgrade.map((name) => name.toLowerCase());
  const chosen = splitTokenList(protocol);
  if (chosen.length > 0 && chosen.every((name) => offered.includes(name.toLowerCase()))) {
    return { ok: true, framing: { kind: "tunnel", protocol } };
  }
  return { ok: false, failure: { code: "unasked-upgrade", detail: { protocol, offered: allowUpgrade } } };
}

/**
 * Rules 3 and 4.
 *
 * DEVIATION: rule 4 has a body whose last coding is not `chunked` read until close, and RFC 9112 §6.1 lets other
 * codings precede it. No coding was asked for (no TE field is sent), so such a body would reach the caller with
 * its framing or its coding still in it; it is refused instead.
 */
function transferCodingFraming(codings: string, length: string | undefined): FramingResult {
  const reason = transferCodingFault(codings);
  if (reason !== undefined)
    return { ok: false, failure: { code: "transfer-coding-refused", detail: { codings, reason } } };
  if (length === undefined) return chunkedBody;
  return { ok: false, failure: { code: "length-and-transfer-coding", detail: { length, codings } } };
}

/** What keeps a Transfer-Encoding from being `chunked` alone; `undefined` when nothing does. */
function transferCodingFault(value: string): string | undefined {
  if (value === "chunked") return undefined; // What most servers send.
  const codings = splitTokenList(value).map((coding) => coding.toLowerCase());
  const [first] = codings;
  if (first === undefined) return "it names no coding";
  // DEVIATION: RFC 9112 §6.1 forbids a sender to apply chunked twice. A front and its origin that both name it have
  // applied it once, and are read so.
  if (codings.every((coding) => coding === "chunked")) return undefined;
  if (codings.length === 1) return unknownCoding(first);
  if (codings.at(-1) !== "chunked") return "its last coding is not chunked";
  return unknownCoding(first);
}

function unknownCoding(coding: string): string {
  return /^chunked[\t ]*;/.test(coding)
    ? "chunked takes no parameters"
    : "it holds a coding that was not asked for";
}

/** Rules 5 and 6: equal repetitions count once, anything else that is not one number is refused. */
function lengthFraming(value: string): FramingResult {
  const only = parseLength(value);
  if (only !== undefined) return { ok: true, framing: { kind: "length", bytes: only } };
  // `split`, not `splitTokenList`: RFC 9112 §6.3 (5) knows a list of valid values, so an empty element is a fault.
  const values = value.split(",").map(trimOws);
  const lengths = new Set<number>();
  for (const element of values) {
    const bytes = parseLength(element);
    if (bytes === undefined)
      return { ok: false, failure: { code: "content-length-malformed", detail: { value } } };
    lengths.add(bytes);
  }
  const [bytes = 0] = lengths;
  if (lengths.size === 1) return { ok: true, framing: { kind: "length", bytes } };
  return { ok: false, failure: { code: "conflicting-lengths", detail: { values } } };
}

/** `1*DIGIT` (RFC 9110 §8.6) up to 2^53 - 1, or `undefined`. */
export function parseLength(text: string): number | undefined {
  if (text.length === 0) return undefined;
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    length = length * 10 + digit;
    // Past this the next digit would be rounded away.
    if (length > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return length;
}
