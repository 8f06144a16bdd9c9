/** `meerkat get`: transcripts against the lab, for each flag, each kind of bad input and the sites that are refused. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { openOrigin } from "../client/origin.ts";
import { meerkat, type Setting, type Transcript } from "./transcript.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let lab: Lab;
let folder: string;
let echo: Server;
let echoUrl: string;
beforeAll(async () => {
  lab = await openLab();
  folder = await mkdtemp(join(tmpdir(), "meerkat-get-"));
  // Plain HTTP is enough to see what a request carries: it answers with the request itself.
  echo = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, rawHeaders } = request;
      if (url === "/binary") response.end(Buffer.from([1, 0, 2]));
      else if (url === "/packed") response.setHeader("content-encoding", "gzip").end(gzipSync("text"));
      else
        response.end(
          JSON.stringify({ method, url, fields: rawHeaders, body: Buffer.concat(chunks).toString() }),
        );
    });
  }).listen(0, "127.0.0.1");
  await once(echo, "listening");
  echoUrl = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
});
afterAll(async () => {
  echo.closeAllConnections();
  echo.close();
  await lab.close();
  await rm(folder, { recursive: true });
});

/** `meerkat get` with the lab's CA. */
function get(site: string, flags: readonly string[] = [], setting: Setting = {}): Promise<Transcript> {
  return meerkat(["get", "--cacert", lab.caFile, ...flags, lab.url(site)], setting);
}

interface Echoed {
  readonly method: string;
  readonly url: string;
  readonly fields: readonly string[];
  readonly body: string;
}

/** What a request with these flags carries. */
async function echoed(flags: readonly string[], setting: Setting = {}): Promise<Echoed> {
  const { exitCode, stdout, stderr } = await meerkat(["get", "-s", ...flags, `${echoUrl}/a`], setting);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Echoed;
}

/** The value of the field of this name, if there is exactly one. */
function field({ fields }: Echoed, name: string): string | undefined {
  const values = fields.filter((_, at) => at % 2 === 1 && fields[at - 1]?.toLowerCase() === name);
  return values.length === 1 ? values[0] : undefined;
}

