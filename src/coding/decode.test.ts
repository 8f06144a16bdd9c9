/** Bodies before their codings, within bounds. */
import * as zlib from "node:zlib";
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { runtime } from "../../test/runtime.ts";
import { HttpsError } from "../core/index.ts";
import { fieldsFrom } from "../http1/index.ts";
import { acceptedCodings, areCodingsKnown, codingLimits, decodeBody, type EncodedBody } from "./index.ts";

const text = Array.from({ length: 2_000 }, (_, line) => `line ${line} ${Math.sqrt(line)}\n`).join("");
const { zstdCompressSync } = zlib as { readonly zstdCompressSync?: (bytes: string) => Uint8Array };

type Options = Partial<Omit<EncodedBody, "fields" | "encoded">>;

async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function decode(coding: string, encoded: Uint8Array, options: Options = {}): Promise<Buffer> {
  const fields = fieldsFrom([["Content-Encoding", coding]]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of decodeBody({ ...options, fields, encoded: chunksOf(encoded) }))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a whole or a cut body comes to: text, or a code. */
const outcome = (coding: string, encoded: Uint8Array, options: Options = {}): Promise<string> =>
  decode(coding, encoded, options).then(String, (error: unknown) =>
    error instanceof HttpsError ? error.code : String(error),
  );

const whole: readonly (readonly [name: string, coding: string, encoded: Uint8Array])[] = [
  ["gzip", "gzip", gzipSync(text)],
  ["gzip of several members", "gzip", Buffer.concat([gzipSync(text.slice(0, 99)), gzipSync(text.slice(99))])],
  ["deflate as zlib writes it", "deflate", deflateSync(text)],
  ["deflate as zlib stores it", "deflate", deflateSync(text, { level: 0 })],
  ["deflate without zlib's header", "deflate", deflateRawSync(text)],
  ["brotli", "br", brotliCompressSync(text)],
  ...(runtime.undoesZstd && zstdCompressSync !== undefined
    ? [["zstd", "zstd", zstdCompressSync(text)] as const]
    : []),
];

describe("what was encoded is decoded", () => {
  it.each(whole)("from %s", async (_name, coding, encoded) => {
    expect(await outcome(coding, encoded)).toBe(text);
  });

  it.each(whole)("from %s, byte by byte", async (_name, coding, encoded) => {
    const fields = fieldsFrom([["Content-Encoding", coding]]);
    const bytes = Array.from(encoded.subarray(0, 300), (byte) => Uint8Array.of(byte));
    const rest = encoded.subarray(300);
    let decoded = "";
    for await (const chunk of decodeBody({ fields, encoded: chunksOf(...bytes, new Uint8Array(0), rest) }))
      decoded += Buffer.from(chunk).toString();
    expect(decoded).toBe(text);
  });

  it("the last coding is undone first", async () => {
    expect(await outcome("deflate, gzip, br", brotliCompressSync(gzipSync(deflateSync(text))))).toBe(text);
  });

  it("without codings, as it came", async () => {
    expect(await outcome("identity", Buffer.from(text))).toBe(text);
  });

  it.each(["gzip", "br", "deflate", "gzip, gzip"])("nothing at all is nothing: %s", async (coding) => {
    expect(await outcome(coding, new Uint8Array(0))).toBe("");
  });

  it("each chunk owns its memory", async () => {
    const fields = fieldsFrom([["Content-Encoding", "gzip"]]);
    for await (const { buffer, byteLength } of decodeBody({ fields, encoded: chunksOf(gzipSync(text)) }))
      expect(buffer.byteLength).toBe(byteLength);
  });
});

describe("what is not what it says is an error", () => {
  it.each(whole)("%s that is cut", async (_name, coding, encoded) => {
    for (const length of [1, 5, 100, encoded.length >> 1, encoded.length - 1])
      expect([length, await outcome(coding, encoded.subarray(0, length))]).toEqual([
        length,
        "content-coding-malformed",
      ]);
  });

  it.each(whole)("%s with a byte behind its end", async (_name, coding, encoded) => {
    expect(await outcome(coding, Buffer.concat([encoded, Uint8Array.of(7)]))).toBe(
      "content-coding-malformed",
    );
  });

  it.each(["gzip", "br", "deflate"])("text that claims to be %s", async (coding) => {
    expect(await outcome(coding, Buffer.from("x is text"))).toBe("content-coding-malformed");
  });

  it("gzip with a wrong check", async () => {
    const encoded = new Uint8Array(gzipSync(text)).fill(0, -8, -4);
    expect(await outcome("gzip", encoded)).toBe("content-coding-malformed");
  });

  it.each(["compress", "constructor", "__proto__", "toString", "x-br"])("the coding %s", async (coding) => {
    await expect(decode(coding, Buffer.from("x"))).rejects.toMatchObject({
      code: "content-coding-unknown",
      detail: { coding: coding.toLowerCase() },
    });
  });

  it("what breaks off the body is told as it is", async () => {
    const broken = new HttpsError("body-cancelled", { bytesReceived: 20 });
    async function* encoded(): AsyncGenerator<Uint8Array> {
      yield gzipSync(text).subarray(0, 20);
      throw broken;
    }
    const fields = fieldsFrom([["Content-Encoding", "gzip"]]);
    const body = decodeBody({ fields, encoded: encoded() })[Symbol.asyncIterator]();
    await expect(body.next()).rejects.toBe(broken);
  });

  it("a coding that nobody knows below one that is known", async () => {
    expect(await outcome("compress, gzip", gzipSync(text))).toBe("content-coding-unknown");
  });
});

describe("within bounds", () => {
  const floor = codingLimits.ratioFloorBytes.value;
  const zeros = (bytes: number): Uint8Array => gzipSync(new Uint8Array(bytes));

  it("a body below the floor may be of any ratio", async () => {
    expect(await decode("gzip", zeros(floor))).toHaveLength(floor);
  });

  it("above it, not past the ratio", async () => {
    await expect(decode("gzip", zeros(floor + 1))).rejects.toMatchObject({
      code: "decompression-bomb",
      detail: { limit: "ratio", value: codingLimits.decodedRatio.value },
    });
    expect(await decode("gzip", zeros(floor + 1), { maxRatio: 2_000 })).toHaveLength(floor + 1);
  });

  it("not past the size, each byte of it counted", async () => {
    expect(await decode("gzip", gzipSync("12345"), { maxBytes: 5 })).toHaveLength(5);
    await expect(decode("gzip", gzipSync("123456"), { maxBytes: 5 })).rejects.toMatchObject({
      code: "decompression-bomb",
      detail: { limit: "bytes", value: 5, decodedBytes: 6 },
    });
  });

  it("a bomb between two codings is found before it is unpacked", async () => {
    const bomb = createGzip();
    const inner: Uint8Array[] = [];
    bomb.on("data", (chunk: Uint8Array) => inner.push(chunk));
    for (let i = 0; i < 100; i++) bomb.write(new Uint8Array(1_000_000));
    await new Promise<void>((resolve) => bomb.end(resolve).on("end", resolve));
    await expect(decode("gzip, gzip", gzipSync(Buffer.concat(inner)))).rejects.toMatchObject({
      code: "decompression-bomb",
      detail: { decodedBytes: expect.any(Number) as number },
    });
  });

  it("what nobody reads on is let go of", async () => {
    let letGo = (): void => {};
    const released = new Promise<void>((resolve) => (letGo = resolve));
    async function* encoded(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield gzipSync(text);
      } finally {
        letGo();
      }
    }
    const fields = fieldsFrom([["Content-Encoding", "gzip"]]);
    for await (const chunk of decodeBody({ fields, encoded: encoded() })) if (chunk.length > 0) break;
    await released;
  });
});

it("what is offered is what is known, the best first", () => {
  expect(acceptedCodings).toBe(runtime.undoesZstd ? "zstd, br, gzip, deflate" : "br, gzip, deflate");
});

it("zstd is offered where its decoder notices a frame that was cut short, and there alone", () => {
  const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };
  const notices = (): boolean => {
    try {
      zstdDecompressSync?.(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd));
      return false;
    } catch {
      return true;
    }
  };
  expect(acceptedCodings.includes("zstd")).toBe(notices());
});

it.each([
  ["identity", true],
  ["gzip", true],
  ["gzip, br", true],
  ["compress", false],
  ["gzip, compress", false],
  ["compress, gzip", false],
])("all of %j can be undone: %s", (codings, areKnown) => {
  expect(areCodingsKnown(fieldsFrom([["Content-Encoding", codings]]))).toBe(areKnown);
});
