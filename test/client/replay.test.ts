/** The replay tool, from outside: a file of recorded responses in, what the client made of them out. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const head = "HTTP/1.1 200 OK\r\n";
const gzipped = gzipSync("packed");

/** `name`, input, end, over TLS, and then what is to come out. */
const rows: readonly (readonly [string, string | Uint8Array, string, boolean, object])[] = [
  [
    "length",
    `${head}Content-Length: 2\r\n\r\nok`,
    "keep",
    true,
    { ok: true, status: 200, body: "ok", completeness: "complete" },
  ],
  [
    "close_notify",
    `${head}\r\nok`,
    "fin",
    true,
    { ok: true, status: 200, body: "ok", completeness: "complete" },
  ],
  [
    "plain fin",
    `${head}\r\nok`,
    "fin",
    false,
    { ok: true, status: 200, body: "ok", completeness: "unverifiable" },
  ],
  [
    "reset",
    `${head}\r\nok`,
    "reset",
    true,
    { ok: false, status: 200, body: "ok", completeness: "failed", code: "body-truncated" },
  ],
  [
    "plain reset",
    `${head}\r\nok`,
    "reset",
    false,
    { ok: false, status: 200, body: "ok", completeness: "failed", code: "body-truncated" },
  ],
  [
    "short",
    `${head}Content-Length: 5\r\n\r\nok`,
    "fin",
    true,
    { ok: false, status: 200, body: "ok", completeness: "failed", code: "body-truncated" },
  ],
  ["mute", "", "keep", true, { ok: false, code: "head-timeout" }],
  ["nothing", "", "fin", true, { ok: false, code: "empty-response" }],
  [
    "stops",
    `${head}Content-Length: 5\r\n\r\nok`,
    "keep",
    false,
    { ok: false, status: 200, body: "ok", completeness: "failed", code: "body-timeout" },
  ],
  [
    "redirect",
    "HTTP/1.1 301 Moved\r\nLocation: https://example.com/\r\nContent-Length: 0\r\n\r\n",
    "keep",
    true,
    { ok: true, status: 301, completeness: "complete" },
  ],
  [
    "packed",
    Buffer.concat([
      Buffer.from(`${head}Content-Encoding: gzip\r\nContent-Length: ${gzipped.length}\r\n\r\n`),
      gzipped,
    ]),
    "keep",
    true,
    { ok: true, status: 200, body: "packed", completeness: "complete" },
  ],
];

test("prints an array in the order of the cases", () => {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-replay-"));
  try {
    const file = join(folder, "cases.json");
    const cases = rows.map(([name, input, end, tls]) => {
      return { name, method: "GET", input_base64: Buffer.from(input).toString("base64"), end, tls };
    });
    writeFileSync(file, JSON.stringify({ cases }));
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const stdout = execFileSync(process.execPath, ["--import", "tsx", "tools/replay.ts", file], {
      cwd: root,
    });
    const expected = rows.map(([name, , , , outcome]) => {
      const { body = "", ...rest } = outcome as { readonly body?: string };
      const none = { status: null, completeness: null, code: null };
      return { name, ...none, ...rest, body_base64: Buffer.from(body).toString("base64") };
    });
    expect(JSON.parse(stdout.toString())).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
