/**
 * Reads the server name out of a ClientHello: RFC 8446 §4.1.2, RFC 6066 §3.
 *
 * Only what the router needs, so that one port can hold every site. The bytes are left as they are
 * for whoever answers. A ClientHello may be spread over several records and several TCP segments.
 */
import { concatBytes } from "../../core/index.ts";
import { clientHelloLimit } from "../limits.ts";

/** What a ClientHello asks for. */
export interface Hello {
  /** In lower case; `undefined` when none was sent. */
  readonly serverName: string | undefined;
  readonly random: Uint8Array;
  /** The types of its extensions, in order. */
  readonly extensions: readonly number[];
}

/** What the first bytes of a connection are. */
export type FirstBytes =
  | { readonly kind: "more" }
  | { readonly kind: "hello"; readonly hello: Hello }
  /** Something other than TLS. */
  | { readonly kind: "other" };

/** Extension types (IANA). */
export const applicationLayerProtocolNegotiation = 16;
export const supportedVersions = 43;

const handshakeRecord = 22; // RFC 8446 §5.1: ContentType.
const clientHello = 1; // RFC 8446 §4: HandshakeType.
const serverNameExtension = 0; // RFC 6066 §1.1.
const hostNameType = 0; // RFC 6066 §3: NameType.
const largestRecordBytes = 16_384; // RFC 8446 §5.1: 2^14 for plaintext.

/** Reads the beginning of a connection. Never throws; asks for more until the hello is whole. */
export function parseFirstBytes(bytes: Uint8Array): FirstBytes {
  const message = joinHandshake(bytes);
  if (!(message instanceof Uint8Array)) return message;
  const hello = parseHello(message);
  return hello === undefined ? { kind: "other" } : { kind: "hello", hello };
}

/** The first handshake message's body, gathered from the records it is spread over. */
function joinHandshake(bytes: Uint8Array): Uint8Array | Extract<FirstBytes, { kind: "more" | "other" }> {
  const fragments: Uint8Array[] = [];
  let gathered = 0;
  let wanted = 0; // Not known until the message's own header is there.
  for (let at = 0; ;) {
    if (bytes.length > at && bytes[at] !== handshakeRecord) return { kind: "other" };
    if (bytes.length < at + 5) return more(bytes);
    const length = uint16(bytes, at + 3);
    if (length === 0 || length > largestRecordBytes) return { kind: "other" };
    const fragment = bytes.subarray(at + 5, at + 5 + length);
    fragments.push(fragment);
    gathered += fragment.length;
    if (gathered >= 4 && wanted === 0) {
      const header = concatBytes(fragments);
      wanted = 4 + ((header[1] ?? 0) << 16) + uint16(header, 2);
      if (header[0] !== clientHello || wanted > clientHelloLimit.value) return { kind: "other" };
    }
    if (wanted > 0 && gathered >= wanted) return concatBytes(fragments).subarray(4, wanted);
    if (bytes.length < at + 5 + length) return more(bytes);
    at += 5 + length;
  }
}

function more(bytes: Uint8Array): { readonly kind: "more" | "other" } {
  return { kind: bytes.length < clientHelloLimit.value ? "more" : "other" };
}

/** RFC 8446 §4.1.2: the body of a ClientHello. */
function parseHello(body: Uint8Array): Hello | undefined {
  const random = body.slice(2, 34); // After legacy_version.
  let at = 34;
  at += 1 + (body[at] ?? 0); // legacy_session_id
  at += 2 + uint16(body, at); // cipher_suites
  at += 1 + (body[at] ?? 0); // legacy_compression_methods
  if (at > body.length) return undefined;
  const extensions: number[] = [];
  let serverName: string | undefined;
  // RFC 5246 §7.4.1.2: the extensions may be absent altogether.
  const end = at === body.length ? at : at + 2 + uint16(body, at);
  if (end > body.length) return undefined;
  at += 2;
  while (at + 4 <= end) {
    const type = uint16(body, at);
    const content = body.subarray(at + 4, at + 4 + uint16(body, at + 2));
    at += 4 + uint16(body, at + 2);
    if (at > end) return undefined;
    extensions.push(type);
    if (type === serverNameExtension) serverName = parseServerName(content);
  }
  return { serverName, random, extensions };
}

/** RFC 6066 §3: a list of names, of which at most one is a host_name. */
function parseServerName(list: Uint8Array): string | undefined {
  if (list[2] !== hostNameType) return undefined;
  const length = uint16(list, 3);
  const name = list.subarray(5, 5 + length);
  if (name.length !== length) return undefined;
  return String.fromCharCode(...name.subarray(0, 255)).toLowerCase();
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
