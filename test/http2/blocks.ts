/** Header blocks put together by hand (RFC 7541 §5, §6), and decoded. What is right here is not asked of the encoder. */
import { HpackDecoder, type FieldSpace, type HeaderField, type HpackOutcome } from "../../src/http2/index.ts";
import { decodeLatin1 } from "../../src/net/index.ts";

/** Octets from hexadecimal digits; white space between them is passed over. */
export function hex(digits: string): number[] {
  return [...Buffer.from(digits.replaceAll(/\s/g, ""), "hex")];
}

/** RFC 7541 §5.1. */
export function integer(pattern: number, prefixBits: number, value: number): number[] {
  const most = 2 ** prefixBits - 1;
  if (value < most) return [pattern + value];
  const octets = [pattern + most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) octets.push((rest % 128) + 128);
  return [...octets, rest];
}

/** RFC 7541 §5.2, as it is. */
export function plain(text: string): number[] {
  return [...integer(0, 7, text.length), ...Buffer.from(text, "latin1")];
}

/** RFC 7541 §5.2: octets that are said to be Huffman-coded. */
export function coded(octets: readonly number[]): number[] {
  return [...integer(0x80, 7, octets.length), ...octets];
}

/** RFC 7541 §6.1. */
export const indexed = (index: number): number[] => integer(0x80, 7, index);
/** RFC 7541 §6.3. */
export const tableSize = (bytes: number): number[] => integer(0x20, 5, bytes);

/** RFC 7541 §6.2, with a name or the index of one; the value is text, or octets with their length before them. */
export const inserted = (name: number | string, value: string | readonly number[]): number[] =>
  literal(0x40, 6, name, value);
export const passing = (name: number | string, value: string | readonly number[]): number[] =>
  literal(0x00, 4, name, value);
export const never = (name: number | string, value: string | readonly number[]): number[] =>
  literal(0x10, 4, name, value);

function literal(
  pattern: number,
  prefixBits: number,
  name: number | string,
  value: string | readonly number[],
): number[] {
  const named = typeof name === "number" ? integer(pattern, prefixBits, name) : [pattern, ...plain(name)];
  return [...named, ...(typeof value === "string" ? plain(value) : value)];
}

/** What a block came to. */
export interface Decoded {
  readonly outcome: HpackOutcome;
  /** `name: value`, with `!` before what is never indexed. */
  readonly lines: readonly string[];
  readonly fields: readonly HeaderField[];
}

export const noLimits: Omit<FieldSpace, "fields"> = { bytes: Infinity, count: Infinity };

export function newDecoder(maxTableBytes = 4_096): HpackDecoder {
  return new HpackDecoder({ decodeLatin1, maxTableBytes });
}

/** Decodes a block that stands between octets which would change the table's size. */
export function decodeBlock(
  decoder: HpackDecoder,
  block: readonly number[] | Uint8Array,
  limits: Omit<FieldSpace, "fields"> = noLimits,
): Decoded {
  const bytes = new Uint8Array(block.length + 2).fill(0x20);
  bytes.set(block, 1);
  const fields: HeaderField[] = [];
  const outcome = decoder.decode(bytes, 1, bytes.length - 1, { fields, ...limits });
  const lines = fields.map(({ name, value, sensitive }) => `${sensitive ? "!" : ""}${name}: ${value}`);
  return { outcome, lines, fields };
}
