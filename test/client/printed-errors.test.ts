/** What a console shows of an error: what a peer sent may be in it, and nothing of that is obeyed by a terminal. */
import { inspect } from "node:util";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { Client, HttpsError, type ClientOptions } from "../../src/index.ts";
import { identityOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { answering, openOrigin, rootPem } from "./origin.ts";
import { openProxy } from "./tunnel-proxy.ts";

/** Marks of direction, a separator of lines, what has no width, C1, tags, an escape sequence. */
const hostile = "\u202e\u2066\u200b\u2028\u061c\u0085\u009b31m\u{e0041}\u001b[8m";
const obeyed = /[\p{Cf}\p{Zl}\p{Zp}\u{e0000}-\u{e0fff}]|[^\P{Cc}\n\t]/u;
const onWire = Buffer.from(hostile, "utf8").toString("latin1");
const visible = onWire.replaceAll(/[\0-\x1f]/g, "");
const bodyOf = (text: string): string => `Content-Length: ${text.length}\r\n\r\n${text}`;

async function failure(url: string, options: ClientOptions = {}): Promise<HttpsError> {
  await using client = new Client({ roots: rootPem, environment: {}, ...options });
  const error: unknown = await client.request(url).then(
    (response) => response.json().catch((error: unknown) => error),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(HttpsError);
  return error as HttpsError;
}

function expectHarmless(error: HttpsError): void {
  const outer = new TypeError("fetch failed", { cause: error });
  for (const given of [error, { error }, [error], outer, error.trust]) {
    expect(inspect(given, { depth: 12 })).not.toMatch(obeyed);
    const coloured = inspect(given, { depth: 12, colors: true });
    expect(coloured.replaceAll(/\u001b\[(?:1|3|4|2[234]|3[1-6]|39|90)m/g, "")).not.toMatch(obeyed);
  }
  expect([error.message, error.hint, String(error.stack)].join("\n")).not.toMatch(obeyed);
}

describe("a console is shown a peer's words with nothing to obey in them:", () => {
  test.each<[string, string]>([
    ["status-line-malformed", `HTTP/1.1 200 ${onWire}\r\n\r\n`],
    ["redirect-invalid", `HTTP/1.1 302 F\r\nLocation: https://[${visible}\r\n${bodyOf("")}`],
    ["content-coding-unknown", `HTTP/1.1 200 F\r\nContent-Encoding: ${visible}\r\n${bodyOf("x")}`],
    ["body-not-json", `HTTP/1.1 200 F\r\nContent-Type: a/${visible}\r\n${bodyOf(`{"a": ${onWire}`)}`],
  ])("%s", async (code, answer) => {
    await using origin = await openOrigin(answering(() => answer));
    const error = await failure(origin.url);
    expect(error.code).toBe(code);
    expectHarmless(error);
  });

  test("a certificate's", async () => {
    const names = mintLeaf(`leaf ${hostile}`, mintRoot(`root ${hostile}`), { names: ["dns:localhost"] });
    await using origin = await openOrigin((socket) => socket.end(), { tls: identityOf(names) });
    const error = await failure(origin.url);
    expect(error).toMatchObject({ stage: "trust" });
    expectHarmless(error);
  });

  test("a proxy's", async () => {
    await using proxy = await openProxy({ tls: false }, (socket) =>
      socket.end(`HTTP/1.1 403 no ${visible}\r\nX-Squid-Error: ${visible}\r\n${bodyOf(onWire)}`),
    );
    const error = await failure("https://localhost:1/", { proxy: proxy.url });
    expect(error).toMatchObject({ code: "proxy-refused" });
    expectHarmless(error);
  });
});

test("the values themselves stay as they came, and are shown as those of any error", async () => {
  await using origin = await openOrigin(
    answering(() => `HTTP/1.1 302 F\r\nLocation: https://[${visible}\r\n${bodyOf("")}`),
  );
  const error = await failure(origin.url);
  const { location } = (error as HttpsError<"redirect-invalid">).detail;
  expect(location).toBe(`https://[${hostile.replaceAll(/[\0-\x1f]/g, "")}`);
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ detail: { location } });
  const shown = inspect(error);
  expect(shown).toMatch(/^HttpsError: https:\/\/localhost.*\n\s+at /);
  expect(shown).toContain("code: 'redirect-invalid'");
  expect(shown).toContain("location: 'https://[\\u202e");
  expect(inspect(error, { depth: 0 })).toContain("detail: [Object]");
  expect(inspect(error, { colors: true })).toContain("\u001b[32m'redirect-invalid'\u001b[39m");
});

test("a response is shown by what it says and by its own name, without the query, which may be a secret", async () => {
  await using origin = await openOrigin(
    answering(() => `HTTP/1.1 200 F\r\nContent-Type: a/${visible}\r\n${bodyOf("x")}`),
  );
  await using client = new Client({ roots: rootPem, environment: {} });
  const response = await client.request(`${origin.url}?token=secret`);
  const shown = inspect(response);
  expect(shown).toMatch(/^Response \{\n {2}status: 200,/);
  expect(shown).toContain("localhost was verified");
  expect(shown).not.toContain("secret");
  for (const colors of [false, true])
    expect(
      inspect(response, { colors }).replaceAll(/\u001b\[(?:1|3|4|2[234]|3[1-6]|39|90)m/g, ""),
    ).not.toMatch(obeyed);
  await response.text();
  expect(inspect(Object.getPrototypeOf(response))).not.toContain("status");
});

test("the class of an error keeps its name, which a bundler changes", async () => {
  const { outputFiles } = await build({
    entryPoints: ["src/core/error.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const bundled = (await import(`data:text/javascript;base64,${code}`)) as {
    readonly HttpsError: typeof HttpsError;
  };
  expect(bundled.HttpsError.name).toBe("HttpsError");
  const error = new bundled.HttpsError("url-malformed", { url: "x" });
  expect(inspect(error)).toMatch(/^HttpsError: "x" is not a URL/);
});
