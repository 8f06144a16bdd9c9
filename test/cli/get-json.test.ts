/** `meerkat get` shows JSON to who looks at it, and hands it on as it came to everything else. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHttp, type Origin } from "../client/origin.ts";
import { meerkat } from "./transcript.ts";

const text = '{"a": 12345678901234567890,"b":["\u202Ex"]}';

const long = JSON.stringify("x".repeat(5_000_000)); // Longer than what is shown so.

let origin: Origin;
beforeAll(async () => {
  origin = await openHttp(
    ({ url = "" }, response) => {
      const [, path = "", type = ""] = url.split("?")[0]?.split("/") ?? [];
      response.setHeader("content-type", decodeURIComponent(type) || "application/json");
      if (path === "gzip") response.setHeader("content-encoding", "gzip");
      if (path === "gzip") response.end(gzipSync(text));
      else response.end({ json: text, broken: '{"a":', long, nul: "a\u0000" }[path]);
    },
    { tls: false },
  );
});
afterAll(() => origin.close());

const shown = '{\n  "a": 12345678901234567890,\n  "b": [\n    "\\u202ex"\n  ]\n}\n';

async function printed(path: string, flags: readonly string[] = [], terminal = true): Promise<string> {
  const { stdout } = await meerkat(["get", "-s", ...flags, `${origin.url}/${path}`], {
    terminal,
    env: { NO_COLOR: "1" },
  });
  return stdout;
}

it.each(["json", "json/application%2Fproblem%2Bjson", "json/Application%2FJSON;charset=utf-8"])(
  "%s is indented on a terminal, with nothing in it that a terminal obeys",
  async (path) => {
    expect(await printed(path)).toBe(shown);
  },
);

it("has colours there", async () => {
  const { stdout } = await meerkat(["get", "-s", `${origin.url}/json`], { terminal: true });
  expect(stdout).toContain('\u001B[36m"a"\u001B[39m: \u001B[33m12345678901234567890\u001B[39m');
});

it("comes behind the head that -i shows", async () => {
  expect(await printed("json", ["-i"])).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{\n {2}"a"/);
});

it.each<[string, string, readonly string[], boolean]>([
  ["piped", "json", [], false],
  ["insisted on", "json", ["-o", "-"], true],
  ["not to be held back", "json", ["-N"], true],
  ["not JSON, whatever its type says", "broken", [], true],
  ["of another type", "json/text%2Fplain", [], true],
  ["too long to be looked at", "long", [], true],
])("is as it came where it is %s", async (_why, path, flags, terminal) => {
  const [name = ""] = path.split("/");
  expect(await printed(path, flags, terminal)).toBe({ json: text, broken: '{"a":', long }[name]);
});

it("is not a way around the guard against binary bodies", async () => {
  const { exitCode, stdout } = await meerkat(["get", "-s", `${origin.url}/nul`], { terminal: true });
  expect({ exitCode, stdout }).toEqual({ exitCode: 23, stdout: "" });
});
