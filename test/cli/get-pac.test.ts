/** `meerkat get -x pac+...` and `why`: PAC files that are run, against proxies and servers on loopback. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHttp, openOrigin, rootPem, type Origin } from "../client/origin.ts";
import { openSocksProxy, type SocksProxy } from "../client/socks-proxy.ts";
import { withoutPackage } from "./without-package.ts";
import { meerkat, type Transcript } from "./transcript.ts";

let folder: string;
let site: Origin;
let plain: Origin;
let proxy: Origin;
let socks: SocksProxy;
/** Heads that the proxy got. */
const heads: string[] = [];
/** What the site was asked for. */
const asked: string[] = [];
let served = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-pac-"));
  await writeFile(join(folder, "root.pem"), rootPem);
  site = await openHttp((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`);
    if (request.url?.startsWith("/proxy.pac") === true) return void response.end(served);
    if (request.url === "/missing") return void response.writeHead(404).end();
    if (request.url?.startsWith("/to-address") === true)
      return void response.writeHead(302, { location: `https://127.0.0.1:${site.port}/there` }).end();
    request.pipe(response);
  });
  plain = await openHttp((_, response) => void response.end("plain"), { tls: false });
  proxy = await openOrigin(
    (client) => {
      client.once("data", (head: Buffer) => {
        heads.push(head.toString("latin1"));
        const onward = connect(Number(/:(\d+)[ /]/.exec(head.toString("latin1"))?.[1]), "127.0.0.1", () => {
          if (head.toString("latin1").startsWith("CONNECT ")) client.write("HTTP/1.1 200 OK\r\n\r\n");
          else onward.write(head);
          client.pipe(onward).pipe(client);
        });
        onward.on("error", () => client.destroy());
      });
    },
    { tls: false },
  );
  socks = await openSocksProxy();
});
afterAll(async () => {
  await Promise.all([site, plain, proxy, socks].map((origin) => origin.close()));
  await rm(folder, { recursive: true });
});

let files = 0;

/** A PAC file; its address as -x takes it. */
async function pac(text: string): Promise<string> {
  const file = join(folder, `${files++}.pac`);
  await writeFile(file, text);
  return `pac+file://${file}`;
}

const finding = (body: string): Promise<string> => pac(`function FindProxyForURL(url, host) { ${body} }`);

/** `get` of the site, by what the body of FindProxyForURL says. */
async function get(body: string, more: readonly string[] = [], path = "/a"): Promise<Transcript> {
  return by(await finding(body), more, path);
}

function by(x: string, more: readonly string[] = [], path = "/a"): Promise<Transcript> {
  const cacert = join(folder, "root.pem");
  const argv = ["get", "--cacert", cacert, "-x", x, ...more, `https://localhost:${site.port}${path}`];
  // What the environment has is for nobody here.
  return meerkat(argv, { env: { https_proxy: "http://127.0.0.1:1" } });
}

const proxied = (): string => `PROXY 127.0.0.1:${proxy.port}`;
const squeezed = (text: string): string => text.replaceAll(/\s+\*?\s*/g, " ");

