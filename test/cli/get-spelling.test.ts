/** What is typed goes out as it is typed: the method's letters, the path and the query, a field, and what of them is left out. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { meerkat, type Transcript } from "./transcript.ts";

let server: Server;
let base: string;
const heads: string[] = [];
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (head: Buffer) => {
      heads.push(head.toString("latin1"));
      const place = / \/from/.test(heads.at(-1) ?? "") ? "302 Found\r\nLocation: /to?q='x'" : "200 OK";
      socket.end(`HTTP/1.1 ${place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** The first line of each request. */
async function linesOf(...argv: readonly string[]): Promise<readonly string[]> {
  await get(...argv);
  return heads.map((head) => head.split("\r\n", 1)[0] ?? "");
}

async function get(...argv: readonly string[]): Promise<Transcript> {
  heads.length = 0;
  return meerkat(["get", ...argv]);
}

it.each<[argv: readonly string[], line: string]>([
  [["-X", "post"], "post / HTTP/1.1"],
  [["-X", "Get"], "Get / HTTP/1.1"],
  [["-X", "patch"], "patch / HTTP/1.1"],
  [["-X", "get", "-L"], "get / HTTP/1.1"],
  [["--request-target", "*", "-X", "OPTIONS"], "OPTIONS * HTTP/1.1"],
  [["--request-target", "/a b".replace(" ", "%20")], "GET /a%20b HTTP/1.1"],
  [["--request-target", "/a/../b?'"], "GET /a/../b?' HTTP/1.1"],
])("%j", async (argv, line) => {
  expect(await linesOf(...argv, base)).toEqual([line]);
});

it.each<[typed: string, path: string]>([
  ["/a?q='x'", "/a?q='x'"],
  ['/a?q=<"x">', '/a?q=<"x">'],
  ["/a{b}`|^", "/a{b}`|^"],
  ["/a\\b", "/a\\b"],
  ["/a/../b/./c", "/b/c"],
  ["/a/b/..", "/a/"],
  ["/../../a/.", "/a/"],
  ["/%2e%2E/a", "/%2e%2E/a"],
  ["/a//b", "/a//b"],
  ["?q", "/?q"],
  ["/a?", "/a?"],
  ["/a?b/../c#d'e", "/a?b/../c"],
  ["/ü'", "/%C3%BC'"],
])("-g URL%s asks for %s", async (typed, path) => {
  expect(await linesOf("-g", `${base}${typed}`)).toEqual([`GET ${path} HTTP/1.1`]);
});

it("--path-as-is leaves the dots in", async () => {
  expect(await linesOf("--path-as-is", `${base}/a/../../b/.`)).toEqual(["GET /a/../../b/. HTTP/1.1"]);
});

it("so it goes by a proxy that is asked in the server's place", async () => {
  expect(await linesOf("--path-as-is", "-x", base, "http://in.example/a/../b?'")).toEqual([
    "GET http://in.example/a/../b?' HTTP/1.1",
  ]);
});

it.each([[["-L"]], [["-L", "--max-redirs", "3"]]])(
  "where a redirect leads is in its normal form: %j",
  async (flags) => {
    expect(await linesOf(...flags, `${base}/from?'`)).toEqual([
      "GET /from?' HTTP/1.1",
      "GET /to?q=%27x%27 HTTP/1.1",
    ]);
  },
);

it.each(["*", "http://in.example/", "a b", "/a b", "/a#b"])(
  "--request-target %j is refused",
  async (target) => {
    const { exitCode, stderr } = await get("--request-target", target, base);
    expect({ exitCode, heads }).toEqual({ exitCode: 2, heads: [] });
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/);
  },
);

it.each<[what: string, argv: readonly string[], said: RegExp]>([
  [
    "a line that is not a field is left out, and that is said",
    ["-s", "-H", "X-A: 1", "-H", "Bearer SECRET"],
    /^note: Header 2 of 2 is not of the form "Name: value", and is not sent\n$/,
  ],
  ["an empty one is left out, as a variable may be that is not set", ["-s", "-H", "", "-H", "X-A: 1"], /^$/],
])("%s", async (_what, argv, said) => {
  const { exitCode, stderr } = await get(...argv, base);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(said);
  expect(heads.join("")).toMatch(/\r\nX-A: 1\r\n/);
  expect(heads.join("") + stderr).not.toContain("SECRET");
});

it("a number alone is where a part begins, and data that is empty adds nothing to a URL", async () => {
  await get("-r", "5", "-G", "-d", "", `${base}/a`);
  expect(heads.join("")).toMatch(/^GET \/a HTTP\/1\.1\r\n[^]*Range: bytes=5-\r\n/);
});

it("%{url_effective} is what was sent, with the fragment that was typed; elsewhere, where a redirect led", async () => {
  const told = async (...argv: readonly string[]): Promise<string> =>
    (await get("-s", "-w", "%{url_effective}", ...argv)).stdout.replace(base, "");
  expect(await told(`${base}/a/../b?q='x'#frag`)).toBe("/b?q='x'#frag");
  expect(await told(base)).toBe("/");
  expect(await told("-L", `${base}/from?'#frag`)).toBe("/to?q=%27x%27");
});

it("what -G and --url-query add has small letters in its percent signs, as curl's, and JSON keeps its type", async () => {
  await get("-G", "--json", "{}", "--url-query", "a=b=c", `${base}/a?x=%3D`);
  expect(heads.join("")).toMatch(/^GET \/a\?x=%3D&a=b%3dc&\{\} HTTP[^]*Content-Type: application\/json\r\n/);
});

it.each([["-m"], ["--connect-timeout"]])("%s 0 sets no deadline", async (flag) => {
  expect(await get("-s", flag, "0", base)).toMatchObject({ exitCode: 0, stderr: "" });
});
