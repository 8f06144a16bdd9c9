/**
 * XMPP: a stream to its features, then STARTTLS (RFC 6120 §5). Of XML just the tags are read: a stream has no comments, no
 * declarations of its own and no processing instructions but the first (§11.1).
 */
import {
  beginTls,
  type Dialogue,
  type FindUnit,
  latin1,
  notOffered,
  octets,
  otherProtocol,
  type Part,
  read,
  refused,
  say,
} from "./words.ts";

const namespace = "urn:ietf:params:xml:ns:xmpp-tls";

export function* xmpp(host: string): Dialogue {
  yield* say(octets(openStream(host)));
  const opened = yield* readOpening();
  if (opened === undefined) return otherProtocol;
  if (opened.name === "error") return refused(yield* readReason());
  let isOffered = false;
  for (;;) {
    const tag = yield* readTag();
    if (tag === undefined) return otherProtocol;
    if (tag.name === "error" && !tag.isEnd) return refused(yield* readReason());
    if (tag.name === "stream" && tag.isEnd) return refused("");
    isOffered ||= tag.name === "starttls" && tag.text.includes(namespace);
    // Features may be none at all.
    if (tag.name === "features" && (tag.isEnd || tag.isEmpty)) break;
  }
  if (!isOffered) return notOffered;
  yield* say(octets(`<starttls xmlns='${namespace}'/>`));
  const answer = yield* readTag();
  if (answer?.name === "failure") return refused("");
  if (answer?.name === "error") return refused(yield* readReason());
  if (answer?.name !== "proceed" || answer.isEnd) return otherProtocol;
  if (answer.isEmpty) return beginTls;
  const end = yield* readTag();
  return end?.name === "proceed" && end.isEnd ? beginTls : otherProtocol;
}

function openStream(host: string): string {
  const to = host.replaceAll(/[&<>'"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return (
    `<?xml version='1.0'?><stream:stream xmlns='jabber:client' ` +
    `xmlns:stream='http://etherx.jabber.org/streams' to='${to}' version='1.0'>`
  );
}

/** The stream's tag, behind the declaration of XML where there is one. */
function* readOpening(): Part<Tag | undefined> {
  let tag = yield* readTag(findFirstTag);
  if (tag?.name === "?xml") tag = yield* readTag();
  return tag?.name === "stream" || tag?.name === "error" ? tag : undefined;
}

/** The condition within an error: `<host-unknown xmlns='...'/>`. */
function* readReason(): Part<string> {
  return (yield* readTag())?.name ?? "";
}

interface Tag {
  /** Without its prefix. */
  readonly name: string;
  readonly text: string;
  readonly isEnd: boolean;
  readonly isEmpty: boolean;
}

/** The next tag; text before it is passed over. `undefined` for what is not one. */
function* readTag(find: FindUnit = findTag): Part<Tag | undefined> {
  const text = latin1(yield* read(find)).replace(/^[^<]*/, "");
  const [, end = "", name] = /^<(\/?)(?:[\w.-]+:)?(\??[\w.-]+)(?=[\s/>?])/.exec(text) ?? [];
  return name === undefined ? undefined : { name, text, isEnd: end === "/", isEmpty: text.endsWith("/>") };
}

const [less, greater, quote, apostrophe] = [0x3c, 0x3e, 0x22, 0x27];

/** Up to the ">" that stands in no quotes. What cannot be XML is a unit at once, and is not a tag. */
const findTag: FindUnit = (bytes) => {
  const start = bytes.indexOf(less);
  const control = (start === -1 ? bytes : bytes.subarray(0, start)).findIndex(isControl);
  if (control !== -1) return control + 1;
  if (start === -1) return undefined;
  let open: number | undefined;
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (open !== undefined) open = byte === open ? undefined : open;
    else if (byte === quote || byte === apostrophe) open = byte;
    else if (byte === greater) return at + 1;
  }
  return undefined;
};

/** A stream begins with a tag: any other text is another protocol's. */
const findFirstTag: FindUnit = (bytes) => {
  const [first = less] = bytes;
  return first === less || isSpace(first) ? findTag(bytes) : 1;
};

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** XML has no other controls than tab and line ends (XML 1.0 §2.2). */
function isControl(byte: number): boolean {
  return byte < 0x20 && !isSpace(byte);
}