describe("a PAC file", () => {
  it("says which proxy a request goes through, and -v what it said", async () => {
    heads.length = 0;
    const { exitCode, stderr } = await get(`return "${proxied()}; DIRECT"`, ["-v"]);
    expect({ exitCode, heads: heads.length }).toEqual({ exitCode: 0, heads: 1 });
    expect(heads[0]).toMatch(`CONNECT localhost:${site.port} `);
    expect(squeezed(stderr)).toMatch(
      new RegExp(`pac ${proxied()}; DIRECT, says the PAC file "[^"]+" for https://localhost:${site.port} `),
    );
    expect(squeezed(stderr)).toContain(`proxy http://127.0.0.1:${proxy.port} (-x)`);
  });

  it("says that a request goes through none, whatever the environment has", async () => {
    // The environment's proxy would be for an address, as it never is for "localhost".
    const argv = ["get", "--cacert", join(folder, "root.pem"), "-x", await finding('return "DIRECT"')];
    const env = { https_proxy: "http://127.0.0.1:1" };
    expect((await meerkat([...argv, `https://127.0.0.1:${site.port}/a`], { env })).exitCode).toBe(0);
  });

  it("names a SOCKS proxy, which is asked for the address", async () => {
    socks.asked.length = 0;
    expect((await get(`return "SOCKS5 127.0.0.1:${socks.port}"`)).exitCode).toBe(0);
    expect((await get(`return "SOCKS 127.0.0.1:${socks.port}"`)).exitCode).toBe(0);
    expect(socks.asked).toHaveLength(2);
  });

  it("is told of no path and no query, of http:// as well", async () => {
    const right = `return /^https?:..[^/]*:\\d+.$/.test(url) && host === "localhost" ? "DIRECT" : "WRONG " + url`;
    expect(await get(right, [], "/S3CRET?S3CRET")).toMatchObject({ exitCode: 0 });
    const url = `http://localhost:${plain.port}/S3CRET?S3CRET`;
    expect(await meerkat(["get", "-s", "-x", await finding(right), url])).toEqual({
      exitCode: 0,
      stdout: "plain",
      stderr: "",
    });
  });

  it("is asked for each origin that a redirect leads to", async () => {
    heads.length = 0;
    const body = `return host === "localhost" ? "DIRECT" : "${proxied()}"`;
    const { exitCode } = await get(body, ["-L"], "/to-address");
    expect(exitCode).toBe(0);
    expect(heads.map((head) => head.split("\r\n")[0])).toEqual([`CONNECT 127.0.0.1:${site.port} HTTP/1.1`]);
  });

  it("gives way to its next where a proxy is not reached, and once that is known at once", async () => {
    heads.length = 0;
    const x = await finding(`return "PROXY 127.0.0.1:1; ${proxied()}"`);
    const cacert = join(folder, "root.pem");
    const url = (host: string): string => `https://${host}:${site.port}/a`;
    const argv = ["get", "--cacert", cacert, "-x", x, "-d", "body", url("localhost"), url("127.0.0.1")];
    const { exitCode, stdout, stderr } = await meerkat(argv);
    expect({ exitCode, stdout, heads: heads.length }).toEqual({ exitCode: 0, stdout: "bodybody", heads: 2 });
    expect(stderr.match(/^note: .*$/gm)).toEqual([
      expect.stringMatching(
        /^note: The proxy http:\/\/127\.0\.0\.1:1 \(from -x\) cannot be reached\. .* The PAC file's next is http:\/\/127\.0\.0\.1:\d+\.$/,
      ),
    ]);
  });

  it("that names one proxy alone has no way around it", async () => {
    asked.length = 0;
    const { exitCode, stderr } = await get('return "PROXY 127.0.0.1:1"');
    expect({ exitCode, asked }).toEqual({ exitCode: 7, asked: [] });
    expect(stderr).toMatch(/^error: The proxy http:\/\/127\.0\.0\.1:1 \(from -x\) cannot be reached/);
  });

  it("has what it names and is not spoken passed over, with a note", async () => {
    const { exitCode, stderr } = await get('return "SOCKS4 127.0.0.1:1; DIRECT"');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^note: The PAC file ".*" names SOCKS4 127\.0\.0\.1:1 \(.*\): it is passed over\.$/m,
    );
  });

  it("names proxies, and -U logs in to them", async () => {
    heads.length = 0;
    expect((await get(`return "${proxied()}"`, ["-U", "jane:secret"])).exitCode).toBe(0);
    expect(heads[0]).toMatch(/\r\nProxy-Authorization: Basic amFuZTpzZWNyZXQ=\r\n/i);
  });

  it("has the functions that PAC files have", async () => {
    const holds = [
      'isPlainHostName("a")',
      'dnsDomainIs("a.example", ".example")',
      'localHostOrDomainIs("a", "a.example")',
      'isResolvable("localhost")',
      'dnsResolve("127.0.0.9") === "127.0.0.9"',
      'isInNet("127.0.0.9", "127.0.0.0", "255.0.0.0")',
      '!isInNet("10.0.0.1", "127.0.0.0", "255.0.0.0")',
      'dnsDomainLevels("a.b.c") === 2',
      String.raw`/^\d+\.\d+\.\d+\.\d+$/.test(myIpAddress())`,
      'shExpMatch("www.a.example", "*.example")',
      '(alert("never seen"), true)',
    ];
    const body = `var all = [${holds.join(", ")}]; return all.indexOf(false) < 0 ? "DIRECT" : "WRONG " + all`;
    expect(await get(body, ["-s"])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("finds nothing of this program", async () => {
    const body =
      'return typeof process + typeof require + typeof fetch === "undefinedundefinedundefined" ? "DIRECT" : "WRONG"';
    expect((await get(body)).exitCode).toBe(0);
  });

  it("is asked by why, too", async () => {
    heads.length = 0;
    const x = await finding(`return "${proxied()}"`);
    const argv = ["why", "--no-experiments", "--cacert", join(folder, "root.pem"), "-x", x, `${site.url}/`];
    const { stdout } = await meerkat(argv);
    expect(stdout).toContain(`http://127.0.0.1:${proxy.port}`);
    expect(heads).not.toEqual([]);
  });
});

describe("a PAC file is fetched", () => {
  const address = (): string => `pac+https://127.0.0.1:${site.port}/proxy.pac?S3CRET`;

  it("from a server that is verified, without a proxy", async () => {
    served = `function FindProxyForURL() { return "${proxied()}" }`;
    heads.length = 0;
    asked.length = 0;
    const { exitCode, stderr } = await by(address(), ["-v"]);
    expect(exitCode).toBe(0);
    expect(asked.map((one) => one.split(" ")[1])).toEqual(["/proxy.pac?S3CRET", "/a"]);
    expect(heads).toHaveLength(1);
    expect(squeezed(stderr)).toContain(`says the PAC file at https://127.0.0.1:${site.port} for`);
    expect(stderr).not.toContain("S3CRET");
  });

  it.each([
    ["a server that is not trusted", () => address(), ["--roots", "mozilla"], "mozilla"],
    ["one that nobody has to vouch for", () => address(), ["--insecure-because", "a test"], "mozilla"],
  ])("and not from %s", async (_what, x, flags) => {
    served = 'function FindProxyForURL() { return "DIRECT" }';
    asked.length = 0;
    const { exitCode, stderr } = await meerkat(["get", "-x", x(), ...flags, `${site.url}/a`]);
    expect({ exitCode, asked }).toEqual({ exitCode: 5, asked: [] });
    expect(stderr).toMatch(/^error: The PAC file at https:\/\/127\.0\.0\.1:\d+ cannot be fetched: /);
    expect(stderr).not.toContain("S3CRET");
  });

  it("and not over http://", async () => {
    const { exitCode, stderr } = await by(`pac+http://127.0.0.1:${plain.port}/proxy.pac`);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: A PAC file is not fetched over http:\/\/.*\nhint: /);
  });

  it("within its limit", async () => {
    const program = 'function FindProxyForURL() { return "DIRECT" }';
    served = program.padEnd(1_048_576);
    expect((await by(address())).exitCode).toBe(0);
    served = program.padEnd(1_048_577);
    const { exitCode, stderr } = await by(address());
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/cannot be fetched: .*1,?048,?576/);
  });

  it("and has to be there", async () => {
    const { exitCode, stderr } = await by(`pac+https://localhost:${site.port}/missing`);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/ cannot be fetched: the server answered 404\.$/m);
  });
});

