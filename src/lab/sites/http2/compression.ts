/** Sites whose compressed fields cannot be read, or unfold to more than anybody takes: RFC 7541; RFC 9113 §4.3, §10.5.1. */
import { concatBytes, type Code } from "../../../core/index.ts";
import { fails, speaksHttp2, type Check, type Definition } from "../../site.ts";
import { data, headers, integer, octets, string } from "../../wire/http2-frames.ts";
import { plays } from "../../wire/http2-script.ts";
import { hello, says } from "./answers.ts";

/** `:status: 200` (RFC 7541 Appendix A, 8). */
const status = Uint8Array.of(0x88);
/** The first entry of the dynamic table (RFC 7541 §2.3.3). */
const newest = 0x80 | 62;

export const compressionSites: readonly Definition[] = [
  unreadable({
    name: "http2-index-unknown",
    title: "A field out of an empty table",
    wrong: "A field is given by its place in the dynamic table, and nothing is at that place.",
    fields: Uint8Array.of(newest),
  }),
  unreadable({
    name: "http2-index-zero",
    title: "A field at place zero",
    wrong: "A field is given by the index 0, which no table has.",
    fields: Uint8Array.of(0x80),
  }),
  unreadable({
    name: "http2-huffman",
    title: "A value that no code spells",
    wrong: "A field's value is Huffman-coded, and ends in 11 bits of padding, where 7 are the most.",
    fields: concatBytes([Uint8Array.of(0), string("x-lab"), Uint8Array.of(0x82, 0x1f, 0xff)]),
  }),
  unreadable({
    name: "http2-table-size",
    title: "A table larger than was agreed",
    wrong: "The server makes its dynamic table larger than the client allows.",
    before: integer(0x20, 5, 1_048_576),
  }),
  unreadable({
    name: "http2-integer-endless",
    title: "A number without an end",
    wrong: "An index goes on for a hundred bytes.",
    fields: concatBytes([Uint8Array.of(0xff), new Uint8Array(100).fill(0x80), Uint8Array.of(0)]),
  }),
  unreadable({
    name: "http2-field-cut",
    title: "Fields that are cut off",
    wrong: "A field's value is said to have a hundred bytes, and the head ends after three.",
    fields: concatBytes([Uint8Array.of(0), string("x-lab"), Uint8Array.of(100), octets("cut")]),
  }),
  {
    name: "http2-header-bomb",
    title: "Sixteen kilobytes that become 48 megabytes",
    wrong: "A field of four kilobytes goes into the table, and is then named by one byte, 12,000 times.",
    ...oversized("http-head"),
    ...sends(
      concatBytes([
        status,
        Uint8Array.of(0x40),
        string("x-lab"),
        string("x".repeat(4_000)),
        new Uint8Array(12_000).fill(newest),
      ]),
    ),
  },
  {
    name: "http2-many-fields",
    title: "Fields without number",
    wrong: "The head has 16,000 fields of one byte each, out of the table that everybody knows.",
    ...oversized("http-head"),
    // `accept-charset` with an empty value (RFC 7541 Appendix A, 15).
    ...sends(concatBytes([status, new Uint8Array(16_000).fill(0x80 | 15)])),
  },
];

interface Unreadable extends Pick<Definition, "name" | "title" | "wrong"> {
  readonly before?: Uint8Array;
  readonly fields?: Uint8Array;
}

function unreadable({ before, fields, ...words }: Unreadable): Definition {
  const nothing = new Uint8Array(0);
  const code: Code = "http2-protocol-broken";
  return {
    ...words,
    ...fails(code, "hpack"),
    ...sends(concatBytes([before ?? nothing, status, fields ?? nothing])),
  };
}

function oversized(check: Check): Pick<Definition, "expected" | "caughtBy"> {
  return fails("head-too-large", check);
}

function sends(block: Uint8Array): Pick<Definition, "serving"> {
  return speaksHttp2(plays(says((stream) => [headers(stream, block), data(stream, hello, "ends")])));
}
