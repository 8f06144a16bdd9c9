/** Every door of the client on Bun and on Deno: what comes through it, and who is refused, with a code that can be reached. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mintIdentity, openHttp, rootPem, type Origin } from "../../test/client/origin.ts";
import { openStartTlsServer, startTlsTurns } from "../../test/client/start-tls-server.ts";
import { openProxy } from "../../test/client/tunnel-proxy.ts";
import { mintRoot, now, yearMs } from "../../test/pki/today.ts";
import { node, type Runtime, type RuntimeName } from "../../src/runtime/index.ts";
import { binaries, run } from "./binaries.ts";
import type { Servers } from "./doors-program.ts";

const big = Buffer.alloc(3 * 1024 * 1024, "meerkats stand upright ");

function respond(request: IncomingMessage, response: ServerResponse): void {
  const coded = (coding: string, bytes: Buffer): void =>
    void response.writeHead(200, { "content-encoding": coding }).end(bytes);
  const path: string = request.url ?? "/";
  switch (path) {
    case "/big":
      return void response.end(big);
    case "/echo":
      return void request.pipe(response.writeHead(200));
    case "/gzip":
      return coded("gzip", gzipSync(big));
    case "/br":
      return coded("br", brotliCompressSync(big));
    case "/deflate":
      return coded("deflate", deflateSync(big));
    case "/bad-gzip":
      return coded("gzip", gzipSync(big).subarray(0, 500));
    case "/never":
      return;
    case "/half":
      return void response.writeHead(200, { "content-length": 10 }).write("half");
    case "/set-cookie":
      return void response.setHeader("set-cookie", "a=b; Path=/; Secure").end("set");
    case "/cookie":
      return void response.end(request.headers.cookie ?? "none");
    default:
      response.end("hello");
  }
}

const here = { runtime: node, command: [process.execPath, "--import", "tsx"] };

/** Why a server, or a proxy in front of it, is refused, whichever door was gone through. */
const refusals: Readonly<Record<string, string>> = {
  stranger: "missing-intermediate",
  expired: "expired",
  otherName: "wrong-host",
  "through the plain proxy to a stranger": "missing-intermediate",
  "through the secure proxy to a stranger": "missing-intermediate",
  "through the stranger proxy": "proxy-unreachable",
  "through the stranger proxy to a stranger": "proxy-unreachable",
};
const answers: Readonly<Record<string, string>> = {
  good: "hello",
  "through the plain proxy": "hello",
  "through the secure proxy": "hello",
  "connect: STARTTLS": "verified: 250 mx.example",
  "startTls: STARTTLS": "verified: 250 mx.example",
  "createFetch: takes a Request": "asked",
  "installed fetch: takes a Request": "asked",
  "MeerkatAgent: keeps its socket": "1 socket",
  "MeerkatAgent: refuses rejectUnauthorized: false": "option-invalid",
  "installed https: refuses rejectUnauthorized: false": "option-invalid",
  "installed https: agent: false": "missing-intermediate",
  "request: a damaged gzip": "content-coding-malformed",
  "createFetch: a damaged gzip": "content-coding-malformed",
  "request: aborted before the head": "aborted",
  "createFetch: aborted before the head": "TimeoutError",
  "createFetch: aborted within the body": "AbortError",
  "MeerkatAgent: aborted before the head": "AbortError",
  "MeerkatDispatcher: aborted before the head": "TimeoutError",
  "MeerkatDispatcher: a head that is late": "head-timeout",
  "request: a body that stops": "body-timeout",
  "connect: aborted": "aborted",
  "request: cookies": "a=b",
  "request: ends with its stream's error": "request-body-failed",
  "Client: disposed of": "hello",
};

/** What an attempt comes to on Node; everything else that is read or sent is to be whole. */
function outcomeOnNode(attempt: string): string {
  const what = attempt.slice(attempt.indexOf(": ") + 2);
  return answers[attempt] ?? refusals[what] ?? answers[what] ?? "whole";
}

/** Where a runtime differs. */
function outcomeOn({ name, shows, asksDispatchers }: Runtime, attempt: string): string {
  if (!asksDispatchers && attempt.startsWith("MeerkatDispatcher: ")) return "runtime-unfit";
  // On a socket of the caller's, a server cannot be asked once more.
  const isUnseen = !shows.refusedChain && ["startTls: stranger", "startTls: expired"].includes(attempt);
  if (isUnseen) return "chain-not-shown";
  return aside[name]?.[attempt] ?? outcomeOnNode(attempt);
}

const aside: Partial<Record<RuntimeName, Readonly<Record<string, string>>>> = {};

describe("every door", () => {
  const open: Origin[] = [];
  let folder: string;
  let given: string;
  const keep = async <T extends Origin>(opening: Promise<T>): Promise<T> => {
    const origin = await opening;
    open.push(origin);
    return origin;
  };
  beforeAll(async () => {
    const stranger = mintIdentity({}, mintRoot("A Stranger's Root"));
    const at = async (tls?: ReturnType<typeof mintIdentity>): Promise<string> =>
      (await keep(openHttp(respond, tls && { tls }))).url;
    const proxy = async (tls: ReturnType<typeof mintIdentity> | false | undefined): Promise<string> =>
      (await keep(openProxy(tls === undefined ? {} : { tls }))).url;
    const smtp = await keep(
      openStartTlsServer({
        turns: startTlsTurns.smtp,
        within: (socket) => socket.once("data", () => socket.write("250 mx.example\r\n")),
      }),
    );
    const servers: Servers = {
      ca: rootPem,
      good: await at(),
      bad: {
        stranger: await at(stranger),
        expired: await at(mintIdentity({ notAfterAt: now - yearMs / 2 })),
        otherName: await at(mintIdentity({ names: ["dns:other.example"] })),
      },
      smtp: smtp.url.replace("http:", "smtp:"),
      proxies: { plain: await proxy(false), secure: await proxy(undefined), stranger: await proxy(stranger) },
    };
    folder = mkdtempSync(join(tmpdir(), "meerkat-doors-"));
    given = join(folder, "servers.json");
    writeFileSync(given, JSON.stringify(servers));
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    rmSync(folder, { recursive: true });
  });

  for (const { runtime, command } of [here, ...binaries]) {
    const { name } = runtime;
    test.skipIf(command === undefined)(
      `gives what it should on ${name} (skipped without ${name})`,
      async () => {
        const { stdout, stderr, exitCode } = await run(command, ["interop/runtimes/doors-program.ts", given]);
        expect([exitCode, stderr]).toEqual([0, ""]);
        const told = JSON.parse(stdout) as Readonly<Record<string, string>>;
        // Bun's own undici is not reached by what is installed globally: docs/runtimes.md.
        const attempts = Object.keys(told).filter(
          (attempt) => runtime.asksDispatchers || !attempt.startsWith("installed undici: "),
        );
        const expected = attempts.map((attempt) => [attempt, outcomeOn(runtime, attempt)]);
        expect(attempts.length).toBeGreaterThan(100);
        expect(attempts.map((attempt) => [attempt, told[attempt]])).toEqual(expected);
      },
      120_000,
    );
  }
});
