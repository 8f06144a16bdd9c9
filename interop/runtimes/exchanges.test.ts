/** What goes over a connection on Bun and on Deno: bodies of every kind, their ends, redirects, reuse, giving up, deadlines. */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  answering,
  cutTcp,
  identity,
  mintIdentity,
  openHttp,
  openOrigin,
  reply,
  root,
  rootPem,
  type Origin,
} from "../../test/client/origin.ts";
import { openProxy, type TestProxy } from "../../test/client/tunnel-proxy.ts";
import { identityOf, mintCrl, type Minted } from "../../test/pki/index.ts";
import { dayMs, mintLeaf } from "../../test/pki/today.ts";
import type { Ask, Told } from "./ask-program.ts";
import { askOn, askOneOn } from "./ask.ts";
import { binaries } from "./binaries.ts";

const big = Buffer.alloc(24 * 1024 * 1024, "0123456789abcdef");
/** Of today: what a CRL is about is judged by this machine's clock. */
const current = { thisUpdateAt: Date.now() - dayMs, nextUpdateAt: Date.now() + dayMs };
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const text = "what is small is not worth compressing. ".repeat(2_000);

function respond(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", "https://localhost");
  switch (pathname) {
    case "/big":
      return void response.writeHead(200, { "content-length": big.length }).end(big);
    case "/chunked":
      for (let i = 0; i < 200; i++) response.write(`chunk ${i}\n`);
      return void response.end();
    case "/gzip":
      return void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text));
    case "/br":
      return void response.writeHead(200, { "content-encoding": "br" }).end(brotliCompressSync(text));
    case "/echo":
      return void request.pipe(response.writeHead(200));
    case "/moved":
      return void response.writeHead(302, { location: "/chunked" }).end();
    case "/down":
      return void response.writeHead(302, { location: "http://localhost:9/" }).end();
    case "/loop":
      return void response.writeHead(302, { location: "/loop" }).end();
    case "/head-never":
      return;
    case "/body-never":
      return void response.writeHead(200, { "content-length": 10 }).write("half");
    case "/endless":
      response.writeHead(200);
      response.write("more ".repeat(1_000));
      return;
    default:
      response.end("hello");
  }
}

/** By hand, for what Node's server would not do: each ends its connection. */
function endOddly(socket: Parameters<Parameters<typeof openOrigin>[0]>[0]): void {
  socket.once("data", (chunk: Buffer) => {
    const path = chunk.toString("latin1").split(" ")[1];
    const cut = (bytes: string): void => void socket.write(bytes, () => cutTcp(socket));
    if (path === "/short") cut("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    if (path === "/short-orderly") socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    if (path === "/half-chunk") cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf");
    if (path === "/no-last-chunk") cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
    if (path === "/until-close") socket.end("HTTP/1.1 200 OK\r\n\r\nall of it");
    if (path === "/until-cut") cut("HTTP/1.1 200 OK\r\n\r\nall of it");
    if (path === "/nothing") cut("");
  });
}

