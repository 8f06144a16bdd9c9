/**
 * Decodes header blocks: RFC 7541. A fault is a connection error of type COMPRESSION_ERROR (RFC 9113 §4.3), since the
 * table is no longer the peer's.
 *
 * Nothing is kept beyond the limits, but a block is read to its end, so that the table stays in step. The work is bounded
 * by the block's octets: a reference costs a look-up, whatever the size of its entry, and a coded string is at most 1.6
 * times as long when it is decoded.
 */
import { integerOctetLimit, keptBufferLimit } from "../limits.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { headerField, type HeaderField } from "./header-field.ts";
import { decodeHuffman, holdsEos, mostDecoded, paddingTooLong } from "./huffman-decoder.ts";
import { lastStaticIndex, staticTable } from "./static-table.ts";
import type { DecodeLatin1 } from "../../http1/index.ts";

/** A rule of RFC 7541 that a block breaks. */
interface HpackFault {
  /** Finishes "it breaks the rule that ...". */
  readonly rule: string;
  /** As `RFC 7541 §5.2`. */
  readonly section: string;
  /** Octets of the block before the place at which it was seen. */
  readonly offset: number;
}

/** Why the fields are not all there: their size by RFC 7541 §4.1, or their number, is over its limit. */
export type HpackOutcome = "decoded" | "over-bytes" | "over-count" | HpackFault;

/** Where the fields of a block go, and how much of them is kept. One is used for any number of blocks. */
export interface FieldSpace {
  readonly fields: HeaderField[];
  /** At most as many octets, as RFC 7541 §4.1 counts them (SETTINGS_MAX_HEADER_LIST_SIZE). */
  readonly bytes: number;
  readonly count: number;
}

export interface HpackDecoderOptions {
  readonly decodeLatin1: DecodeLatin1;
  /** What SETTINGS_HEADER_TABLE_SIZE of ours is in force when the first block comes. */
  readonly maxTableBytes: number;
}

/** A table has this size until its encoder says otherwise (RFC 9113 §6.5.2). */
export const initialTableBytes = 4_096;
const noBytes = new Uint8Array(0);
const smallestScratch = 256;
const integerOctets = integerOctetLimit.value;

/** Decodes the blocks that one peer sends over one connection, in their order. */
export class HpackDecoder {
  readonly #decodeLatin1: DecodeLatin1;
  readonly #table: DynamicTable;
  #maxTableBytes: number;
  /** The next block has to begin with a size that is not larger; `Infinity` where it need not. */
  #reducedTo = Infinity;
  #bytes: Uint8Array = noBytes;
  #start = 0;
  #at = 0;
  #end = 0;
  #fault: HpackFault | undefined;
  #scratch: Uint8Array = noBytes;

  constructor({ decodeLatin1, maxTableBytes }: HpackDecoderOptions) {
    this.#decodeLatin1 = decodeLatin1;
    this.#maxTableBytes = maxTableBytes;
    this.#table = new DynamicTable(Math.min(initialTableBytes, maxTableBytes));
  }

  /** Octets that the entries of the dynamic table count for (RFC 7541 §4.1). */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  /** Says that the peer acknowledged another SETTINGS_HEADER_TABLE_SIZE (RFC 9113 §4.3.1). */
  setMaxTableBytes(maxTableBytes: number): void {
    this.#maxTableBytes = maxTableBytes;
    if (maxTableBytes < this.#table.maxBytes) this.#reducedTo = Math.min(this.#reducedTo, maxTableBytes);
  }

  /** Decodes one whole block. After a fault the decoder is good for nothing more. */
  decode(bytes: Uint8Array, start: number, end: number, into: FieldSpace): HpackOutcome {
    const { fields, bytes: mostBytes, count: mostCount } = into;
    fields.length = 0;
    this.#bytes = bytes;
    this.#start = this.#at = start;
    this.#end = end;
    this.#readTableSizes();
    let outcome: HpackOutcome = "decoded";
    let total = 0;
    while (this.#at < end && this.#fault === undefined) {
      const field = this.#readField();
      if (field === undefined) break;
      total += field.size;
      if (total > mostBytes) outcome = "over-bytes";
      else if (fields.length >= mostCount) outcome = "over-count";
      else fields.push(field);
    }
    this.#bytes = noBytes;
    if (this.#scratch.length > keptBufferLimit.value) this.#scratch = noBytes;
    return this.#fault ?? outcome;
  }

  /**
   * RFC 7541 §4.2: sizes stand before all else. It speaks of two at most; encoders that tell every change (Python's
   * hpack does) are understood as well, since each costs an octet and no more.
   */
  #readTableSizes(): void {
    while (this.#at < this.#end && ((this.#bytes[this.#at] as number) & 0xe0) === 0x20) {
      const size = this.#readInteger(0x1f);
      if (size < 0) return;
      if (size > this.#maxTableBytes) {
        this.#fail("the dynamic table is not made larger than SETTINGS_HEADER_TABLE_SIZE", "RFC 7541 §6.3");
        return;
      }
      // The first is the smallest since the last block.
      if (size > this.#reducedTo) break;
      this.#reducedTo = Infinity;
      this.#table.resize(size);
    }
    if (this.#reducedTo === Infinity) return;
    this.#fail(
      "the block after a smaller SETTINGS_HEADER_TABLE_SIZE begins with a size within it",
      "RFC 9113 §4.3.1",
    );
  }

  #readField(): HeaderField | undefined {
    const first = this.#bytes[this.#at] as number;
    if (first >= 0x80) {
      return this.#entry(this.#readInteger(0x7f), "RFC 7541 §6.1");
    }
    if (first >= 0x40) {
      const field = this.#readLiteral(0x3f, false);
      if (field !== undefined) this.#table.insert(field);
      return field;
    }
    if (first < 0x20) return this.#readLiteral(0x0f, first >= 0x10);
    return this.#fail(
      "the size of the dynamic table is changed at the beginning of a block alone",
      "RFC 7541 §4.2",
    );
  }

