/** The program that test suites for clients run, from outside. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { data, goaway, headers, ping, settings, windowUpdate } from "../../../src/lab/index.ts";
import { openHttp } from "../origin.ts";
import { openHearing } from "./hearing.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const ok = [headers(1, Uint8Array.of(0x88)), data(1, "ok", "ends")];
const opening = [settings()];

function begin(...parameters: string[]): ChildProcess & { readonly stdout: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, ["--import", "tsx", "tools/h2.ts", ...parameters], { cwd: root });
  return Object.assign(child, { stdout: child.stdout });
}

async function run(...parameters: string[]): Promise<readonly [lines: readonly string[], exitCode: number]> {
  const child = begin(...parameters);
  const closed = once(child, "close");
  const lines = (await text(child.stdout)).trimEnd().split("\n");
  const [exitCode] = (await closed) as [number];
  return [lines, exitCode];
}

test("each URL is asked once, over a connection of its own, whatever comes of the others", async () => {
  await using good = await openHearing({ isTls: false, opening, onRequest: ok });
  await using broken = await openHearing({ isTls: false, opening, onRequest: [windowUpdate(0, 0)] });
  await using leaving = await openHearing({ isTls: false, opening, onRequest: [goaway(0, 0)] });
  await using secure = await openHearing({ isTls: true, opening, onRequest: [...ok, ping()] });
  await using older = await openHttp((_, response) => response.end("one"));
  const urls = [good.url, broken.url, leaving.url, older.url, good.url, secure.url];
  const [lines, exitCode] = await run("--insecure", "--stay", "0.1", ...urls);
  expect(lines).toEqual([
    `${good.url} 200 2 bytes`,
    expect.stringContaining(`${broken.url} http2-protocol-broken: `),
    `${leaving.url} http2-goaway`,
    expect.stringContaining(`${older.url} `),
    `${good.url} 200 2 bytes`,
    `${secure.url} 200 2 bytes`,
  ]);
  expect(exitCode).toBe(0);
  expect([good, broken, leaving, secure].map(({ accepted }) => accepted.length)).toEqual([2, 1, 1, 1]);
  expect(await broken.lastWord).toBe("GOAWAY PROTOCOL_ERROR");
  expect(await secure.lastWord).toBe("GOAWAY NO_ERROR");
  expect(secure.acknowledged).toEqual(["SETTINGS", "PING \0\0\0\0\0\0\0\0"]);
});

test("a failure is its exit code where that is asked for", async () => {
  await using secure = await openHearing({ isTls: true, opening, onRequest: ok });
  const [lines, exitCode] = await run("--fail", secure.url);
  expect(lines).toEqual([expect.stringContaining(`${secure.url} missing-intermediate: `)]);
  expect(exitCode).toBe(1);
});

test("it ends when it is told to", async () => {
  await using mute = await openHearing({ isTls: false, opening, onRequest: [ping()] });
  const child = begin("--seconds", "600", mute.url);
  const closed = once(child, "close");
  await mute.asked;
  child.kill("SIGTERM");
  expect(await closed).toEqual([0, null]);
});