describe("an answer", () => {
  it("has its body on stdout, and a line on stderr that says who vouched for the server", async () => {
    const { exitCode, stdout, stderr } = await get("good");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Hello from good\.lab\.localhost/);
    expect(stderr).toBe(
      `trust: good.lab.localhost was verified: Meerkat Lab Root vouches for it (a root from ${lab.caFile}, line 1).\n`,
    );
  });

  it("that says no is an answer: 403 without a User-Agent, after TLS had succeeded", async () => {
    const { exitCode, stdout, stderr } = await get("weather", ["-A", ""]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Access Denied");
    expect(stderr).toMatch(/^trust: weather\.lab\.localhost was verified: /);
    expect(stderr).toMatch(/\nhttp: 403 Forbidden \(the site's own answer; TLS had succeeded\)\n$/);
  });

  it("comes with Meerkat's own User-Agent, and then it is 200", async () => {
    const { stdout, stderr } = await get("weather");
    expect(JSON.parse(stdout)).toMatchObject({ station: "LAB1" });
    expect(stderr).not.toContain("http:");
  });

  it("is one JSON object with --json, with the report and the body in it", async () => {
    const { exitCode, stdout, stderr } = await get("weather", ["--report", "json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      ok: true,
      exitCode: 0,
      status: 200,
      url: lab.url("weather"),
      trust: { kind: "verified", host: "weather.lab.localhost", openssl: "accepted", engine: "accepted" },
      connection: { reused: false, protocol: "TLSv1.3", remoteAddress: "127.0.0.1" },
      completeness: "complete",
      body: expect.stringContaining('"station"') as string,
    });
  });

  it("over plain HTTP says that nobody vouched", async () => {
    const { stderr } = await meerkat(["get", `${echoUrl}/a`]);
    expect(stderr).toBe("trust: Nobody vouched for 127.0.0.1: the connection is plain HTTP.\n");
  });

  it("whose end nothing marks says so", async () => {
    const { exitCode, stderr } = await get("no-close-notify");
    expect([0, 18]).toContain(exitCode);
    expect(stderr).toMatch(
      exitCode === 0 ? /note: nothing marks the end of this body/ : /error: The body broke off/,
    );
  });
});

describe("flags", () => {
  it("-s leaves only the body", async () => {
    expect(await get("good", ["-s"])).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("-sS is what people type, and the same", async () => {
    expect(await get("good", ["-sS"])).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("-i prints the head before the body", async () => {
    const { stdout } = await get("weather", ["-i"]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*content-type: application\/json\r\n[^]*\r\n\r\n\{/);
  });

  it("-I asks with HEAD and prints the head alone", async () => {
    const { stdout } = await get("weather", ["-I"]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
    expect((await echoed([])).method).toBe("GET");
  });

  it("-o writes the body to a file, and stdout stays empty", async () => {
    const file = join(folder, "out.json");
    const { exitCode, stdout } = await get("weather", ["-o", file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ station: "LAB1" });
  });

  it("-o to a place that cannot be written is an error with curl's number", async () => {
    const { exitCode, stderr } = await get("weather", ["-s", "-o", join(folder, "nonesuch", "out")]);
    expect(exitCode).toBe(23);
    expect(stderr).toMatch(/^error: The file ".*" cannot be written: its folder does not exist\./);
  });

  it("-X, -H and -A go into the request", async () => {
    const request = await echoed([
      "-X",
      "PATCH",
      "-H",
      "X-One: 1",
      "-H",
      "X-One: 2",
      "-H",
      "Accept: a/b",
      "-A",
      "x/1",
    ]);
    expect(request.method).toBe("PATCH");
    expect(request.fields.filter((_, at) => request.fields[at - 1] === "X-One")).toEqual(["1", "2"]);
    expect([field(request, "accept"), field(request, "user-agent")]).toEqual(["a/b", "x/1"]);
  });

  it('-H "Name:" leaves a default field out, "Name;" sends one without a value', async () => {
    const request = await echoed(["-H", "Accept:", "-H", "X-Empty;"]);
    expect([field(request, "accept"), field(request, "x-empty")]).toEqual([undefined, ""]);
  });

  it("-d posts a form, joined as curl joins it", async () => {
    const request = await echoed(["-d", "a=1", "-d", "b=2"]);
    expect(request).toMatchObject({ method: "POST", body: "a=1&b=2" });
    expect(field(request, "content-type")).toBe("application/x-www-form-urlencoded");
    expect(field(request, "content-length")).toBe("7");
  });

  it("-d with a content type of the caller's keeps that one", async () => {
    expect(field(await echoed(["-d", "{}", "-H", "content-type: application/json"]), "content-type")).toBe(
      "application/json",
    );
  });

  it("-d reads files and stdin, without their line ends", async () => {
    await writeFile(join(folder, "data"), "one\r\ntwo\n");
    expect((await echoed(["-d", `@${join(folder, "data")}`])).body).toBe("onetwo");
    expect((await echoed(["-d", "@-"], { stdin: "from stdin\n" })).body).toBe("from stdin");
  });

  it("--resolve connects to another address, and the name is still checked", async () => {
    const { port } = lab;
    const argv = ["get", "-s", "--cacert", lab.caFile, "--resolve", `a.example:${port}:127.0.0.1`];
    const { exitCode, stderr } = await meerkat([...argv, `https://a.example:${port}/`]);
    expect(exitCode).toBe(60);
    expect(stderr).toMatch(/^error: The certificate is not for "a\.example"/);
  });

  it("-m ends the whole request, and names its deadline and value", async () => {
    const { exitCode, stdout } = await get("head-timeout", ["--report", "json", "-m", "0.3"]);
    expect(exitCode).toBe(28);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: "total-timeout",
        message: expect.stringMatching(/within 300 ms \(total deadline\)/) as string,
      },
    });
  });

  it("--connect-timeout ends a handshake that does not get on, which has what DNS and TCP left", async () => {
    const { exitCode, stderr } = await get("tls-timeout", ["-s", "--connect-timeout", "0.3"]);
    expect(exitCode).toBe(28);
    const [, hadMs = ""] =
      /^error: .* within (\d+) ms \(tls deadline\).*\nhint: --connect-timeout 0\.3 is for DNS, TCP, a proxy and TLS together/.exec(
        stderr,
      ) ?? [];
    expect(Number(hadMs)).toBeGreaterThan(0);
    expect(Number(hadMs)).toBeLessThanOrEqual(300);
  });

  it("--insecure-because connects, and says what the verdict would have been", async () => {
    const { exitCode, stdout, stderr } = await get("expired", ["--insecure-because", "to see it"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Hello from expired/);
    expect(stderr).toBe(
      'trust: Nobody vouched for expired.lab.localhost: verification was turned off ("to see it"). It would have been refused: expired.\n',
    );
  });

  it.each([["-k"], ["--insecure"]])(
    "%s is refused, and the flag that asks for a reason is named",
    async (flag) => {
      const { exitCode, stdout, stderr } = await get("expired", [flag]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(
        /^error: -k \(--insecure\) needs a reason .*\nhint: Write --insecure-because REASON/,
      );
    },
  );
});

describe("-v", () => {
  it("shows phases, address, TLS, chain, the report and both heads", async () => {
    const { stdout, stderr } = await get("weather", ["-v"]);
    expect(JSON.parse(stdout)).toMatchObject({ station: "LAB1" });
    for (const line of [
      /^\* begins +dns for /m,
      /^\* dns +weather\.lab\.localhost is 127\.0\.0\.1/m,
      /^\* tls +TLSv1\.3, TLS_/m,
      /^\* chain +1 weather\.lab\.localhost, issued by Meerkat Lab Intermediate/m,
      /^\* trust +weather\.lab\.localhost was verified/m,
      /^> GET \/ HTTP\/1\.1\n> Host: weather\.lab\.localhost:\d+\n> User-Agent: meerkat\//m,
      /^< HTTP\/1\.1 200 OK\n< content-type: application\/json$/m,
    ]) {
      expect(stderr).toMatch(line);
    }
  });

  it("masks credentials, and only their values", async () => {
    const { stderr } = await get("good", [
      "-v",
      "-H",
      "Authorization: Basic c2VjcmV0",
      "-H",
      "Cookie: id=secret",
    ]);
    expect(stderr).toContain("> Authorization: Basic ***\n");
    expect(stderr).toContain("> Cookie: id=***\n");
    expect(stderr).not.toMatch(/secret|c2VjcmV0/);
  });

  it("shows the chain's fate before the error", async () => {
    const { exitCode, stderr } = await get("expired", ["-v"]);
    expect(exitCode).toBe(60);
    expect(stderr).toMatch(/^\* trust +expired\.lab\.localhost was refused\.\n[^]*^error: /m);
  });
});

describe("a site that is refused ends with its exit code, its sentence and a hint", () => {
  it.each([
    ["expired", 60, /^error: The certificate of expired\.lab\.localhost expired on /],
    ["not-yet-valid", 60, /^error: The certificate of not-yet-valid\.lab\.localhost is not valid before /],
    [
      "wrong-host",
      60,
      /^error: The certificate is not for "wrong-host\.lab\.localhost": it names another\.lab\.localhost\.\n/,
    ],
    [
      "self-signed",
      60,
      /^error: The server's certificate \(self-signed\.lab\.localhost\) is signed by itself/,
    ],
    [
      "untrusted-root",
      60,
      /^error: The chain ends at "Meerkat Lab Stranger Root", a root that is not among the trusted/,
    ],
    [
      "missing-intermediate",
      60,
      /^error: The issuer "Meerkat Lab Intermediate" of .* was not sent by the server/,
    ],
    ["not-tls", 35, /^error: not-tls\.lab\.localhost port \d+ does not speak TLS: it answered with HTTP/],
    [
      "connection-refused",
      7,
      /^error: Nothing listens on connection-refused\.lab\.localhost port \d+: 127\.0\.0\.1 gave ECONNREFUSED/,
    ],
    ["handshake-closed", 35, /^error: /],
    ["tls-version", 35, /^error: /],
    ["empty-response", 52, /^error: /],
    ["not-http", 8, /^error: /],
    ["body-truncated", 18, /error: The body broke off after 6 of 1000 bytes/],
    ["content-coding-malformed", 61, /error: /],
  ])("%s", async (site, exitCode, stderr) => {
    const transcript = await get(site, ["-s", "--compressed"]);
    expect(transcript.exitCode).toBe(exitCode);
    expect(transcript.stderr).toMatch(stderr);
    expect(transcript.stderr).toMatch(/\nhint: .+\n$/);
  });

  it("by an alert, which is named", async () => {
    const { exitCode, stdout } = await get("server-name-unknown", ["--report", "json"]);
    expect(exitCode).toBe(35);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "tls-alert", detail: { alert: "unrecognized_name" } },
    });
  });

  it("in JSON too, with the code, its facts and the report", async () => {
    const { exitCode, stdout, stderr } = await get("expired", ["--report", "json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 60, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      ok: false,
      exitCode: 60,
      error: {
        code: "expired",
        stage: "trust",
        fault: "peer",
        detail: { subject: "expired.lab.localhost" },
        trust: { kind: "refused", engine: "expired" },
      },
    });
  });
});

describe("a root that is not given", () => {
  it("is told from an intermediate that the server left out as far as that can be known: both are named", async () => {
    const { exitCode, stderr } = await meerkat(["get", lab.url("good")]);
    expect(exitCode).toBe(60);
    expect(stderr).toMatch(
      /^error: The issuer "Meerkat Lab Root" .* was not sent by the server and is not among the roots\.\nhint: Either the server has to send .*; or it is a root, which you have to give if you mean to trust it \(--cacert FILE\)\.\n$/,
    );
  });

  it("is a possibility where the server sent its own certificate alone, too", async () => {
    const { stderr } = await get("missing-intermediate");
    expect(stderr).toMatch(
      /\nhint: The server has to send its full chain, .*; unless "Meerkat Lab Intermediate" is itself a root, of a private CA: then give it/,
    );
  });
});

describe("bad input is refused before any connection, by a code of its own and a sentence with the value in it", () => {
  it.each([
    ["example.com/a", "url-no-scheme", 3, "example.com/a"],
    ["ftp://example.com/", "url-unknown-scheme", 1, "ftp"],
    ["https://example.com:99999/", "url-bad-port", 3, "99999"],
    ["https://jane:%zz@example.com/", "url-credentials", 3, "example.com"],
    ["https://exa mple/", "url-malformed", 3, "exa mple"],
  ])("the URL %s", async (url, code, exitCode, value) => {
    const { stdout, ...transcript } = await meerkat(["get", "--report", "json", url]);
    expect(transcript).toEqual({ exitCode, stderr: "" });
    const { error } = JSON.parse(stdout) as {
      readonly error: { readonly code: string; readonly message: string };
    };
    expect(error.code).toBe(code);
    expect(error.message).toContain(value);
    expect(stdout).not.toContain("jane:secret");
  });

  it.each([
    ["example.com/a", "https://example.com/a"],
    ["//example.com/a", "https://example.com/a"],
    ["http//example.com/a", "https://example.com/a"],
  ])("the URL %s, with the one that was likely meant", async (url, meant) => {
    const { exitCode, stderr } = await meerkat(["get", url]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`\nhint: Write "${meant}".\n`);
  });

  it.each([
    ["a header with a newline", ["-H", "X-A: one\r\nX-B: two"], "request-field-invalid", "one"],
    ["a method that is none", ["-X", "GE T"], "request-method-invalid", "GE T"],
  ])("%s", async (_what, flags, code, value) => {
    const { stdout, ...transcript } = await get("good", ["--report", "json", ...flags]);
    expect(transcript).toEqual({ exitCode: 2, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code, message: expect.stringContaining(value) as string },
    });
  });

  it.each([
    ["that is not there", "ca-file-unreadable", undefined],
    ["that is empty", "ca-file-empty", ""],
    [
      "that holds a private key",
      "ca-file-private-key",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
    [
      "that is damaged",
      "ca-file-malformed",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ],
  ])("a CA file %s", async (_what, code, content) => {
    const file = join(folder, `${code}.pem`);
    if (content !== undefined) await writeFile(file, content);
    const { exitCode, stdout } = await meerkat([
      "get",
      "--report",
      "json",
      "--cacert",
      file,
      lab.url("good"),
    ]);
    expect(exitCode).toBe(77);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code, message: expect.stringContaining(file) as string },
    });
  });

  it("a CA file that holds only a server's certificate", async () => {
    const { exitCode, stdout } = await meerkat([
      "get",
      "--report",
      "json",
      "--cacert",
      lab.client.certificateFile,
      lab.url("good"),
    ]);
    expect(exitCode).toBe(77);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "ca-file-only-leaf" } });
  });

  it.each([
    [
      "a resolve that is none",
      ["--resolve", "a.example"],
      /^error: .*cannot be "a\.example"\. It takes host:port:address, .*\nhint: /,
    ],
    [
      "a time that is none",
      ["-m", "soon"],
      /^error: .*It takes a number of seconds above 0, up to 24 days\.\nhint: /,
    ],
    ["an empty reason", ["--insecure-because", ""], /^error: .*reason.*\nhint: /i],
    [
      "a data file that is not there",
      ["-d", "@nonesuch"],
      /^error: The data file "nonesuch" cannot be read: there is no such file\.\nhint: /,
    ],
  ])("%s", async (_what, flags, stderr) => {
    const transcript = await get("good", flags);
    expect([2, 26]).toContain(transcript.exitCode);
    expect(transcript.stdout).toBe("");
    expect(transcript.stderr).toMatch(stderr);
  });
});