describe.each(binaries)("on $runtime.name", ({ runtime: { name, shows }, command }) => {
  const isSkipped = command === undefined;
  let origin: Origin;
  let odd: Origin;
  let closing: Origin;
  let mutual: Origin;
  let proxy: TestProxy;
  beforeAll(async () => {
    origin = await openHttp(respond);
    odd = await openOrigin(endOddly);
    closing = await openHttp((_, response) => response.setHeader("connection", "close").end("closed"));
    mutual = await openHttp((_, response) => void response.end("welcome"), {
      tls: { ca: rootPem, requestCert: true, rejectUnauthorized: true },
    });
    proxy = await openProxy({ tls: false });
  });
  afterAll(() => Promise.all([origin, odd, closing, mutual, proxy].map((server) => server.close())));

  const client = { roots: rootPem };
  const ask = (url: string, more: Partial<Ask> = {}): Promise<Told> =>
    askOneOn(command, { url, client, ...more });

  test.skipIf(isSkipped)(`a big body comes whole (skipped without ${name})`, async () => {
    expect(await ask(`${origin.url}/big`)).toMatchObject({
      status: 200,
      bytes: big.length,
      sha256: sha256(big),
      completeness: "complete",
    });
  });

  test.skipIf(isSkipped)(
    `chunks, gzip, brotli and an echo come whole (skipped without ${name})`,
    async () => {
      const body = "a body of the caller's ".repeat(50_000);
      const chunks = Array.from({ length: 200 }, (_, i) => `chunk ${i}\n`).join("");
      const paths: readonly (readonly [string, Ask["options"], string])[] = [
        ["/chunked", {}, chunks],
        ["/gzip", {}, text],
        ["/br", {}, text],
        ["/echo", { method: "POST", body }, body],
        ["/moved", {}, chunks],
      ];
      const all = await askOn(
        command,
        paths.map(([path, options]) => ({ url: origin.url + path, client, options: options ?? {} })),
      );
      expect(all.map(([told]) => [told?.code, told?.sha256])).toEqual(
        paths.map(([, , whole]) => [null, sha256(Buffer.from(whole))]),
      );
    },
  );

  test.skipIf(isSkipped)(
    `a redirect to plaintext is refused, and one that goes in a circle ends (skipped without ${name})`,
    async () => {
      const codes = await askOn(command, [
        { url: `${origin.url}/down`, client },
        { url: `${origin.url}/loop`, client },
      ]);
      expect(codes.map(([told]) => told?.code)).toEqual(["redirect-downgrade", "redirect-loop"]);
    },
  );

  test.skipIf(isSkipped)(`a connection is kept and used again (skipped without ${name})`, async () => {
    const before = origin.accepted.length;
    const [all = []] = await askOn(command, [{ url: `${origin.url}/`, client, times: 5 }]);
    expect(all.map(({ text: said, reused }) => [said, reused])).toEqual([
      ["hello", false],
      ...Array.from({ length: 4 }, () => ["hello", true]),
    ]);
    expect(origin.accepted.length).toBe(before + 1);
  });

  test.skipIf(isSkipped)(
    `a session is resumed where that can be told, and judged again (skipped without ${name})`,
    async () => {
      const [all = []] = await askOn(command, [{ url: `${closing.url}/`, client, times: 3 }]);
      expect(all.map(({ code, kind, reused }) => [code, kind, reused])).toEqual(
        Array.from({ length: 3 }, () => [null, "verified", false]),
      );
      expect(all.slice(1).some(({ resumed }) => resumed)).toBe(shows.sessions);
      for (const { resumed, explained } of all)
        expect(explained.includes("the chain of the first handshake was judged again")).toBe(resumed);
    },
  );

  test.skipIf(isSkipped)(
    `a body that ended early is an error, and one without a mark is not called complete (skipped without ${name})`,
    async () => {
      const expected: readonly (readonly [string, string | null, string])[] = [
        ["/short", "body-truncated", ""],
        ["/short-orderly", "body-truncated", ""],
        ["/half-chunk", "body-truncated", ""],
        ["/no-last-chunk", "body-truncated", ""],
        ["/until-close", null, "unverifiable"],
        ["/until-cut", null, "unverifiable"],
        ["/nothing", "empty-response", ""],
      ];
      const all = await askOn(
        command,
        expected.map(([path]) => ({
          url: odd.url + path,
          client,
          options: { retry: { attempts: 0 } } as never,
        })),
      );
      expect(all.map(([told], i) => [expected[i]?.[0], told?.code, told?.completeness])).toEqual(expected);
    },
  );

  test.skipIf(isSkipped)(
    `deadlines and the caller's signal end a request by name (skipped without ${name})`,
    async () => {
      const timeouts = { headMs: 300, bodyIdleMs: 300 };
      const all = await askOn(command, [
        { url: `${origin.url}/head-never`, client, options: { timeouts } },
        { url: `${origin.url}/body-never`, client, options: { timeouts } },
        { url: `${origin.url}/head-never`, client, options: { timeouts: { totalMs: 300 } } },
        { url: `${origin.url}/endless`, client, abort: true },
      ]);
      expect(all.map(([told]) => told?.code)).toEqual([
        "head-timeout",
        "body-timeout",
        "total-timeout",
        "aborted",
      ]);
    },
  );

  test.skipIf(isSkipped)(`through a proxy's tunnel the same holds (skipped without ${name})`, async () => {
    const through = { ...client, proxy: proxy.url };
    const all = await askOn(command, [
      { url: `${origin.url}/big`, client: through },
      { url: `${odd.url}/short`, client: through },
      { url: `${origin.url}/`, client: { proxy: proxy.url } },
    ]);
    expect(all.map(([told]) => [told?.code, told?.sha256])).toEqual([
      [null, sha256(big)],
      ["body-truncated", ""],
      ["missing-intermediate", ""],
    ]);
    expect(proxy.heads.length).toBeGreaterThanOrEqual(3);
  });

  test.skipIf(isSkipped)(
    `a client certificate is shown to who asks for it (skipped without ${name})`,
    async () => {
      const { cert, key } = mintIdentity({ purposes: ["clientAuth"] });
      const clientCertificate = { cert, key };
      const all = await askOn(command, [
        { url: `${mutual.url}/`, client: { ...client, clientCertificate } },
        { url: `${mutual.url}/`, client },
      ]);
      expect(all.map(([told]) => [told?.code, told?.text])).toEqual([
        [null, "welcome"],
        ["client-certificate-required", ""],
      ]);
      expect(all[0]?.[0]?.clientCertificate).toBe("unseen");
    },
  );

  test.skipIf(isSkipped)(
    `a client that was not told of the root refuses it (skipped without ${name})`,
    async () => {
      const [[mozilla] = [], [leaf] = []] = await askOn(command, [
        { url: `${origin.url}/` },
        { url: `${origin.url}/`, client: { roots: identity.cert } },
      ]);
      expect(mozilla?.code).toBe("missing-intermediate");
      expect(leaf?.code).toBe("ca-file-only-leaf");
    },
  );

  test.skipIf(isSkipped)(`a CRL that is given is checked (skipped without ${name})`, async () => {
    const leaf = mintLeaf("localhost", root);
    const crlOf = (...revoked: readonly Minted[]): string[] => [
      Buffer.from(mintCrl(root, { revoked, ...current })).toString("base64"),
    ];
    await using server = await openOrigin(
      answering(() => reply("x")),
      { tls: identityOf(leaf) },
    );
    const all = await askOn(command, [
      { url: `${server.url}/`, client, crls: crlOf(leaf) },
      { url: `${server.url}/`, client, crls: crlOf() },
    ]);
    expect(all.map(([told]) => told?.code)).toEqual(["revoked", null]);
    expect(all[1]?.[0]?.explained).toContain("the CRLs supplied");
  });

  test.skipIf(isSkipped)(`what cannot be kept is refused by name (skipped without ${name})`, async () => {
    const all = await askOn(command, [
      { url: `${origin.url}/`, client: { ...client, revocation: "stapled" } },
      { url: `${origin.url}/`, client: { ...client, ciphers: "TLS_AES_128_GCM_SHA256" } },
      { url: `${origin.url}/`, client: { ...client, revocation: "off", minVersion: "TLSv1.3" } },
    ]);
    expect(all.map(([told]) => told?.code)).toEqual(["option-invalid", "option-invalid", null]);
    expect(all[0]?.[0]?.message).toContain(`on ${name}, which does not show the OCSP response`);
  });
});
