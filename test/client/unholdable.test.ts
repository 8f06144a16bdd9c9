/** A body that cannot be held ends its request: what is thrown inside a read ends neither the process nor the client. */
import { constants } from "node:buffer";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Client, type RequestOptions, type Response } from "../../src/index.ts";
import { openHttp, rootPem, type Origin } from "./origin.ts";

const mebibyte = 1_048_576;
const body = new Uint8Array(3 * mebibyte).fill(120);
const noLimits: RequestOptions = {
  maxBodyBytes: Infinity,
  maxDecodedBytes: Infinity,
  maxDecodedRatio: Infinity,
};

let origin: Origin;
let client: Client;
beforeAll(async () => {
  origin = await openHttp((request, response) => {
    if (request.url === "/gzip") response.writeHead(200, { "content-encoding": "gzip" });
    if (request.url === "/announced") response.writeHead(200, { "content-length": body.length });
    response.end(request.url === "/gzip" ? gzipSync(body) : body);
  });
  client = new Client({ roots: rootPem, environment: {} });
});
afterAll(async () => {
  await client.close();
  await origin.close();
});
afterEach(() => vi.unstubAllGlobals());

const get = (path: string): Promise<Response> => client.request(origin.url + path, noLimits);

/** No more than a mebibyte can be had at once. */
function limitMemory(): void {
  const limited = new Proxy(Uint8Array, {
    construct: (target, given: readonly unknown[], as) => {
      if (typeof given[0] === "number" && given[0] > mebibyte)
        throw new RangeError("Array buffer allocation failed");
      return Reflect.construct(target, given, as) as Uint8Array;
    },
  });
  vi.stubGlobal("Uint8Array", limited);
}

describe("without limits", () => {
  test.each(["/announced", "/chunked", "/gzip"])("a body is held whole: %s", async (path) => {
    expect((await (await get(path)).bytes()).length).toBe(body.length);
  });

  test.each(["/announced", "/chunked", "/gzip"])(
    "a body for which there is no memory is an error: %s",
    async (path) => {
      const response = await get(path);
      limitMemory();
      const outcome = response.bytes();
      await expect(outcome).rejects.toMatchObject({ code: "body-too-large", detail: { limit: "memory" } });
      vi.unstubAllGlobals();
      expect((await (await get(path)).bytes()).length).toBe(body.length);
    },
  );

  // What Node throws, from a decoder of the test's: half a gigabyte is too much to send.
  test.each(["text", "json"] as const)(
    "a body longer than a string can be is an error of %s()",
    async (read) => {
      const response = await get("/announced");
      const decode = vi.spyOn(TextDecoder.prototype, "decode").mockImplementation(() => {
        throw new RangeError("Cannot create a string longer than 0x1fffffe8 characters");
      });
      const outcome = response[read]().finally(() => decode.mockRestore());
      await expect(outcome).rejects.toMatchObject({
        code: "body-too-large",
        detail: { limit: "string", value: constants.MAX_STRING_LENGTH },
      });
    },
  );
});

test("whatever is thrown inside a read rejects the request that was being read", async () => {
  const response = await get("/chunked");
  const slice = vi.spyOn(Uint8Array.prototype, "slice").mockImplementation(() => {
    throw new RangeError("Array buffer allocation failed");
  });
  const outcome = (async () => {
    for await (const chunk of response) void chunk;
  })();
  await expect(outcome.finally(() => slice.mockRestore())).rejects.toThrow("Array buffer allocation failed");
  expect((await (await get("/chunked")).bytes()).length).toBe(body.length);
});
