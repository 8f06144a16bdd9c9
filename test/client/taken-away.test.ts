/** Who visits a body in place, and transfers the memory that it was shown, is told so, and so is whoever shared the connection. */
import { describe, expect, test } from "vitest";
import { Client, type Response } from "../../src/index.ts";
import { openScript, type Talk } from "./http2/origin.ts";
import { openOrigin, rootPem, until, type Origin } from "./origin.ts";

const trusting = { roots: rootPem, environment: {} };
const message = 'The option "forEachChunk" was given a function that transferred a chunk\'s memory';

function transfer({ buffer }: Uint8Array): void {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
}

/** Visits a body whose second chunk, which lies where it was read, is taken away by `take`. */
function visited(
  response: Response,
  take: (chunk: Uint8Array) => unknown,
): { readonly outcome: Promise<string>; readonly count: () => number } {
  let count = 0;
  const visit = response.forEachChunk((chunk) => (++count === 2 ? take(chunk) : undefined));
  const outcome = visit.then(
    () => "read",
    (error: Error) => error.message,
  );
  return { outcome, count: () => count };
}

describe("over HTTP/2", () => {
  let talk: Talk | undefined;
  const open = (): Promise<Origin> =>
    openScript({ onRequest: (heard, stream) => (talk = heard).head(stream, 200) });

  test("at once", async () => {
    await using origin = await open();
    await using client = new Client(trusting);
    const first = await client.request(origin.url);
    const second = await client.request(origin.url);
    const { outcome, count } = visited(first, transfer);
    const other = second.text().catch((error: Error) => error.message);
    talk?.data(1, "first", false);
    talk?.say();
    await until(() => count() === 1);
    talk?.data(1, "last", true);
    talk?.data(3, "another's", true);
    talk?.say();
    expect(await other).toContain(message);
    await outcome;
  });

  test("while it was lent: nobody else is concerned", async () => {
    await using origin = await open();
    await using client = new Client(trusting);
    const { outcome, count } = visited(await client.request(origin.url), (chunk) =>
      Promise.resolve().then(() => transfer(chunk)),
    );
    for (const [at, text] of ["first", "second", "third"].entries()) {
      talk?.data(1, text, at === 2);
      talk?.say();
      await until(() => count() > at);
    }
    expect(await outcome).toBe("read");
  });
});

test("over HTTP/1.1", async () => {
  await using origin = await openOrigin((socket) => {
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
  });
  await using client = new Client(trusting);
  const { outcome, count } = visited(await client.request(origin.url), transfer);
  const [socket] = origin.accepted;
  socket?.write("1\r\na\r\n");
  await until(() => count() === 1);
  socket?.write("1\r\nb\r\n1\r\nc\r\n0\r\n\r\n");
  expect(await outcome).toContain(message);
});
