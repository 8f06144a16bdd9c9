/** What curl's flags mean, held where scripts that were written for curl depend on it; what is not done is refused. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { meerkat, type Transcript } from "./transcript.ts";

let folder: string;
let server: Server;
let base: string;
const asked: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-curl-"));
  await writeFile(join(folder, "data file.txt"), "the data");
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.setEncoding("latin1");
    let body = "";
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      if (request.url === "/loop") response.writeHead(302, { location: "/loop" }).end();
      else if (request.url === "/on/2") response.writeHead(302, { location: "/on/1" }).end("2 left");
      else if (request.url === "/on/1") response.writeHead(302, { location: "/from" }).end("1 left");
      else if (request.url === "/from") response.writeHead(302, { location: "/to", "x-hop": "1" }).end();
      else if (request.url === "/coded")
        response.writeHead(200, { "content-encoding": "utf-8" }).end("as it is");
      else response.end(body === "" ? "the page" : body);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function get(...argv: readonly string[]): Promise<Transcript> {
  asked.length = 0;
  return meerkat(["get", "-s", ...argv]);
}

describe("-T FILE", () => {
  it.each([
    ["/dir/", "/dir/data%20file.txt"],
    ["", "/data%20file.txt"],
    ["/", "/data%20file.txt"],
    ["/dir/?a=/", "/dir/data%20file.txt?a=/"],
    ["/dir/other", "/dir/other"],
    ["?a", "/data%20file.txt?a"],
  ])("to %j is put at %j", async (path, place) => {
    const { exitCode, stdout } = await get("-T", join(folder, "data file.txt"), `${base}${path}`);
    expect({ exitCode, stdout, asked }).toEqual({ exitCode: 0, stdout: "the data", asked: [`PUT ${place}`] });
  });
});

describe("several URLs with -T", () => {
  const file = (): readonly string[] => ["-T", join(folder, "data file.txt")];
  it.each<[law: string, files: number, asked: readonly string[]]>([
    ["one file is the first URL's", 1, ["PUT /a", "GET /b", "GET /c"]],
    ["two are the first two's", 2, ["PUT /a", "PUT /b", "GET /c"]],
    ["each has its own", 3, ["PUT /a", "PUT /b", "PUT /c"]],
  ])("%s", async (_law, files, expected) => {
    const flags = Array.from({ length: files }, file).flat();
    const { exitCode } = await get(...flags, `${base}/a`, `${base}/b`, `${base}/c`);
    expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: expected });
  });
  it("a file belongs to every URL of one pattern", async () => {
    await get(...file(), `${base}/{a,b}`, `${base}/c`);
    expect(asked).toEqual(["PUT /a", "PUT /b", "GET /c"]);
  });
});

it("-p with http://, which would not go through a tunnel, is refused", async () => {
  const { exitCode, stderr } = await get("-p", "-x", base, "http://any.example/");
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
  expect(stderr).toMatch(/^error: -p .*http:.*\nhint: Leave -p out/);
});

it("-T with a pattern sends each of its files to each URL, and -g takes the name as it is", async () => {
  for (const name of ["one-a", "one-b"]) await writeFile(join(folder, name), `content of ${name} `);
  const { stdout } = await get(
    "-T",
    join(folder, "one-{a,b}"),
    `${base}/dir/`,
    "-T",
    join(folder, "one-[a-b]"),
    `${base}/as`,
  );
  expect(asked).toEqual(["PUT /dir/one-a", "PUT /dir/one-b", "PUT /as", "PUT /as"]);
  expect(stdout).toBe("content of one-a content of one-b ".repeat(2));
  expect((await get("-g", "-T", join(folder, "one-{a,b}"), base)).exitCode).toBe(26);
});

it("-L tells of the redirect that it does not follow: -w, and the heads of -i", async () => {
  const told = await get("-L", "-w", "%{http_code} %{num_redirects}", `${base}/loop`);
  expect(told).toMatchObject({ exitCode: 47, stdout: expect.stringMatching(/^302 \d+$/) as string });
  const shown = await get("-L", "-i", `${base}/loop`);
  expect(shown.stdout).toMatch(/^(?:HTTP\/1\.1 302 Found\r\n)/);
});

describe("--anyauth", () => {
  const challenges: Readonly<Record<string, string>> = {
    "/basic": 'Basic realm="x"',
    "/both": 'Digest realm="x", nonce="n", qop="auth", algorithm=SHA-256, Basic realm="x"',
    "/never": 'Digest realm="x", nonce="n", qop="auth", algorithm=SHA-256, Basic realm="x"',
    "/none": "Negotiate",
  };
  let guarded: Server;
  let place: string;
  const logins: string[] = [];
  beforeAll(async () => {
    guarded = createServer(({ url = "", headers: { authorization } }, response) => {
      logins.push(authorization?.split(" ", 1)[0] ?? "nobody");
      if (authorization === undefined || url === "/never")
        response.writeHead(401, { "www-authenticate": challenges[url] ?? "" }).end("who?");
      else response.end("in");
    }).listen(0, "127.0.0.1");
    await once(guarded, "listening");
    place = `http://127.0.0.1:${(guarded.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    guarded.closeAllConnections();
    guarded.close();
  });

  it.each<[path: string, said: readonly string[], stdout: string]>([
    ["/basic", ["nobody", "Basic"], "in"],
    ["/both", ["nobody", "Digest"], "in"],
    ["/none", ["nobody"], "who?"],
    // A password that was refused is not sent in plain then.
    ["/never", ["nobody", "Digest"], "who?"],
  ])("logs in as the server asks: %s", async (path, said, stdout) => {
    logins.length = 0;
    expect(await get("--anyauth", "-u", "user:pass", "-d", "x", `${place}${path}`)).toMatchObject({ stdout });
    expect(logins).toEqual(said);
  });
});

describe("-F", () => {
  it("name=@FILE,FILE sends several files in one part, each with its own type", async () => {
    const file = join(folder, "data file.txt");
    const { stdout } = await get("-F", `a=@"${file}";type=text/x,${file};filename=b`, base);
    const [, boundary = ""] = /multipart\/mixed; boundary=(\S+)/.exec(stdout) ?? [];
    expect(stdout).toContain(
      [
        `name="a"\r\nContent-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}`,
        'Content-Disposition: attachment; filename="data file.txt"\r\nContent-Type: text/x\r\n\r\nthe data',
        `--${boundary}`,
        'Content-Disposition: attachment; filename="b"\r\nContent-Type: text/plain\r\n\r\nthe data',
        `--${boundary}--\r\n`,
      ].join("\r\n"),
    );
  });

  it("headers= and encoder= say how a part is sent", async () => {
    const lines = join(folder, "part-lines");
    await writeFile(lines, "X-B: 2\n# a comment\nContent-Type: text/own\n");
    const text = `a=x;encoder=base64;headers="X-A: 1";headers=@${lines};type=text/plain`;
    const { stdout } = await get("-F", text, base);
    expect(stdout).toContain(
      'name="a"\r\nContent-Transfer-Encoding: base64\r\nX-A: 1\r\nX-B: 2\r\nContent-Type: text/own\r\n\r\neA==\r\n',
    );
  });

  it.each([
    "a=x;encoder=quoted-printable",
    "a=x;headers=none",
    'a=x;headers="X: 1\r\nY: 2"',
    "a=@nonesuch,other",
    "a=x;headers=@nonesuch",
  ])("%j is refused", async (text) => {
    const { exitCode, stderr } = await get("-F", text, base);
    expect([2, 26]).toContain(exitCode);
    expect(asked).toEqual([]);
    expect(stderr).toMatch(/^error: .+\nhint: /);
  });

  it("name=<FILE sends the file's text as a value, and not as a file", async () => {
    const { stdout } = await get("-F", `note=<${join(folder, "data file.txt")}`, base);
    expect(stdout).toContain('name="note"\r\n\r\nthe data\r\n');
    expect(stdout).not.toContain("filename");
  });
  it.each(["a=x;y=z", 'a="x" y'])(
    "%s, which would be sent otherwise than by curl, is refused",
    async (part) => {
      const { exitCode, stderr } = await get("-F", part, base);
      expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
      expect(stderr).toMatch(/[Tt]he part "a" /);
    },
  );
  it.each([
    ['a="x;y=z"', "x;y=z"],
    ['a="x;type=y"', "x;type=y"],
    [String.raw`a="x\"y\\z\n"`, String.raw`x"y\z\n`],
    ['a="@x"', "@x"],
    ['a=x"y"', 'x"y"'],
  ])("%s is the value in the quotes, where it begins with one", async (part, value) => {
    expect((await get("-F", part, base)).stdout).toContain(`\r\n\r\n${value}\r\n`);
  });
});

describe("where to connect", () => {
  it("--resolve takes * for every host", async () => {
    const { port } = server.address() as AddressInfo;
    const { stdout } = await get("--resolve", `*:${port}:127.0.0.1`, `http://any.example:${port}/`);
    expect(stdout).toBe("the page");
  });
  it("--resolve takes an entry that may go out of date, as curl does", async () => {
    const { port } = server.address() as AddressInfo;
    const place = `+a.example:${port}:127.0.0.1`;
    expect((await get("--resolve", place, `http://a.example:${port}/`)).stdout).toBe("the page");
  });
  it("--resolve takes several addresses, as curl does", async () => {
    const { port } = server.address() as AddressInfo;
    const place = `a.example:${port}:127.0.0.9,127.0.0.1`;
    expect((await get("--resolve", place, `http://a.example:${port}/`)).stdout).toBe("the page");
  });
  it.each(["-example.com:443", "++example.com:443:192.0.2.1", "example.com:443:192.0.2.1,b.example"])(
    "--resolve %s is refused",
    async (text) => {
      expect((await get("--resolve", text, base)).exitCode).toBe(2);
    },
  );
  it("-4 and -6 leave one family", async () => {
    const { port } = server.address() as AddressInfo;
    expect((await get("-4", `http://localhost:${port}/`)).stdout).toBe("the page");
    const six = await get("-6", "--resolve", `a.example:${port}:127.0.0.1`, `http://a.example:${port}/`);
    expect({ exitCode: six.exitCode, asked }).toEqual({ exitCode: 6, asked: [] });
    expect((await get("-4", "-6", base)).exitCode).toBe(2);
  });
  it('--noproxy "" says that every host goes through the proxy', async () => {
    const env = { http_proxy: base, NO_PROXY: "any.example" };
    const { stdout } = await meerkat(["get", "-s", "--noproxy", "", "http://any.example/x"], { env });
    expect({ stdout, asked: asked.at(-1) }).toEqual({
      stdout: "the page",
      asked: "GET http://any.example/x",
    });
  });
});

it.each([
  ["refuses the connection", "127.0.0.1:1", 7],
  ["has no address", "nowhere.invalid:1", 5],
])("a proxy that %s ends with curl's number", async (_law, proxy, exitCode) => {
  expect((await get("-x", proxy, "http://any.example/")).exitCode).toBe(exitCode);
});

it("--next before everything else begins nothing", async () => {
  const { exitCode } = await meerkat(["curl", "--next", "-s", `${base}/a`]);
  expect({ exitCode, asked: asked.at(-1) }).toEqual({ exitCode: 0, asked: "GET /a" });
});

it.each(["-V", "--version"])("meerkat curl %s says whose number it is", async (flag) => {
  expect((await meerkat(["curl", flag])).stdout).toMatch(/^meerkat \d+\.\d+\.\d+\n$/);
  expect((await meerkat(["get", flag])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe("-L", () => {
  it("-i shows every head", async () => {
    const { stdout } = await get("-L", "-i", `${base}/from`);
    expect(stdout).toMatch(
      /^HTTP\/1\.1 302 [^]*x-hop: 1\r\n[^]*\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nthe page$/,
    );
  });
  it("--max-redirs 0 takes a redirect for a failure, and writes no file", async () => {
    const file = join(folder, "none");
    const { exitCode } = await get("-L", "--max-redirs", "0", "-o", file, `${base}/on/2`);
    expect({ exitCode, asked, isThere: existsSync(file) }).toEqual({
      exitCode: 47,
      asked: ["GET /on/2"],
      isThere: false,
    });
  });
  it("-w tells of the redirect at which --max-redirs ended", async () => {
    const flags = ["-L", "--max-redirs", "2", "-w", "%{http_code} %{num_redirects}"];
    const { exitCode, stdout } = await get(...flags, `${base}/on/2`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 47, stdout: "302 2" });
  });
  it.each(["-i", "-I"])("%s shows the heads up to where --max-redirs ended, and no body", async (flag) => {
    const { exitCode, stdout } = await get("-L", flag, "--max-redirs", "1", `${base}/on/2`);
    expect({ exitCode, heads: stdout.match(/^HTTP\//gm)?.length }).toEqual({ exitCode: 47, heads: 2 });
    expect(stdout).not.toContain("left");
  });
  it("-I shows every head, and no body", async () => {
    const { stdout } = await get("-L", "-I", `${base}/from`);
    expect(stdout.match(/^HTTP\//gm)).toHaveLength(2);
  });
  it.each(["POST", "PUT", "DELETE"])(
    "with -X %s asks with it again where a redirect leads",
    async (method) => {
      const { exitCode } = await get("-L", "-X", method, `${base}/from`);
      expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: [`${method} /from`, `${method} /to`] });
    },
  );
  it("with -X GET is what it says", async () => {
    expect((await get("-L", "-X", "GET", `${base}/from`)).stdout).toBe("the page");
  });
});

it.each([
  ["-I", "-d", "a"],
  ["-I", "-F", "a=b"],
  ["-I", "-T", "file"],
  ["-e", "http://a.example/;auto"],
  ["-e", ";auto"],
])("%s %s %s, which curl refuses or reads otherwise, is refused", async (...flags) => {
  const { exitCode, stderr } = await get(...flags, base);
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
  expect(stderr).toMatch(/^error: .*-[Ie] .*\nhint: /);
});

it("-I with -G and -d asks for the head of a URL with a query", async () => {
  await get("-I", "-G", "-d", "a=1", base);
  expect(asked).toEqual(["HEAD /?a=1"]);
});

it.each([
  ["-sMf", "-M", "docs/cli.md"],
  ["--ntlm", "--ntlm", "-u user:password"],
  ["--location-trusted", "--location-trusted", "-L follows without them"],
  ["--no-raw", "--no-raw", "--compressed"],
])("%s is refused for %s, with what stands for it", async (given, flag, instead) => {
  const { exitCode, stderr } = await get(given, base);
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
  expect(stderr).toContain(`error: ${flag} is curl's, and not here: `);
  expect(stderr).toContain(instead);
});

it.each([["-0"], ["--http1.0"]])("%s is refused with what can be done instead", async (flag) => {
  const { exitCode, stderr } = await get(flag, base);
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
  expect(stderr).toContain("HTTP/2 and HTTP/1.1 alone");
});

it("a body in a coding that nobody knows is handed out as it came, and with --compressed refused", async () => {
  expect(await get(`${base}/coded`)).toMatchObject({ exitCode: 0, stdout: "as it is" });
  expect(await get("--compressed", `${base}/coded`)).toMatchObject({ exitCode: 61, stdout: "" });
});

describe("a fault of the server's", () => {
  const faults: readonly (readonly [tolerance: string, answer: string])[] = [
    ["bare-lf-head", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"],
    ["bare-lf-head", "HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok"],
    ["space-before-colon", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok"],
    ["ctl-in-value", "HTTP/1.1 200 OK\r\nX: \u0001\r\nContent-Length: 2\r\n\r\nok"],
    ["ctl-in-value", "HTTP/1.1 200 O\u0001K\r\nContent-Length: 2\r\n\r\nok"],
    ["ignore-invalid-field-lines", "HTTP/1.1 200 OK\r\nno field\r\nContent-Length: 2\r\n\r\nok"],
    [
      "te-and-cl",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ],
    ["space-after-chunk-size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nok\r\n0\r\n\r\n"],
  ];
  it.each(faults)(
    "is refused with the name that allows it, and is allowed by that: %s, %j",
    async (tolerance, answer) => {
      const raw = createTcpServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", () => socket.end(answer, "latin1"));
      }).listen(0, "127.0.0.1");
      await once(raw, "listening");
      const url = `http://127.0.0.1:${(raw.address() as AddressInfo).port}/`;
      const refused = await get(url);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.stderr).toContain(`allow it: --allow ${tolerance}.`);
      const allowed = await get("--allow", tolerance, url);
      expect({ exitCode: allowed.exitCode, stdout: allowed.stdout }).toEqual({ exitCode: 0, stdout: "ok" });
      raw.close();
    },
  );
  it("without a name that is known is refused with the nearest one", async () => {
    const { exitCode, stderr } = await get("--allow", "bare-lf", base);
    expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toContain("bare-lf-head");
  });
});
