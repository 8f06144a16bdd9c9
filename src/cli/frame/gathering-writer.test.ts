/** A writer that gathers: every byte in order, whatever a write takes, and what it throws where one cannot be made. */
import { existsSync } from "node:fs";
import { open, mkdtemp, readFile, rm, type FileHandle } from "node:fs/promises";
import { createHash, randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GatheringWriter } from "./gathering-writer.ts";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "meerkat-gather-"))));
afterAll(() => rm(folder, { recursive: true }));

const sumOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A file whose writes take `bytes` at most, and are counted. */
async function openSlow(path: string, bytes: number): Promise<{ handle: FileHandle; writes: () => number }> {
  const handle = await open(path, "w");
  const write = handle.write.bind(handle) as (...args: readonly unknown[]) => Promise<unknown>;
  let writes = 0;
  Object.assign(handle, {
    write: (buffer: Uint8Array, at: number) => {
      writes++;
      return write(buffer, at, Math.min(bytes, buffer.length - at));
    },
  });
  return { handle, writes: () => writes };
}

test.each([
  ["small ones, by a thread", 16_384, false],
  ["of odd lengths, by a thread", 70_001, false],
  ["larger than what is gathered, by a thread", 2_500_000, false],
  ["small ones, at once", 16_384, true],
  ["of odd lengths, at once", 70_001, true],
  ["larger than what is gathered, at once", 2_500_000, true],
])("chunks are written in order: %s", async (name, chunkBytes, isPrompt) => {
  const content = randomBytes(5_000_000);
  const path = join(folder, name);
  const { handle } = await openSlow(path, 100_000);
  const writer = new GatheringWriter(handle, isPrompt);
  const buffer = new Uint8Array(chunkBytes);
  for (let at = 0; at < content.length; at += chunkBytes) {
    const part = content.subarray(at, at + chunkBytes);
    buffer.set(part);
    await writer.take(buffer.subarray(0, part.length));
    buffer.fill(0); // Read into again, as a body's is.
  }
  await writer.end();
  await handle.close();
  expect(sumOf(await readFile(path))).toBe(sumOf(content));
});

test("what comes within a turn is one write, and what comes during a write is another", async () => {
  const { handle, writes } = await openSlow(join(folder, "gathered"), Infinity);
  const writer = new GatheringWriter(handle, false);
  for (let chunk = 0; chunk < 10; chunk++) expect(writer.take(new Uint8Array(16_384))).toBeUndefined();
  await new Promise((resolve) => setImmediate(resolve));
  expect(writes()).toBe(1);
  for (let chunk = 0; chunk < 10; chunk++) expect(writer.take(new Uint8Array(16_384))).toBeUndefined();
  await writer.end();
  await handle.close();
  expect(writes()).toBe(2);
});

test.each([true, false])(
  "what is taken is written without waiting for more (at once: %s)",
  async (isPrompt) => {
    const path = join(folder, `slow-${isPrompt}`);
    const handle = await open(path, "w");
    const writer = new GatheringWriter(handle, isPrompt);
    void writer.take(Buffer.from("a line"));
    while ((await readFile(path, "utf8")) !== "a line") await new Promise((resolve) => setImmediate(resolve));
    await writer.end();
    await handle.close();
  },
);

test.skipIf(!existsSync("/dev/full")).each([true, false])(
  "a write that fails is thrown by the end, and by what is taken next (at once: %s)",
  async (isPrompt) => {
    const handle = await open("/dev/full", "w");
    const writer = new GatheringWriter(handle, isPrompt);
    void writer.take(new Uint8Array(10));
    await expect(writer.end()).rejects.toMatchObject({ code: "ENOSPC" });
    expect(() => writer.take(new Uint8Array(10))).toThrow("ENOSPC");
    const other = new GatheringWriter(handle, isPrompt);
    const taking = async (): Promise<void> => other.take(new Uint8Array(3_000_000));
    await expect(taking()).rejects.toMatchObject({ code: "ENOSPC" });
    await handle.close();
  },
);