describe("a terminal", () => {
  it("is not given a binary body unless it is asked for", async () => {
    const refused = await meerkat(["get", `${echoUrl}/binary`], { terminal: true });
    expect(refused).toMatchObject({ exitCode: 23, stdout: "" });
    expect(refused.stderr).toContain("The body is binary, and stdout is a terminal.");
    expect((await meerkat(["get", "-o", "-", `${echoUrl}/binary`], { terminal: true })).stdout).toBe(
      "\u0001\u0000\u0002",
    );
    expect((await meerkat(["get", `${echoUrl}/binary`])).stdout).toBe("\u0001\u0000\u0002");
  });

  it("is told of a body that is packed what unpacks it", async () => {
    const refused = await meerkat(["get", `${echoUrl}/packed`], { terminal: true });
    expect(refused.stderr).toContain("Its content coding is gzip: --compressed undoes it.");
    const shown = await meerkat(["get", "--compressed", `${echoUrl}/packed`], { terminal: true });
    expect(shown.stdout).toBe("text");
  });
});

describe("the program in a process of its own", () => {
  it("fetches from the lab, body on stdout, with curl's exit code", () => {
    const run = (site: string): ReturnType<typeof spawnSync> =>
      spawnSync(
        process.execPath,
        ["--import", "tsx", "src/cli/main.ts", "get", "-s", "--cacert", lab.caFile, lab.url(site)],
        { cwd: root },
      );
    // The lab lives in this process, which spawnSync holds up; so only what needs no lab can be run this way.
    expect(run("connection-refused").status).toBe(7);
  });

  it("is quiet when the reader of its output has gone", async () => {
    const program = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", "explain"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    program.stdout.destroy();
    let stderr = "";
    program.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    await once(program, "close");
    expect(stderr).toBe("");
  });

  it("stops when it is interrupted, without a word", async () => {
    const program = spawn(
      process.execPath,
      ["--import", "tsx", "src/cli/main.ts", "get", "-v", "--cacert", lab.caFile, lab.url("head-timeout")],
      { cwd: root, stdio: ["ignore", "ignore", "pipe"] },
    );
    let stderr = "";
    program.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    await once(program.stderr, "data"); // It has begun.
    program.kill("SIGINT");
    const [code] = (await once(program, "close")) as [number | null];
    expect(stderr).not.toContain("error:");
    expect(code).toBe(130);
  });
});

