/** The parts of a certificate: names, times, serial numbers, addresses, general names, timestamps. */
import { describe, expect, test } from "vitest";
import {
  DerReader,
  writeElement,
  writeOid,
  writePrimitive,
  writeSequence,
  writeSet,
  writeUtf8String,
} from "../der/index.ts";
import { readGeneralName, renderGeneralName } from "./general-name.ts";
import { parseIpAddress, renderIpAddress } from "./ip-address.ts";
import { equalNames, type Name, readName } from "./name.ts";
import { renderSerial } from "./serial.ts";
import { readTime } from "./time.ts";
import { readSignedCertificateTimestamps } from "./timestamps.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const attribute = (oid: string, value: Uint8Array): Uint8Array =>
  writeSet(writeSequence(writeOid(oid), value));
const nameOf = (...parts: readonly Uint8Array[]): Name => readName(DerReader.over(writeSequence(...parts)));
const commonName = (value: Uint8Array): Name => nameOf(attribute("2.5.4.3", value));

describe("times", () => {
  const rows: readonly (readonly [
    law: string,
    type: number,
    digits: string,
    expected: string | undefined,
  ])[] = [
    ["two digits below 50 are of this century", 0x17, "491231235959Z", "2049-12-31T23:59:59.000Z"],
    ["two digits from 50 are of the last", 0x17, "500101000000Z", "1950-01-01T00:00:00.000Z"],
    ["a leap day is a day", 0x17, "240229120000Z", "2024-02-29T12:00:00.000Z"],
    ["no leap day is none", 0x17, "230229120000Z", undefined],
    ["there is no month 13", 0x17, "231301000000Z", undefined],
    ["there is no hour 24", 0x17, "230101240000Z", undefined],
    ["there is no second 60", 0x17, "230101000060Z", undefined],
    ["seconds are not left out", 0x17, "2301010000Z", undefined],
    ["an offset is not UTC", 0x17, "230101000000+0100", undefined],
    ["a blank is not a digit", 0x17, "2301010000 0Z", undefined],
    ["four digits from 2050", 0x18, "20500101000000Z", "2050-01-01T00:00:00.000Z"],
    ["the end of time is a time", 0x18, "99991231235959Z", "9999-12-31T23:59:59.000Z"],
    ["fractions are refused", 0x18, "20500101000000.5Z", undefined],
  ];
  test.each(rows)("%s", (_, type, digits, expected) => {
    const reader = DerReader.over(writeElement(type, text(digits)));
    const { at } = readTime(reader);
    expect(reader.malformation === undefined ? new Date(at).toISOString() : undefined).toBe(expected);
  });

  test("a GeneralizedTime before 2050 is read, and marked", () => {
    const reader = DerReader.over(writeElement(0x18, text("20491231235959Z")));
    expect([readTime(reader).isConforming, reader.malformation]).toEqual([false, undefined]);
  });
});

describe("names", () => {
  test("are written from the most specific up", () => {
    const name = nameOf(
      attribute("2.5.4.6", writeUtf8String("US")),
      attribute("2.5.4.10", writeUtf8String("Org")),
      attribute("2.5.4.3", writeUtf8String("Root")),
    );
    expect([name.text, name.display]).toEqual(["CN=Root, O=Org, C=US", "Root"]);
  });

  test.each([
    ["a comma", "Evil, CN=good", String.raw`CN=Evil\, CN\=good`],
    ["a leading blank", " x", String.raw`CN=\ x`],
    ["a leading hash", "#x", String.raw`CN=\#x`],
    ["a trailing blank", "x ", String.raw`CN=x\ `],
    ["a NUL", "a\0b", String.raw`CN=a\00b`],
    ["a line break", "a\nb", String.raw`CN=a\0Ab`],
    ["a mark that turns the writing around", "a\u202Eb", String.raw`CN=a\202Eb`],
  ])("escape %s", (_, value, expected) => {
    expect(commonName(writeUtf8String(value)).text).toBe(expected);
  });

  const name = (value: string, type = 0x0c): Name => commonName(writeElement(type, text(value)));
  test.each([
    ["letter case", name("Example CA"), name("EXAMPLE ca"), true],
    ["white space inside and around", name(" Example   CA "), name("Example CA"), true],
    ["the string type", name("Example"), name("Example", 0x13), true],
    ["compatibility forms", name("ﬁne"), name("fine"), true],
    ["other letters", name("Example"), name("Examples"), false],
    ["white space that is missing", name("Example CA"), name("ExampleCA"), false],
  ])("are compared without regard to what does not count: %s", (_, a, b, expected) => {
    expect(equalNames(a, b)).toBe(expected);
  });

  test("the order of attributes in one relative name does not count, that of relative names does", () => {
    const pair = (oid: string, value: string): Uint8Array =>
      writeSequence(writeOid(oid), writeUtf8String(value));
    const both = [pair("2.5.4.3", "a"), pair("2.5.4.10", "b")];
    const set = (parts: readonly Uint8Array[]): Uint8Array => writeElement(0x31, ...parts);
    expect(equalNames(nameOf(set(both)), nameOf(set(both.toReversed())))).toBe(true);
    const [a, b] = [attribute("2.5.4.3", writeUtf8String("a")), attribute("2.5.4.10", writeUtf8String("b"))];
    expect(equalNames(nameOf(a, b), nameOf(b, a))).toBe(false);
  });

  test("text that does not fit its type is malformed", () => {
    const reader = DerReader.over(
      writeSequence(attribute("2.5.4.3", writeElement(0x0c, Uint8Array.of(0xff)))),
    );
    readName(reader);
    expect(reader.malformation?.reason).toBe("text does not fit its string type");
  });

  test("a value that is not a string is kept as hexadecimal", () => {
    expect(commonName(writeElement(0x05)).text).toBe("CN=#0500");
  });

  test.each([
    ["BMPString", 0x1e, Uint8Array.of(0, 0x41, 0x26, 0x03), "A☃"],
    ["UniversalString", 0x1c, Uint8Array.of(0, 0, 0, 0x41), "A"],
    ["TeletexString", 0x14, Uint8Array.of(0xe9), "é"],
  ])("%s is read", (_, type, content, expected) => {
    expect(commonName(writeElement(type, content)).display).toBe(expected);
  });
});

