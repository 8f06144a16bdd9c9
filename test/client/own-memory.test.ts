/** Bytes that the client hands out are their reader's own: given away, to a worker say, they take nothing else along. */
import { brotliCompressSync, constants, createGzip, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import * as zlib from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, createFetch, type Response } from "../../src/index.ts";
import { runtime } from "../runtime.ts";
import { openHttp, rootPem, type Origin } from "./origin.ts";
import { openProxy, type TestProxy } from "./tunnel-proxy.ts";

const text = "the quick brown fox jumps over the lazy dog\n".repeat(4_000);
const plainBytes = new TextEncoder().encode(text);
const { zstdCompressSync } = zlib as { readonly zstdCompressSync?: (data: Uint8Array) => Uint8Array };

const coded: Readonly<Record<string, Uint8Array>> = {
  identity: plainBytes,
  gzip: gzipSync(text),
  deflate: deflateSync(text),
  "raw deflate": deflateRawSync(text),
  br: brotliCompressSync(text),
  "gzip, br": brotliCompressSync(gzipSync(text)),
  ...(runtime.undoesZstd && zstdCompressSync !== undefined ? { zstd: zstdCompressSync(plainBytes) } : {}),
};
/** Sent bit by bit, so that many chunks come out of one decoder's buffer. */
const inPieces = ["small chunks", "small pieces of gzip"];

/** Everything, each chunk given away as soon as it is there. */
async function takeAway(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const taken: Uint8Array[] = [];
  for await (const chunk of chunks) {
    const { buffer, byteOffset, length } = chunk;
    const away = structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    taken.push(new Uint8Array(away, byteOffset, length));
  }
  return Buffer.concat(taken).toString();
}

let origin: Origin;
let proxy: TestProxy;
beforeAll(async () => {
  origin = await openHttp((request, response) => {
    const name = decodeURIComponent((request.url ?? "").slice(1));
    const coding = name.includes("gzip,") ? name : name.split(" ").at(-1);
    const isPlain = name === "identity" || name === "small chunks";
    response.writeHead(200, isPlain ? {} : { "content-encoding": coding });
    const body = coded[name];
    if (body !== undefined) return void response.end(body);
    const sink = isPlain ? response : createGzip({ flush: constants.Z_SYNC_FLUSH });
    if (sink !== response) sink.pipe(response);
    for (let at = 0; at < text.length; at += 400) sink.write(text.slice(at, at + 400));
    sink.end();
  });
  proxy = await openProxy({ tls: false });
});
afterAll(async () => {
  await origin.close();
  await proxy.close();
});

describe.each(["directly", "through a tunnel"])("%s", (way) => {
  let client: Client;
  const get = (name: string): Promise<Response> =>
    client.request(`${origin.url}/${encodeURIComponent(name)}`);
  beforeAll(() => {
    const url = way === "directly" ? null : `http://localhost:${proxy.port}`;
    client = new Client({ roots: rootPem, proxy: url });
  });
  afterAll(() => client.destroy());

  describe.each([...Object.keys(coded), ...inPieces])("a body of %s", (name) => {
    test("in chunks", async () => {
      expect(await takeAway(await get(name))).toBe(text);
    });

    test("as a stream", async () => {
      expect(await takeAway((await get(name)).stream())).toBe(text);
    });

    test("whole", async () => {
      const bytes = await (await get(name)).bytes();
      expect(
        Buffer.from(structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })).toString(),
      ).toBe(text);
    });

    test("as fetch gives it", async () => {
      const url = `${origin.url}/${encodeURIComponent(name)}`;
      const response = await createFetch(client)(url);
      const copy = response.clone();
      expect(await response.text()).toBe(text);
      expect(await copy.text()).toBe(text);
      const { body } = await createFetch(client)(url);
      expect(body && (await takeAway(body))).toBe(text);
    });
  });
});