describe("a PAC file that says nothing useful ends with 5, and nothing is sent", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["throws", 'throw new Error("no way")', /it failed with Error: no way\.$/],
    [
      "uses what is not there",
      "return nonesuch.name",
      /it failed with ReferenceError: nonesuch is not defined\.$/,
    ],
    ["answers a number", "return 7", /it answers no text\.$/],
    ["answers null", "return null", /it answers no text\.$/],
    ["answers nothing", "return ' '", /it answers nothing\.$/],
    ["answers an empty list", "return ';'", /of its answer nothing can be used/],
    [
      "answers words",
      "return 'go through the wall'",
      /nothing can be used: go through the wall \(it is not a way to a server\)\.$/,
    ],
    ["names SOCKS 4 alone", "return 'SOCKS4 a:1'", /nothing can be used: SOCKS4 a:1 \(.*\)\.$/],
    ["never ends", "for (;;) ;", /it gave no answer for 5000 ms\.$/],
    ["never ends behind a lookup", "dnsResolve('127.0.0.1'); for (;;) ;", /it gave no answer for 5000 ms\.$/],
    [
      "has a built-in function go on without end",
      "return new Array(4294967295).join('')",
      /it gave no answer for 5000 ms\.$/,
    ],
    [
      "has one go on without end behind a lookup",
      "dnsResolve('127.0.0.1'); return new Array(4294967295).join('')",
      /it gave no answer for 5000 ms\.$/,
    ],
    [
      "compares without end",
      "shExpMatch('a'.repeat(1e6), '*' + 'a'.repeat(5e5) + 'b')",
      /it gave no answer for 5000 ms\.$/,
    ],
    [
      "answers with a promise that nobody keeps",
      "return new Promise(function () {})",
      /it gave no answer for 5000 ms\.$/,
    ],
    [
      "takes memory without end",
      "for (var a = []; ; ) a.push('x' + a.length + a)",
      /it failed with .*memory|no answer for 5000 ms\.$/,
    ],
    ["calls itself without end", "return (function f() { return f() + 1; })()", /it failed with .*stack/],
    [
      "looks up names without end",
      "for (var i = 0; i < 21; i++) dnsResolve(i + '.localhost'); return 'DIRECT'",
      /it looks up more than 20 names\.$/,
    ],
  ];
  it.each(cases)("%s", async (_what, body, reason) => {
    await says(await finding(body), reason);
  });

  it.each([
    ["is a page", "<!DOCTYPE html><title>Log in</title>", /it is not JavaScript \(Line 1: .*\)\.$/],
    ["is prose", "this is not a program", /it is not JavaScript \(Line 1: .*\)\.$/],
    ["is empty", "", /it has no function FindProxyForURL\.$/],
    ["has another function", "function findProxy() {}", /it has no function FindProxyForURL\.$/],
    ["has no function of that name", "var FindProxyForURL = 1", /it failed with .*"function"/],
  ])("%s", async (_what, text, reason) => {
    await says(await pac(text), reason);
  });

  async function says(x: string, reason: RegExp): Promise<void> {
    asked.length = 0;
    const { exitCode, stdout, stderr } = await by(x);
    expect({ exitCode, stdout, asked }).toEqual({ exitCode: 5, stdout: "", asked: [] });
    const [error, hint] = stderr.split("\n");
    expect(error).toMatch(/^error: The PAC file ".*" names no proxy for https:\/\/localhost:\d+: /);
    expect(error).toMatch(reason);
    expect(hint).toMatch(/^hint: /);
  }

  it("looks up as many names as it may", async () => {
    const body = "for (var i = 0; i < 40; i++) dnsResolve((i % 20) + '.localhost'); return 'DIRECT'";
    expect((await get(body)).exitCode).toBe(0);
  });

  it("is left at a signal", async () => {
    const stop = new AbortController();
    const x = await finding("return new Promise(function () {})");
    const run = meerkat(["get", "-x", x, `${site.url}/a`], { signal: stop.signal });
    setImmediate(() => stop.abort(130));
    expect((await run).exitCode).toBe(130);
  });
});

describe("-x pac+", () => {
  it.each([
    ["--noproxy", "a.example"],
    ["--connect-to", "::127.0.0.1:1"],
    ["--unix-socket", "/nonexistent"],
  ])("cannot stand beside %s", async (flag, value) => {
    const { exitCode, stderr } = await get('return "DIRECT"', [flag, value]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error: ${flag} and a PAC file cannot stand together`));
  });

  it.each(["pac+", "pac+nonsense", "pac+ftp://a/b"])("is not %s", async (x) => {
    const { exitCode, stderr } = await by(x);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: -x pac\+ is followed by no address of a PAC file\.\nhint: /);
  });

  it.each(["pac-resolver", "quickjs-wasi"])("needs %s, and says how to get it", async (name) => {
    const { status, stderr } = withoutPackage(name, [
      "get",
      "-x",
      await finding('return "DIRECT"'),
      "http://127.0.0.1:1/",
    ]);
    expect(stderr).toMatch(
      /^error: PAC files need the packages pac-resolver and quickjs-wasi, .*\nhint: Install them beside meerkat: npm install pac-resolver quickjs-wasi\./,
    );
    expect(status).toBe(4);
  });
});
