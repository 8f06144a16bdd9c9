/**
 * Encodes header blocks: RFC 7541. What is repeated becomes a reference; what is a credential is never indexed
 * (`indexing.ts`); strings are Huffman-coded where that is shorter.
 */
import { encoderTableLimit, keptBlockLimit } from "../limits.ts";
import { EncoderTable } from "./encoder-table.ts";
import { huffmanOctets, writeHuffman } from "./huffman-encoder.ts";
import { indexingOf } from "./indexing.ts";
import { mostIntegerOctets, writeInteger } from "./integers.ts";
import { assert } from "../../core/index.ts";
import { OctetWriter } from "../octet-writer.ts";

/** A field line to be sent: its name in lower case, its value, and whether the value is a secret. One character an octet. */
export type FieldToEncode = readonly [name: string, value: string, sensitive?: boolean];

const partsPerField = 3;

/** Encodes the blocks of one connection, in the order in which they are sent. */
export class HpackEncoder {
  readonly #table = new EncoderTable(encoderTableLimit.value);
  /** Sizes to be told at the next block: the least since the last one, and the last. `undefined`: none. */
  #leastBytes: number | undefined;
  #lastBytes: number | undefined;
  /** The last block, if it would be written the same again as long as the table stays as it is; and what it is of. */
  readonly #kept = new OctetWriter();
  readonly #keptParts: (string | boolean)[] = [];

  /** Takes over the peer's SETTINGS_HEADER_TABLE_SIZE, as far as our own bound allows (RFC 9113 §4.3.1). */
  setMaxTableBytes(peerBytes: number): void {
    const bytes = Math.min(peerBytes, encoderTableLimit.value);
    if (bytes === (this.#lastBytes ?? this.#table.maxBytes)) return;
    this.#leastBytes = Math.min(bytes, this.#leastBytes ?? bytes);
    this.#lastBytes = bytes;
    this.#forget();
  }

  /** Writes one block behind what `out` holds. None of it may be left unsent: the peer's table counts on it. */
  encode(fields: Iterable<FieldToEncode>, out: OctetWriter): void {
    const list = Array.isArray(fields) ? (fields as readonly FieldToEncode[]) : [...fields];
    const kept = this.#kept;
    if (kept.length > 0 && isSame(list, this.#keptParts)) {
      out.append(kept.bytes, 0, kept.length);
      return;
    }
    const start = out.length;
    const { inserted } = this.#table;
    const isSized = this.#writeTableSizes(out);
    for (const field of list) this.#writeField(field, out);
    if (isSized || this.#table.inserted !== inserted) this.#forget();
    else this.#keep(list, out, start);
  }

  #keep(fields: readonly FieldToEncode[], out: OctetWriter, start: number): void {
    this.#forget();
    if (out.length - start > keptBlockLimit.value) return;
    this.#kept.append(out.bytes, start, out.length);
    for (const field of fields) this.#keptParts.push(field[0], field[1], field[2] === true);
  }

  #forget(): void {
    this.#kept.clear();
    this.#keptParts.length = 0;
  }

  /** RFC 7541 §4.2: the least, and the last where it is another. Whether there was anything to tell. */
  #writeTableSizes(out: OctetWriter): boolean {
    const least = this.#leastBytes;
    const last = this.#lastBytes;
    if (least === undefined || last === undefined) return false;
    out.reserve(2 * mostIntegerOctets);
    this.#writeTableSize(least, out);
    if (last !== least) this.#writeTableSize(last, out);
    this.#leastBytes = this.#lastBytes = undefined;
    return true;
  }

  #writeTableSize(bytes: number, out: OctetWriter): void {
    this.#table.resize(bytes);
    writeInteger(out, 0x20, 0x1f, bytes);
  }

  /** RFC 7541 §6: a reference where there is one, or a literal in one of its three forms. */
  #writeField(field: FieldToEncode, out: OctetWriter): void {
    const name = field[0];
    const value = field[1];
    const table = this.#table;
    const indexing = field[2] === true ? "never" : indexingOf(name);
    out.reserve(name.length + value.length + 3 * mostIntegerOctets);
    table.find(name, value);
    if (indexing === "never") writeInteger(out, 0x10, 0x0f, table.nameIndex);
    else if (table.fieldIndex !== 0) return writeInteger(out, 0x80, 0x7f, table.fieldIndex);
    else if (indexing === "indexed" && table.insert(name, value))
      writeInteger(out, 0x40, 0x3f, table.nameIndex);
    else writeInteger(out, 0x00, 0x0f, table.nameIndex);
    if (table.nameIndex === 0) writeString(name, out);
    writeString(value, out);
  }
}

/** RFC 7541 §5.2, in the shorter form. */
function writeString(text: string, out: OctetWriter): void {
  const coded = huffmanOctets(text);
  assert(!Number.isNaN(coded), "fields are checked before they are encoded");
  if (coded < text.length) {
    writeInteger(out, 0x80, 0x7f, coded);
    out.length = writeHuffman(text, out.bytes, out.length);
    return;
  }
  writeInteger(out, 0x00, 0x7f, text.length);
  for (let at = 0; at < text.length; at++) out.bytes[out.length++] = text.charCodeAt(at);
}

function isSame(fields: readonly FieldToEncode[], parts: readonly (string | boolean)[]): boolean {
  if (fields.length * partsPerField !== parts.length) return false;
  let at = 0;
  for (const field of fields) {
    if (field[0] !== parts[at++] || field[1] !== parts[at++]) return false;
    if ((field[2] === true) !== parts[at++]) return false;
  }
  return true;
}
