/** Mutants of `http2` that change nothing: most spare work or room, and leave what is read and written as it is. */
import type { Accepted } from "./accepted.ts";

const capacity = "How much room is kept, not what is in it.";
const writtenAnew = "Without what is kept of the last block it is written anew, and comes out the same.";
const firstFault = "The first fault is kept, and ends the block; nothing of it is used.";

export const http2: readonly Accepted[] = [
  {
    file: "http2/frames/frame-writer.ts",
    before: "const slabBytes = smallestMaxFrame + frameHeaderBytes;",
    after: ["const slabBytes = (smallestMaxFrame - frameHeaderBytes);"],
    why: capacity,
  },
  {
    file: "http2/hpack/decoder.ts",
    before: "if (this.#scratch.length > keptBufferLimit.value) this.#scratch = noBytes;",
    after: [
      "{}",
      "if (true) this.#scratch = noBytes;",
      "if ((this.#scratch.length >= keptBufferLimit.value)) this.#scratch = noBytes;",
    ],
    why: capacity,
  },
  { file: "http2/hpack/decoder.ts", before: "if (size < 0) return;", after: ["{}"], why: firstFault },
  {
    file: "http2/hpack/decoder.ts",
    before: "const isCoded = (this.#bytes[this.#at] as number) >= 0x80;",
    after: ["const isCoded = (this.#bytes[this.#at] as number > 0x80);"],
    why: "A string of no octets is the same, coded or not.",
  },
  {
    file: "http2/hpack/decoder.ts",
    before: 'if (length === 0) return "";',
    after: ["{}"],
    why: "Spares two calls: what is decoded of nothing is nothing.",
  },
  {
    file: "http2/hpack/decoder.ts",
    before: "const most = mostDecoded(end - start);",
    after: ["const most = mostDecoded((end + start));"],
    why: capacity,
  },
  {
    file: "http2/hpack/decoder.ts",
    before:
      "if (this.#scratch.length < most) this.#scratch = new Uint8Array(Math.max(smallestScratch, most));",
    after: [
      "if (true) this.#scratch = new Uint8Array(Math.max(smallestScratch, most));",
      "if ((this.#scratch.length <= most)) this.#scratch = new Uint8Array(Math.max(smallestScratch, most));",
    ],
    why: capacity,
  },
  {
    file: "http2/hpack/decoder.ts",
    before: "return length < 0 ? this.#failCoded(length) : this.#decodeLatin1(this.#scratch, 0, length);",
    after: ["return (length <= 0) ? this.#failCoded(length) : this.#decodeLatin1(this.#scratch, 0, length);"],
    why: "An octet of coded text is a symbol at least, or a fault: there is none of no symbols.",
  },
  {
    file: "http2/hpack/dynamic-table.ts",
    before: "if (this.#count > this.#mask) this.#grow();",
    after: ["{}", "if ((this.#count >= this.#mask)) this.#grow();"],
    why: capacity,
  },
  {
    file: "http2/hpack/dynamic-table.ts",
    before: "for (let age = 0; age < this.#count; age++)",
    after: ["for (let age = 0; (age <= this.#count); age++)"],
    why: "What stood behind the oldest was taken out, and is taken over as nothing.",
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "const list = Array.isArray(fields) ? (fields as readonly FieldToEncode[]) : [...fields];",
    after: ["const list = ([...fields]);"],
    why: "Spares a copy.",
  },
  {
    file: "http2/hpack/encoder.ts",
    before:
      "if (kept.length > 0 && isSame(list, this.#keptParts)) { out.append(kept.bytes, 0, kept.length); return; }",
    after: ["{}"],
    why: writtenAnew,
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "if (isSized || this.#table.inserted !== inserted) this.#forget();",
    after: ["if (true) this.#forget();"],
    why: writtenAnew,
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "else this.#keep(list, out, start);",
    after: ["else ;"],
    why: writtenAnew,
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "if (out.length - start > keptBlockLimit.value) return;",
    after: [
      "{}",
      "if ((out.length + start) > keptBlockLimit.value) return;",
      "if (true) return;",
      "if ((out.length - start >= keptBlockLimit.value)) return;",
    ],
    why: capacity,
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "this.#kept.append(out.bytes, start, out.length);",
    after: [";"],
    why: writtenAnew,
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "if (least === undefined || last === undefined) return false;",
    after: ["if (least === undefined || last === undefined) return true;"],
    why: writtenAnew,
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "out.reserve(2 * mostIntegerOctets);",
    after: ["out.reserve((2 / mostIntegerOctets));"],
    why: "A buffer that grows at all grows to twice its size.",
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "if (fields.length * partsPerField !== parts.length) return false;",
    after: ["if ((fields.length / partsPerField) !== parts.length) return false;", "if (true) return false;"],
    why: writtenAnew,
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "if (field[0] !== parts[at++] || field[1] !== parts[at++]) return false;",
    after: [
      "if (true) return false;",
      "if ((field[1] !== parts[at++])) return false;",
      "if ((field[0] !== parts[at++])) return false;",
    ],
    why: writtenAnew,
  },
  {
    file: "http2/hpack/encoder.ts",
    before: "if ((field[2] === true) !== parts[at++]) return false;",
    after: ["if (true) return false;"],
    why: writtenAnew,
  },
  {
    file: "http2/hpack/encoder-table.ts",
    before: "const field = headerField(name, value, false);",
    after: ["const field = headerField(name, value, true);"],
    why: "Nobody asks an entry of the encoder's table whether it is a secret: none is.",
  },
  {
    file: "http2/hpack/huffman-encoder.ts",
    before: "if (length >= halvedFrom) {",
    after: ["if ((length > halvedFrom)) {"],
    why: "Behind seven pending bits there is room for 25 more.",
  },
  {
    file: "http2/hpack/huffman-encoder.ts",
    before: "pending = (pending << length) | (length === 16 ? code & 0xffff : code);",
    after: ["pending = (pending << length) | ((code));"],
    why: "The upper half of the code is pending already: the same bits again.",
  },
  {
    file: "http2/frames/frame-reader.ts",
    before:
      "if (this.#carry.length === 0 && end - start >= frameHeaderBytes) { this.#takeHeader(bytes, start); return this.#begin(bytes, start + frameHeaderBytes, end, s...",
    after: ["{}"],
    why: "A shortcut: a header that is carried over is read the same.",
  },
  {
    file: "http2/frames/frame-reader.ts",
    before: "if (this.#carry.length === 0 && end - start >= frameHeaderBytes) {",
    after: ["if (this.#carry.length === 0 && (end - start > frameHeaderBytes)) {"],
    why: "A shortcut: a header that is carried over is read the same.",
  },
  {
    file: "http2/frames/frame-reader.ts",
    before: "if (carried.length > keptBufferLimit.value) this.#carry = new OctetWriter();",
    after: [
      "{}",
      "if (true) this.#carry = new OctetWriter();",
      "if ((carried.length >= keptBufferLimit.value)) this.#carry = new OctetWriter();",
    ],
    why: capacity,
  },
  {
    file: "http2/frames/frame-writer.ts",
    before: "if (slab.length + octets <= slab.bytes.length) return;",
    after: ["if ((slab.length + octets < slab.bytes.length)) return;"],
    why: capacity,
  },
  {
    file: "http2/hpack/huffman-decoder.ts",
    before: "for (let state = 0; state < states; state++) {",
    after: ["for (let state = 0; (state <= states); state++) {"],
    why: "An array takes nothing behind its end.",
  },
  {
    file: "http2/hpack/huffman-decoder.ts",
    before: "for (let half = 0; half < 16; half++) steps[state * 16 + half] = stepOf(tree, state, half);",
    after: ["for (let half = 0; (half <= 16); half++) steps[state * 16 + half] = stepOf(tree, state, half);"],
    why: "The next state writes over it, and behind the last an array takes nothing.",
  },
  {
    file: "http2/hpack/huffman-decoder.ts",
    before: "if (child > 0) {",
    after: ["if ((child >= 0)) {"],
    why: "The code leaves no bits unused: every node has both children when the table is made of them.",
  },
  {
    file: "http2/hpack/huffman-decoder.ts",
    before: "const inner = codes.length - 1;",
    after: ["const inner = (codes.length + 1);"],
    why: capacity,
  },
  {
    file: "http2/hpack/huffman-decoder.ts",
    before: "for (let symbol = 0; symbol < codes.length; symbol++) {",
    after: ["for (let symbol = 0; (symbol <= codes.length); symbol++) {"],
    why: "A symbol that does not exist has a code of no bits.",
  },
];