describe("serial numbers", () => {
  test.each([
    ["00", "00"],
    ["7f", "7f"],
    ["00ff", "ff"],
    ["0100", "0100"],
    ["ff", "-01"],
    ["80", "-80"],
    ["ff00", "-0100"],
  ])("%s is %s", (content, expected) => {
    expect(renderSerial(Uint8Array.from(Buffer.from(content, "hex")))).toBe(expected);
  });
});

describe("addresses", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::ffff:192.0.2.1", "::ffff:c000:201"],
  ])("%s is written %s", (given, expected) => {
    const address = parseIpAddress(given);
    expect(address && renderIpAddress(address)).toBe(expected);
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "256.1.1.1",
    "0x1.2.3.4",
    "1.2.3.4 ",
    ":::",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::1.2.3",
    "fe80::1%eth0",
    "[::1]",
  ])("%j is none", (given) => {
    expect(parseIpAddress(given)).toBeUndefined();
  });
});

describe("general names", () => {
  test.each([
    [
      "a network of a constraint",
      writePrimitive(7, Uint8Array.of(192, 0, 2, 0, 255, 255, 255, 0)),
      "IP:192.0.2.0/24",
    ],
    [
      "a host of a constraint",
      writePrimitive(7, Uint8Array.of(192, 0, 2, 1, 255, 255, 255, 255)),
      "IP:192.0.2.1/32",
    ],
    ["everything", writePrimitive(7, new Uint8Array(32)), "IP:::/0"],
  ])("%s is written with its prefix", (_, der, expected) => {
    expect(renderGeneralName(readGeneralName(DerReader.over(der), "constraint"))).toBe(expected);
  });

  test("an unknown form is malformed", () => {
    const reader = DerReader.over(writePrimitive(9, text("x")));
    readGeneralName(reader);
    expect(reader.malformation?.reason).toBe("a general name of an unknown form");
  });
});

describe("signed certificate timestamps", () => {
  const timestamp = Uint8Array.of(0, ...new Uint8Array(32).fill(7), 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 3, 0, 0);
  const list = (...parts: readonly Uint8Array[]): Uint8Array => {
    const body = parts.flatMap((part) => [part.length >> 8, part.length & 0xff, ...part]);
    return writeElement(0x04, Uint8Array.of(body.length >> 8, body.length & 0xff, ...body));
  };

  test("say their log and their moment", () => {
    const [first] = readSignedCertificateTimestamps(DerReader.over(list(timestamp)));
    expect(first).toEqual({ version: 0, logId: "07".repeat(32), timestampAt: 2 ** 40 });
  });

  test.each([
    ["cut short", list(timestamp.subarray(0, 20))],
    ["with a wrong length", writeElement(0x04, Uint8Array.of(0, 9, 1))],
  ])("are malformed when %s", (_, der) => {
    const reader = DerReader.over(der);
    readSignedCertificateTimestamps(reader);
    expect(reader.malformation).toBeDefined();
  });
});
