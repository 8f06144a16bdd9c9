/** The Huffman code, both ways: RFC 7541 §5.2, Appendix B. */
import { describe, expect, it } from "vitest";
import { codeLengths, codes, endOfString } from "./huffman-code.ts";
import { decodeHuffman, mostDecoded } from "./huffman-decoder.ts";
import { huffmanOctets, writeHuffman } from "./huffman-encoder.ts";

function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(huffmanOctets(text) + 1);
  const length = writeHuffman(text, bytes, 0);
  if (length !== bytes.length - 1) throw new Error("as many octets are written as are said to be needed");
  return bytes.subarray(0, length);
}

function decode(bytes: Uint8Array): string {
  const out = new Uint8Array(mostDecoded(bytes.length));
  const length = decodeHuffman(bytes, 0, bytes.length, out);
  return Buffer.from(out.subarray(0, length)).toString("latin1");
}

describe("the code", () => {
  it.each([
    [" ", 0x14, 6],
    ["0", 0x0, 5],
    ["a", 0x3, 5],
    ["z", 0x7b, 7],
    ["&", 0xf8, 8],
    ["!", 0x3f8, 10],
    ["\0", 0x1ff8, 13],
    ["\\", 0x7fff0, 19],
    ["\n", 0x3ffffffc, 30],
    ["\x80", 0xfffe6, 20],
    ["\xff", 0x3ffffee, 26],
  ])("of %j is that of Appendix B", (text, code, length) => {
    expect([codes[text.charCodeAt(0)], codeLengths[text.charCodeAt(0)]]).toEqual([code, length]);
  });

  it("has thirty ones for EOS, and leaves no bits unused", () => {
    expect([codes[endOfString], codeLengths[endOfString]]).toEqual([0x3fff_ffff, 30]);
    expect([...codeLengths].reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
  });
});

describe("text", () => {
  it.each([
    ["www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"],
    ["no-cache", "a8eb10649cbf"],
    ["custom-key", "25a849e95ba97d7f"],
    ["custom-value", "25a849e95bb8e8b4bf"],
    ["302", "6402"],
    ["private", "aec3771a4b"],
    ["", ""],
  ])("%j is coded as in Appendix C.4 and C.6", (text, coded) => {
    expect(Buffer.from(encode(text)).toString("hex")).toBe(coded);
  });

  it("of any two octets comes back", () => {
    const different: string[] = [];
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        const text = String.fromCharCode(first, second, first);
        if (decode(encode(text)) !== text) different.push(text);
      }
    }
    expect(different).toEqual([]);
  });

  it("of characters that are not octets has no length", () => {
    expect(huffmanOctets("aĀ")).toBeNaN();
    expect(huffmanOctets("\u{1f600}")).toBeNaN();
  });

  it("is at most 1.6 times as long as what it was coded in", () => {
    expect(decode(new Uint8Array(5))).toBe("0".repeat(mostDecoded(5)));
    expect(mostDecoded(5)).toBe(8);
  });
});
