/** What comes out of a body's decoders is held against what went in: at each bound, and one byte past it. */
import { describe, expect, it } from "vitest";
import { codingLimits } from "./limits.ts";
import { Meter, type DecodeLimits } from "./meter.ts";

async function* chunksOf(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size);
}

/** Bytes that come through, of chunks that are decoded from as many encoded bytes. */
async function measure(
  encoded: number,
  decoded: readonly number[],
  limits: DecodeLimits = {},
): Promise<number> {
  const meter = new Meter(limits);
  for await (const chunk of meter.countEncoded(chunksOf(encoded))) expect(chunk).toHaveLength(encoded);
  let bytes = 0;
  for await (const chunk of meter.checkDecoded(chunksOf(...decoded))) bytes += chunk.length;
  return bytes;
}

describe("the ratio", () => {
  const floor = codingLimits.ratioFloorBytes.value;
  const half = (floor + 2) / 2;

  it("may be reached, and not passed", async () => {
    expect(await measure(half, [floor, 2], { maxRatio: 2 })).toBe(floor + 2);
    await expect(measure(half, [floor, 3], { maxRatio: 2 })).rejects.toMatchObject({
      code: "decompression-bomb",
      detail: { encodedBytes: half, decodedBytes: floor + 3, limit: "ratio", value: 2 },
    });
  });

  it("does not count up to its floor", async () => {
    expect(await measure(1, [floor], { maxRatio: 2 })).toBe(floor);
    await expect(measure(1, [floor, 1], { maxRatio: 2 })).rejects.toMatchObject({
      code: "decompression-bomb",
      detail: { encodedBytes: 1, decodedBytes: floor + 1, limit: "ratio", value: 2 },
    });
  });
});

it("the size may be reached, and not passed", async () => {
  expect(await measure(4, [3, 2], { maxBytes: 5 })).toBe(5);
  await expect(measure(4, [3, 3], { maxBytes: 5 })).rejects.toMatchObject({
    code: "decompression-bomb",
    detail: { encodedBytes: 4, decodedBytes: 6, limit: "bytes", value: 5 },
  });
});
