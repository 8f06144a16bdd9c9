/** HTTP/2 on Bun and on Deno: chosen by the server, shared by requests, given up stream by stream, and refused as HTTP/1.1 is. */
import { createHash } from "node:crypto";
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHttp2 } from "../../test/client/http2/origin.ts";
import { openHttp, rootPem, type Origin } from "../../test/client/origin.ts";
import { openProxy, type TestProxy } from "../../test/client/tunnel-proxy.ts";
import type { Ask, Told } from "./ask-program.ts";
import { askOn, askOneOn } from "./ask.ts";
import { binaries } from "./binaries.ts";

const big = Buffer.alloc(24 * 1024 * 1024, "0123456789abcdef");
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
/** Answered when all of them are there, so that nothing but sharing gets an answer. */
const together = 40;

/** What the server has seen. */
class Seen {
  requests = 0;
  readonly waiting: ServerHttp2Stream[] = [];
  readonly resets: number[] = [];

  readonly answer = (stream: ServerHttp2Stream, { ":path": path }: IncomingHttpHeaders): void => {
    this.requests++;
    switch (path ?? "/") {
      case "/big":
        stream.respond({ ":status": 200 });
        return void stream.end(big);
      case "/echo":
        stream.respond({ ":status": 200 });
        return void stream.pipe(stream);
      case "/endless":
        stream.respond({ ":status": 200 });
        stream.on("close", () => this.resets.push(stream.rstCode));
        return void stream.write("more ".repeat(1_000));
      case "/together":
        if (this.waiting.push(stream) < together) return;
        for (const each of this.waiting.splice(0)) {
          each.respond({ ":status": 200 });
          each.end("all here");
        }
        return;
      case "/reset":
        return stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      case "/refused-once":
        if (this.requests === 1) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
        break;
      default:
    }
    stream.respond({ ":status": 200 });
    stream.end("hello");
  };
}

describe.each(binaries)("HTTP/2 on $runtime.name", ({ runtime: { name }, command }) => {
  const isSkipped = command === undefined;
  const without = `(skipped without ${name})`;
  const seen = new Seen();
  let origin: Origin;
  let old: Origin;
  let proxy: TestProxy;
  beforeAll(async () => {
    origin = await openHttp2(seen.answer);
    old = await openHttp((_, response) => void response.end("hello"));
    proxy = await openProxy({ tls: false });
  });
  afterAll(() => Promise.all([origin, old, proxy].map((server) => server.close())));

  const client = { roots: rootPem };
  const ask = (path: string, more: Partial<Ask> = {}): Promise<Told> =>
    askOneOn(command, { url: origin.url + path, client, ...more });

  test.skipIf(isSkipped)(`a server that chooses it is spoken to in it, and verified ${without}`, async () => {
    expect(await ask("/")).toMatchObject({
      code: null,
      status: 200,
      text: "hello",
      httpVersion: "2",
      alpn: "h2",
      kind: "verified",
      completeness: "complete",
    });
  });

  test.skipIf(isSkipped)(`bodies go and come whole, through a proxy's tunnel too ${without}`, async () => {
    const body = "a body of the caller's ".repeat(200_000);
    const through = { ...client, proxy: proxy.url };
    const all = await askOn(command, [
      { url: `${origin.url}/big`, client },
      { url: `${origin.url}/echo`, client, options: { method: "POST", body } },
      { url: `${origin.url}/big`, client: through },
      { url: `${origin.url}/echo`, client: through, options: { method: "POST", body } },
    ]);
    const [down, up] = [sha256(big), sha256(Buffer.from(body))];
    expect(all.map(([told]) => [told?.code, told?.alpn, told?.completeness, told?.sha256])).toEqual(
      [down, up, down, up].map((whole) => [null, "h2", "complete", whole]),
    );
  });

  test.skipIf(isSkipped)(`many at once share a connection ${without}`, async () => {
    const before = origin.accepted.length;
    const [all = []] = await askOn(command, [{ url: `${origin.url}/together`, client, atOnce: together }]);
    expect(all.map(({ text }) => text)).toEqual(Array.from({ length: together }, () => "all here"));
    expect(origin.accepted.length).toBe(before + 1);
  });

  test.skipIf(isSkipped)(
    `giving one up resets its stream, and the connection goes on ${without}`,
    async () => {
      const before = origin.accepted.length;
      const [all = []] = await askOn(command, [
        { url: `${origin.url}/endless`, client, abort: true, times: 3 },
      ]);
      expect(all.map(({ code }) => code)).toEqual(["aborted", "aborted", "aborted"]);
      expect(origin.accepted.length).toBe(before + 1);
      // The last one can have gone with its process.
      expect(seen.resets.slice(0, 2)).toEqual([constants.NGHTTP2_CANCEL, constants.NGHTTP2_CANCEL]);
    },
  );

  test.skipIf(isSkipped)(`what the server resets is an error, or is sent again ${without}`, async () => {
    const all = await askOn(command, [{ url: `${origin.url}/reset`, client }]);
    expect(all.map(([told]) => told?.code)).toEqual(["http2-stream-reset"]);
    seen.requests = 0;
    expect(await ask("/refused-once")).toMatchObject({ code: null, text: "hello", attempts: 2 });
  });

  test.skipIf(isSkipped)(
    `a certificate that is refused is refused before any request ${without}`,
    async () => {
      const before = seen.requests;
      const all = await askOn(command, [
        { url: `${origin.url}/` },
        { url: `${origin.url}/`, client, options: { identity: "other.example" } },
      ]);
      expect(all.map(([told]) => told?.code)).toEqual(["missing-intermediate", "wrong-host"]);
      expect(seen.requests).toBe(before);
    },
  );

  test.skipIf(isSkipped)(`a server without it is told so where nothing else will do ${without}`, async () => {
    // Says nothing to what is offered (RFC 7301).
    await using silent = await openHttp((_, response) => void response.end("hello"), {
      tls: { ALPNProtocols: [] },
    });
    const all = await askOn(command, [
      { url: `${old.url}/`, client },
      { url: `${old.url}/`, client, options: { protocol: "h2" } },
      { url: `${silent.url}/`, client, options: { protocol: "h2" } },
    ]);
    expect(all.map(([told]) => [told?.code, told?.httpVersion])).toEqual([
      [null, "1.1"],
      ["alpn-mismatch", ""],
      ["http2-not-chosen", ""],
    ]);
  });

  test.skipIf(isSkipped)(`in plain it is spoken where it is asked for ${without}`, async () => {
    await using plain = await openHttp2(new Seen().answer, { tls: false });
    const told = await askOneOn(command, { url: `${plain.url}/`, options: { protocol: "h2" } });
    expect(told).toMatchObject({ code: null, text: "hello", httpVersion: "2" });
  });
});
