/** What a data: URL holds: Fetch §6, data: URL processor; its type by MIME Sniffing §4.4. */

export interface DataUrl {
  /** Serialized (MIME Sniffing §4.5). */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The content of a serialized data: URL without its fragment; `undefined` where it holds none. */
export function readDataUrl(href: string): DataUrl | undefined {
  const comma = href.indexOf(",");
  if (comma === -1) return undefined;
  const written = trimWhite(href.slice("data:".length, comma));
  const content = percentDecode(href.slice(comma + 1));
  const base64 = /; *base64$/i.exec(written);
  if (base64 === null) return { type: typeOf(written), bytes: content };
  const bytes = decodeBase64(latin1.decode(content));
  return bytes && { type: typeOf(written.slice(0, base64.index)), bytes };
}

/** One character an octet, as far as it matters: what is not ASCII is not base64. */
const latin1 = new TextDecoder("latin1");

function typeOf(written: string): string {
  const type = parseType(written.startsWith(";") ? `text/plain${written}` : written);
  return type ?? "text/plain;charset=US-ASCII";
}

/** MIME Sniffing §4.4 and §4.5: read, and written in its one form. */
function parseType(text: string): string | undefined {
  const [essence = "", ...rest] = splitParameters(text);
  const trimmed = essence.trimEnd().toLowerCase();
  if (!/^[!#$%&'*+.^_`|~a-z0-9-]+\/[!#$%&'*+.^_`|~a-z0-9-]+$/.test(trimmed)) return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const [, name = "", value = ""] = /^[\t\n\r ]*([^=]*)=(.*)$/s.exec(parameter) ?? [];
    const key = name.toLowerCase();
    const said = value.startsWith('"') ? unquote(value) : trimWhite(value);
    const isKept = token.test(key) && /^[\t\x20-\x7e\x80-\xff]*$/.test(said);
    if (isKept && (said !== "" || value.startsWith('"')) && !parameters.has(key)) parameters.set(key, said);
  }
  return [trimmed, ...[...parameters].map(([name, value]) => `${name}=${quote(value)}`)].join(";");
}

const token = /^[!#$%&'*+.^_`|~a-z0-9-]+$/i;

/** At each semicolon outside of quotes. */
function splitParameters(text: string): readonly string[] {
  return (
    text.match(/(?:^|;)(?:[^;"=]*="(?:[^"\\]|\\.)*(?:"|\\?$)[^;]*|[^;]*)/gs)?.map(withoutSemicolon) ?? []
  );
}

function withoutSemicolon(part: string): string {
  return part.startsWith(";") ? part.slice(1) : part;
}

/** What is between the quotes; what follows them is left out. */
function unquote(value: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)(\\?)/s.exec(value);
  return (inner?.[1] ?? "").replace(/\\(.)/gs, "$1") + (inner?.[2] ?? "");
}

function quote(value: string): string {
  return token.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** By hand: a pattern that ends in `+$` looks at each run of white space once for each of its characters. */
function trimWhite(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && white.includes(text.charAt(start))) start++;
  while (end > start && white.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

const white = "\t\n\f\r ";

/** URL §1.3, string percent-decode; the URL's parser has left nothing beyond ASCII. */
function percentDecode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const octet = code === 0x25 ? text.slice(at + 1, at + 3) : "";
    const isEncoded = octet !== "" && /^[0-9a-f]{2}$/i.test(octet);
    bytes[length++] = isEncoded ? Number.parseInt(octet, 16) : code;
    if (isEncoded) at += 2;
  }
  return bytes.slice(0, length);
}

/** Infra §7, forgiving-base64 decode. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const compact = text.replace(/[\t\n\f\r ]/g, "");
  const digits = compact.length % 4 === 0 ? compact.replace(/={1,2}$/, "") : compact;
  if (digits.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(digits)) return undefined;
  return new Uint8Array(Buffer.from(digits, "base64"));
}
