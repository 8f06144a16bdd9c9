/** Strictness of the reader, and that what the writer writes it reads. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DerReader,
  maxDepth,
  maxOidBytes,
  tag,
  writeBitString,
  writeBoolean,
  writeElement,
  writeInteger,
  writeNamedBits,
  writeOctetString,
  writeOid,
  writeSequence,
  writeSet,
} from "./index.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

/** Reads with `read`, then the end; the reason of the malformation, if there is one. */
function fault(hex: string, read: (reader: DerReader) => unknown): string | undefined {
  const reader = DerReader.over(bytes(hex));
  read(reader);
  reader.finish();
  return reader.malformation?.reason;
}

describe("lengths", () => {
  const rows: readonly (readonly [law: string, hex: string, reason: string | undefined])[] = [
    ["a short length is read", "04 01 aa", undefined],
    ["a length may be zero", "04 00", undefined],
    ["an indefinite length is refused", "04 80 00 00", "indefinite length, which DER forbids"],
    ["the long form below 128 is refused", "04 81 01 aa", "length is not minimal"],
    [
      "a leading zero in the long form is refused",
      `04 82 00 80 ${"00".repeat(128)}`,
      "length is not minimal",
    ],
    ["the long form from 128 is read", `04 81 80 ${"00".repeat(128)}`, undefined],
    ["a length of more than four bytes is refused", "04 85 01 00 00 00 00", "length of more than four bytes"],
    ["a length beyond the end is refused", "04 02 aa", "an element is longer than what holds it"],
    ["a length that is cut off is refused", "04 82 01", "the length is cut off"],
    ["a missing length is refused", "04", "the length is missing"],
    ["bytes left over are refused", "04 01 aa 00", "bytes follow where the structure ends"],
    ["nothing at all is refused", "", "an element is missing"],
    ["another element is refused", "05 00", "expected an element 04 and found 05"],
  ];
  test.each(rows)("%s", (_, hex, reason) => {
    expect(fault(hex, (reader) => reader.readOctetString())).toBe(reason);
  });
});

describe("values", () => {
  const integer = (reader: DerReader): unknown => reader.readInteger();
  const rows: readonly (readonly [
    law: string,
    hex: string,
    read: (reader: DerReader) => unknown,
    reason: string | undefined,
  ])[] = [
    ["an INTEGER has content", "02 00", integer, "INTEGER without content"],
    ["an INTEGER has no zero too many", "02 02 00 7f", integer, "INTEGER is not minimal"],
    ["an INTEGER has no FF too many", "02 02 ff 80", integer, "INTEGER is not minimal"],
    ["an INTEGER keeps a zero that carries the sign", "02 02 00 80", integer, undefined],
    [
      "a small INTEGER is not negative",
      "02 01 ff",
      (reader) => reader.readSmallInteger(),
      "INTEGER out of range",
    ],
    [
      "a small INTEGER has at most four bytes",
      "02 05 01 00 00 00 00",
      (reader) => reader.readSmallInteger(),
      "INTEGER out of range",
    ],
    ["a BOOLEAN may be FF", "01 01 ff", (reader) => reader.readBoolean(), undefined],
    ["a BOOLEAN may not be 01", "01 01 01", (reader) => reader.readBoolean(), "BOOLEAN is neither 00 nor FF"],
    [
      "a BOOLEAN has one byte",
      "01 02 ff ff",
      (reader) => reader.readBoolean(),
      "BOOLEAN is neither 00 nor FF",
    ],
    [
      "NULL has no content",
      "05 01 00",
      (reader) => {
        reader.readNull();
      },
      "NULL has content",
    ],
    [
      "a BIT STRING says how many bits are unused",
      "03 00",
      (reader) => reader.readBitString(),
      "BIT STRING has a wrong count of unused bits",
    ],
    [
      "a BIT STRING has at most seven unused",
      "03 02 08 00",
      (reader) => reader.readBitString(),
      "BIT STRING has a wrong count of unused bits",
    ],
    [
      "an empty BIT STRING has none unused",
      "03 01 01",
      (reader) => reader.readBitString(),
      "BIT STRING has a wrong count of unused bits",
    ],
    [
      "unused bits are zero",
      "03 02 01 03",
      (reader) => reader.readBitString(),
      "BIT STRING has unused bits that are not zero",
    ],
    [
      "an identifier has content",
      "06 00",
      (reader) => reader.readOid(),
      "OBJECT IDENTIFIER is empty, too long or not minimal",
    ],
    [
      "an identifier's arcs are minimal",
      "06 03 2a 80 01",
      (reader) => reader.readOid(),
      "OBJECT IDENTIFIER is empty, too long or not minimal",
    ],
    [
      "an identifier's last arc ends",
      "06 02 2a 83",
      (reader) => reader.readOid(),
      "OBJECT IDENTIFIER is empty, too long or not minimal",
    ],
    [
      "identifier octets in the long form are refused",
      "1f 81 00 00",
      (reader) => reader.readElement(),
      "identifier in the long form",
    ],
  ];
  test.each(rows)("%s", (_, hex, read, reason) => {
    expect(fault(hex, read)).toBe(reason);
  });
});

