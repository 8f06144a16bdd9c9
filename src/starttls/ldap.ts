/** LDAP: the extended operation StartTLS (RFC 4511 §4.14), in BER. */
import {
  beginTls,
  type Dialogue,
  latin1,
  notOffered,
  octets,
  otherProtocol,
  read,
  refused,
  say,
} from "./words.ts";

const startTlsOid = "1.3.6.1.4.1.1466.20037";

/** Message 1: an ExtendedRequest (application 23) of a requestName ([0]). */
const request = element(0x30, [0x02, 0x01, 0x01, ...element(0x77, element(0x80, octets(startTlsOid)))]);

function element(tag: number, content: ArrayLike<number>): Uint8Array {
  return Uint8Array.from([tag, content.length, ...Array.from(content)]);
}

const sequence = 0x30;
const integer = 0x02;
const enumerated = 0x0a;
const octetString = 0x04;
const extendedResponse = 0x78;

const success = 0;
/** RFC 4511 §4.14.2: what a server answers that does not know the operation. */
const protocolError = 2;

export function* ldap(): Dialogue {
  yield* say(request);
  const bytes = yield* read((all) =>
    isMessage(all) ? readHeader(all)?.end : all.length > 0 ? 1 : undefined,
  );
  const answer = readAnswer(bytes);
  if (answer === undefined) return otherProtocol;
  // Message 0 is the server's notice that it ends the connection: RFC 4511 §4.4.
  if (answer.message !== 0 && answer.code === success) return beginTls;
  if (answer.message !== 0 && answer.code === protocolError) return notOffered;
  return refused(`${answer.code} ${answer.said}`.trim());
}

function isMessage([tag]: Uint8Array): boolean {
  return tag === sequence;
}

interface Header {
  readonly tag: number;
  /** Where the content begins and ends. */
  readonly start: number;
  readonly end: number;
}

/** Tag and length; definite alone (RFC 4511 §5.1), in as many octets as a server likes: Active Directory takes four. */
function readHeader(bytes: Uint8Array, at = 0): Header | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const count = first < 0x80 ? 0 : first & 0x7f;
  // An indefinite length, or one beyond all bounds: the header is all there is to it.
  if (first === 0x80 || count > 4) return { tag, start: at + 2, end: at + 2 };
  if (bytes.length < at + 2 + count) return undefined;
  const length =
    count === 0 ? first : bytes.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = at + 2 + count;
  return { tag, start, end: start + length };
}

interface Answer {
  readonly message: number;
  readonly code: number;
  readonly said: string;
}

/** LDAPMessage with an ExtendedResponse: resultCode, matchedDN, diagnosticMessage; what follows is not looked at. */
function readAnswer(bytes: Uint8Array): Answer | undefined {
  const message = contents(bytes, 0, sequence);
  const id = message && contents(message.content, 0, integer);
  const response = message && id && contents(message.content, id.next, extendedResponse);
  const code = response && contents(response.content, 0, enumerated);
  const matched = response && code && contents(response.content, code.next, octetString);
  const text = response && matched && contents(response.content, matched.next, octetString);
  if (id === undefined || code?.content.length !== 1 || text === undefined) return undefined;
  const [value = -1] = code.content;
  const isNotice = id.content.every((byte) => byte === 0);
  return { message: isNotice ? 0 : 1, code: value, said: latin1(text.content) };
}

function contents(
  bytes: Uint8Array,
  at: number,
  tag: number,
): { readonly content: Uint8Array; readonly next: number } | undefined {
  const header = readHeader(bytes, at);
  if (header?.tag !== tag || header.end > bytes.length) return undefined;
  return { content: bytes.subarray(header.start, header.end), next: header.end };
}