  /** RFC 7541 §2.3.3: one space of indices over both tables. What is not an integer has its fault already. */
  #entry(index: number, section: string): HeaderField | undefined {
    if (index <= lastStaticIndex) {
      if (index > 0) return staticTable[index];
      return this.#fail("the index 0 is not used", section);
    }
    const entry = this.#table.at(index - lastStaticIndex - 1);
    return entry ?? this.#fail("an index is within the static and the dynamic table", "RFC 7541 §2.3.3");
  }

  /** RFC 7541 §6.2. The name is held by the field, so that its entry may be evicted by the field itself (§4.4). */
  #readLiteral(mask: number, sensitive: boolean): HeaderField | undefined {
    const index = this.#readInteger(mask);
    const name = index === 0 ? this.#readString() : this.#entry(index, "RFC 7541 §6.2")?.name;
    if (name === undefined) return undefined;
    const value = this.#readString();
    return value === undefined ? undefined : headerField(name, value, sensitive);
  }

  /** RFC 7541 §5.1, from the octet with the prefix on. -1 after a fault. */
  #readInteger(mask: number): number {
    const bytes = this.#bytes;
    let value = (bytes[this.#at++] as number) & mask;
    if (value < mask) return value;
    for (let octets = 0; octets < integerOctets; octets++) {
      if (this.#at >= this.#end) {
        this.#failShort("RFC 7541 §5.1");
        return -1;
      }
      const octet = bytes[this.#at++] as number;
      value += (octet & 0x7f) << (7 * octets);
      if (octet < 0x80) return value;
    }
    this.#fail(`an integer has at most ${integerOctets} octets behind its prefix`, "RFC 7541 §5.1");
    return -1;
  }

  /** RFC 7541 §5.2. */
  #readString(): string | undefined {
    if (this.#at >= this.#end) return this.#failShort("RFC 7541 §5.2");
    const isCoded = (this.#bytes[this.#at] as number) >= 0x80;
    const length = this.#readInteger(0x7f);
    if (length < 0) return undefined;
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) return this.#failShort("RFC 7541 §5.2");
    this.#at = end;
    if (length === 0) return "";
    return isCoded ? this.#decodeString(start, end) : this.#decodeLatin1(this.#bytes, start, end);
  }

  #decodeString(start: number, end: number): string | undefined {
    const most = mostDecoded(end - start);
    if (this.#scratch.length < most) this.#scratch = new Uint8Array(Math.max(smallestScratch, most));
    const length = decodeHuffman(this.#bytes, start, end, this.#scratch);
    return length < 0 ? this.#failCoded(length) : this.#decodeLatin1(this.#scratch, 0, length);
  }

  #failCoded(fault: number): undefined {
    if (fault === holdsEos) return this.#fail("a coded string does not hold the symbol EOS", "RFC 7541 §5.2");
    if (fault === paddingTooLong)
      return this.#fail("a coded string is padded with less than eight bits", "RFC 7541 §5.2");
    return this.#fail("a coded string is padded with the beginning of EOS", "RFC 7541 §5.2");
  }

  #failShort(section: string): undefined {
    return this.#fail("a block ends where a field does", section);
  }

  #fail(rule: string, section: string): undefined {
    this.#fault ??= { rule, section, offset: this.#at - this.#start };
    return undefined;
  }
}