describe("a hostile head", () => {
  const octets =
    "HTTP/1.1 404 N\u009B31mo\r\nX-C1: a\u009B2Jb\r\nX-C0: a\tb\r\nX-Text: gr\u00C3\u00BC\u00DF\r\nX-Utf: gr\u00C3\u00BC\r\nX-Utf-C1: \u00C2\u009B\r\nContent-Length: 0\r\n\r\n";
  const shown = async (terminal: boolean, flag: string): Promise<string> => {
    const respond = Buffer.from(octets, "latin1");
    await using origin = await openOrigin((socket) => socket.once("data", () => socket.write(respond)), {
      tls: false,
    });
    const { stdout } = await meerkat(["get", "-s", flag, origin.url], { terminal });
    return stdout;
  };

  it.each(["-i", "-I"])(
    "%s gives its octets to a file, and no control character to a terminal",
    async (flag) => {
      expect(await shown(false, flag)).toBe(Buffer.from(octets, "latin1").toString());
      expect(await shown(true, flag)).toBe(
        "HTTP/1.1 404 N\\x9b31mo\r\nX-C1: a\\x9b2Jb\r\nX-C0: a\\x09b\r\nX-Text: gr\u00C3\u00BC\u00DF\r\nX-Utf: gr\u00FC\r\nX-Utf-C1: \\x9b\r\nContent-Length: 0\r\n\r\n",
      );
    },
  );
});

it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
  "-H takes %s for a name like any other",
  async (name) => {
    const { fields } = await echoed(["-H", `${name}: x`, "-H", `${name}: y`]);
    const values = fields.filter((_, at) => at % 2 === 1 && fields[at - 1] === name);
    expect(values).toEqual(["x", "y"]);
  },
);
