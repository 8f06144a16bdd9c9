/** What came of a body in one read is one chunk, whatever frames it was in; what came before an end is read before it. */
import { expect, test } from "vitest";
import { Client, type Response } from "../../../src/index.ts";
import { rootPem, until } from "../origin.ts";
import { openScript, type Script } from "./origin.ts";

const trusting = { roots: rootPem, environment: {} };

/** Its chunks, and the code of the error behind them. */
async function chunksOf(response: Response): Promise<{ chunks: string[]; code: string | undefined }> {
  const chunks: string[] = [];
  try {
    for await (const chunk of response) chunks.push(Buffer.from(chunk).toString());
  } catch (error) {
    return { chunks, code: (error as { code: string }).code };
  }
  return { chunks, code: undefined };
}

/** What one request's reader gets of what the server says in one write, so that it comes in one read. */
async function read(onRequest: NonNullable<Script["onRequest"]>): ReturnType<typeof chunksOf> {
  await using origin = await openScript({ onRequest });
  await using client = new Client(trusting);
  return await chunksOf(await client.request(origin.url));
}

test("content of several frames is one chunk", async () => {
  const found = await read((talk, stream) => {
    talk.head(stream, 200);
    talk.data(stream, "one ", false);
    talk.data(stream, "two ", false);
    talk.writer.ping(false, new Uint8Array(8), 0);
    talk.data(stream, "three", true);
  });
  expect(found).toEqual({ chunks: ["one two three"], code: undefined });
});

test("content of two streams in turns is a chunk for each", async () => {
  let first = 0;
  await using origin = await openScript({
    onRequest: (talk, stream) => {
      if (first === 0) return void (first = stream);
      for (const id of [first, stream]) talk.head(id, 200);
      for (const part of ["a", "b", "c"])
        for (const id of [first, stream]) talk.data(id, `${id}${part} `, part === "c");
    },
  });
  await using client = new Client(trusting);
  const found = await Promise.all([1, 2].map(async () => chunksOf(await client.request(origin.url))));
  expect(found.map(({ chunks }) => chunks)).toEqual([["1a 1b 1c "], ["3a 3b 3c "]]);
});

test("who takes the body whole, or visits it, gets all of it", async () => {
  await using origin = await openScript({
    onRequest: (talk, stream) => {
      talk.head(stream, 200);
      for (const part of ["one ", "two ", "three"]) talk.data(stream, part, part === "three");
    },
  });
  await using client = new Client(trusting);
  expect(await (await client.request(origin.url)).text()).toBe("one two three");
  let visited = "";
  const response = await client.request(origin.url);
  await response.forEachChunk((chunk) => void (visited += Buffer.from(chunk).toString()));
  expect(visited).toBe("one two three");
});

test("what came before a reset is read before it", async () => {
  const found = await read((talk, stream) => {
    talk.head(stream, 200);
    talk.data(stream, "one ", false);
    talk.data(stream, "two", false);
    talk.writer.reset(stream, "INTERNAL_ERROR");
  });
  expect(found).toEqual({ chunks: ["one two"], code: "http2-stream-reset" });
});

test("what came before the connection's end is read before it", async () => {
  const pushed = Uint8Array.of(0, 0, 4, 5, 4, 0, 0, 0, 1, 0, 0, 0, 2);
  const found = await read((talk, stream) => {
    talk.head(stream, 200);
    talk.data(stream, "one ", false);
    talk.data(stream, "two", false);
    talk.writer.raw(pushed);
  });
  expect(found).toEqual({ chunks: ["one two"], code: "http2-protocol-broken" });
});

test("what nobody reads costs what its window says, though each octet comes in a read of its own", async () => {
  const fullBytes = 262_144;
  // A chunk of one octet counts for more than 256, and is a chunk of its own until the queue is full.
  const chunksUntilFull = Math.ceil(fullBytes / 257);
  const octets = chunksUntilFull + 2_000;
  let next: () => void = () => {};
  await using origin = await openScript({
    onRequest: (talk, stream) => {
      talk.head(stream, 200);
      let sent = 0;
      next = () => {
        talk.data(stream, String(sent % 10), ++sent === octets);
        talk.say();
      };
    },
  });
  await using client = new Client(trusting);
  let received = 0;
  const response = await client.request(origin.url, {
    onDownloadProgress: (bytes) => {
      received = bytes;
      next();
    },
  });
  next();
  await until(() => received === octets);
  const { chunks } = await chunksOf(response);
  expect(chunks.join("")).toBe(Array.from({ length: octets }, (_, at) => at % 10).join(""));
  expect(chunks.length).toBeLessThan(chunksUntilFull + 10);
});

test("who gives a body up while another's content is handed on gets nothing of it", async () => {
  const asked: number[] = [];
  await using origin = await openScript({
    onRequest: (talk, stream) => {
      asked.push(stream);
      if (asked.length < 3) return talk.head(stream, 200);
      const [first = 0, second = 0] = asked;
      talk.data(second, "content", false);
      talk.data(first, "content", true);
      talk.head(stream, 204, true);
    },
  });
  await using client = new Client(trusting);
  const control = new AbortController();
  const one = await client.request(origin.url, { onDownloadProgress: () => control.abort() });
  const other = await client.request(origin.url, { signal: control.signal });
  const [{ value: chunk }] = await Promise.all([
    one[Symbol.asyncIterator]().next() as Promise<{ value: Uint8Array }>,
    client.request(origin.url),
  ]);
  expect(Buffer.from(chunk).toString()).toBe("content");
  expect(await chunksOf(other)).toEqual({ chunks: [], code: "aborted" });
});