describe("limits", () => {
  const nested = (depth: number): Uint8Array => {
    let inner: Uint8Array = writeSequence();
    for (let i = 1; i < depth; i++) inner = writeSequence(inner);
    return inner;
  };
  const descend = (depth: number): DerReader => {
    let reader = DerReader.over(nested(depth));
    for (let i = 0; i < depth; i++) reader = reader.enterSequence();
    return reader;
  };

  test("elements may lie as deep as the limit and no deeper", () => {
    expect(descend(maxDepth.value).malformation).toBeUndefined();
    expect(descend(maxDepth.value + 1).malformation?.reason).toMatch(/more than 32 deep/);
  });

  test("an identifier may be as long as the limit and no longer", () => {
    const oid = (length: number): Uint8Array => writeElement(tag.oid, new Uint8Array(length).fill(1));
    expect(
      fault(Buffer.from(oid(maxOidBytes.value)).toString("hex"), (reader) => reader.readOid()),
    ).toBeUndefined();
    expect(
      fault(Buffer.from(oid(maxOidBytes.value + 1)).toString("hex"), (reader) => reader.readOid()),
    ).toBeDefined();
  });
});

test("a malformation counts its offset from the beginning, also inside", () => {
  const reader = DerReader.over(bytes("30 06 02 01 01 01 01 01"));
  const inner = reader.enterSequence();
  inner.readInteger();
  inner.readBoolean();
  expect(reader.malformation).toEqual({ reason: "BOOLEAN is neither 00 nor FF", offset: 7 });
});

test("after a malformation nothing is left to read", () => {
  const reader = DerReader.over(bytes("05 01 00 02 01 05"));
  reader.readNull();
  expect([reader.isDone, reader.peekTag(), reader.readInteger().length]).toEqual([true, -1, 0]);
});

describe("what is written is read", () => {
  test("object identifiers", () => {
    const arcs = fc.array(fc.bigInt({ min: 0n, max: 1n << 80n }), { minLength: 1, maxLength: 8 });
    const roots = fc.oneof(
      fc.tuple(fc.constantFrom(0n, 1n), fc.bigInt({ min: 0n, max: 39n })),
      fc.tuple(fc.constant(2n), fc.bigInt({ min: 0n, max: 1n << 70n })),
    );
    fc.assert(
      fc.property(roots, arcs, (root, rest) => {
        const dotted = [...root, ...rest].join(".");
        expect(DerReader.over(writeOid(dotted)).readOid()).toBe(dotted);
      }),
    );
  });

  test("integers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (value) => {
        expect(DerReader.over(writeInteger(value)).readSmallInteger()).toBe(value);
      }),
    );
    expect(DerReader.over(writeInteger(-129)).readInteger()).toEqual(bytes("ff7f"));
    expect(DerReader.over(writeInteger(-128)).readInteger()).toEqual(bytes("80"));
  });

  test("strings of bytes of any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (content) => {
        const reader = DerReader.over(
          writeSequence(writeOctetString(content), writeBitString(content), writeBoolean(true)),
        );
        const inner = reader.enterSequence();
        expect(inner.readOctetString()).toEqual(content);
        expect(inner.readBitString().bytes).toEqual(content);
        expect(inner.readBoolean()).toBe(true);
        inner.finish();
        expect(reader.malformation).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  test("named bits without trailing zeros, and sets in order", () => {
    expect(writeNamedBits([0, 5])).toEqual(bytes("03 02 02 84"));
    expect(writeNamedBits([])).toEqual(bytes("03 01 00"));
    expect(writeNamedBits([8])).toEqual(bytes("03 03 07 00 80"));
    expect(writeSet(writeInteger(2), writeInteger(1))).toEqual(bytes("31 06 02 01 01 02 01 02"));
  });
});
