/** `meerkat get`: the flags for redirects, credentials, bodies, retries and proxies, against the lab and an echo. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { meerkat, type Setting, type Transcript } from "./transcript.ts";

let lab: Lab;
let folder: string;
let echo: Server;
let echoPort: number;
beforeAll(async () => {
  lab = await openLab();
  folder = await mkdtemp(join(tmpdir(), "meerkat-get-"));
  // Answers with the request itself, in plain HTTP; so it is a proxy's half as well.
  echo = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString("latin1") }));
    });
  }).listen(0, "127.0.0.1");
  await once(echo, "listening");
  echoPort = (echo.address() as AddressInfo).port;
});
afterAll(async () => {
  echo.closeAllConnections();
  echo.close();
  await lab.close();
  await rm(folder, { recursive: true });
});

function get(site: string, flags: readonly string[] = []): Promise<Transcript> {
  return meerkat(["get", "--cacert", lab.caFile, ...flags, lab.url(site)]);
}

/** A pipe, and somebody who writes that to it. */
async function pipeWith(content: string): Promise<string> {
  const pipe = join(await mkdtemp(join(folder, "pipe-")), "pipe");
  execFileSync("bash", ["-c", 'mkfifo "$0"', pipe]);
  spawn("bash", ["-c", 'printf %s "$1" > "$0"', pipe, content]);
  return pipe;
}

interface Echoed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function echoed(flags: readonly string[], setting: Setting = {}): Promise<Echoed> {
  const { exitCode, stdout, stderr } = await meerkat(
    ["get", "-s", ...flags, `http://127.0.0.1:${echoPort}/a`],
    setting,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Echoed;
}

async function statusOf(site: string, flags: readonly string[]): Promise<number> {
  const { stdout } = await get(site, ["--report", "json", ...flags]);
  return (JSON.parse(stdout) as { readonly status: number }).status;
}

describe("redirects", () => {
  it("are shown, not followed", async () => {
    expect(await statusOf("redirect", [])).toBeGreaterThanOrEqual(300);
  });

  it("are followed with -L, each with its own report", async () => {
    const { stdout } = await get("redirect", ["-L", "--report", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ status: 200, redirects: [{ trust: { kind: "verified" } }] });
  });

  it.each([
    ["redirect-loop", "redirect-loop"],
    ["redirect-downgrade", "redirect-downgrade"],
  ])("that lead nowhere end with 47: %s", async (site, code) => {
    const { exitCode, stdout } = await get(site, ["-L", "--report", "json"]);
    expect(exitCode).toBe(47);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
  });
});

describe("credentials", () => {
  it("-u logs in with basic authentication", async () => {
    expect(await statusOf("basic-authentication", [])).toBe(401);
    expect(await statusOf("basic-authentication", ["-u", "lab:lab"])).toBe(200);
  });

  it("-u with --digest sends nothing before it is asked", async () => {
    expect((await echoed(["-u", "a:b", "--digest"])).headers["authorization"]).toBeUndefined();
    expect((await echoed(["-u", "a:b"])).headers["authorization"]).toBe("Basic YTpi");
  });

  it("--cert and --key make the client known to a server that wants it", async () => {
    const { certificateFile, keyFile } = lab.client;
    const without = await get("client-certificate-required", ["-s"]);
    expect(without.exitCode).toBe(98);
    const flags = ["--cert", certificateFile, "--key", keyFile];
    expect(await statusOf("client-certificate-required", flags)).toBe(200);
  });

  it.each([
    ["a user without a password", ["-u", "jane"], 2, /^error: -u holds no password/],
    ["digest without a user", ["--digest"], 2, /^error: --digest has nobody to log in/],
    ["a key without its certificate", ["--key", "a.pem"], 2, /^error: --key needs the certificate/],
    ["an empty certificate", ["--cert", "/dev/null"], 58, /^error: .*"\/dev\/null" is empty/],
    [
      "a certificate that is not there",
      ["--cert", "nonesuch.pem"],
      58,
      /^error: .*"nonesuch\.pem" cannot be read: there is no such file\.\nhint: Check the path/,
    ],
  ])("are refused when they are incomplete: %s", async (_what, flags, exitCode, stderr) => {
    const transcript = await get("good", flags);
    expect(transcript).toMatchObject({ exitCode, stdout: "" });
    expect(transcript.stderr).toMatch(stderr);
  });
});

it("says of a file in no folder that there is no folder", async () => {
  const { exitCode, stderr } = await get("good", ["-o", "/nonexistent/x"]);
  expect(exitCode).toBe(23);
  expect(stderr).toContain('The file "/nonexistent/x" cannot be written: its folder does not exist.');
});

describe("a redirect without -L", () => {
  it("is said to lead elsewhere, and how to go there", async () => {
    const { exitCode, stderr } = await get("redirect", []);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^http: 30\d [A-Za-z ]+, to https:\/\/\S+ \(-L follows it\)$/m);
    expect((await get("redirect", ["-L"])).stderr).not.toContain("follows it");
  });
});

describe("--pinnedpubkey", () => {
  async function pinOf(site: string): Promise<string> {
    const { stdout } = await meerkat(["inspect", "--json", "--cacert", lab.caFile, lab.url(site)]);
    const { certificates } = JSON.parse(stdout) as {
      readonly certificates: readonly { readonly pin: string }[];
    };
    return certificates[0]?.pin.replace("sha256/", "sha256//") ?? "";
  }

  it("accepts the key that is pinned, and says so", async () => {
    const { exitCode, stderr } = await get("good", ["--pinnedpubkey", await pinOf("good")]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("its key is one of the pinned ones");
  });

  it("refuses another one with curl's 90, and names the keys seen", async () => {
    const { exitCode, stdout } = await get("good", [
      "--report",
      "json",
      "--pinnedpubkey",
      await pinOf("expired"),
    ]);
    expect(exitCode).toBe(90);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: "pin-mismatch",
        detail: { seen: expect.arrayContaining([(await pinOf("good")).replace("//", "/")]) as unknown },
      },
    });
  });

  it("is not what a self-signed certificate is met with: it can be given, and is checked then", async () => {
    const { exitCode, stderr } = await get("self-signed", []);
    expect(exitCode).toBe(60);
    expect(stderr).toContain("give that as a root (--cacert FILE)");
    expect(stderr).not.toContain("--insecure-because");
  });

  it.each(["no-names"])("with a reason, is what the hint for %s says will do", async (site) => {
    const refused = await get(site, []);
    expect(refused).toMatchObject({ exitCode: 60 });
    expect(refused.stderr).toContain("--pinnedpubkey sha256//… --insecure-because REASON");
    const advised = ["--insecure-because", "this box is ours", "--pinnedpubkey"];
    expect(await get(site, [...advised, await pinOf(site)])).toMatchObject({ exitCode: 0 });
    expect(await get(site, [...advised, await pinOf("good")])).toMatchObject({ exitCode: 90 });
  });

  it("refuses a pin that is none", async () => {
    expect(await get("good", ["--pinnedpubkey", "sha256//AAAA"])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("bodies", () => {
  it("-T sends a file with PUT, with its length", async () => {
    const file = join(folder, "upload.bin");
    await writeFile(file, "one\ntwo\n");
    const request = await echoed(["-T", file]);
    expect(request).toMatchObject({ method: "PUT", body: "one\ntwo\n", headers: { "content-length": "8" } });
  });

  it("-T - sends stdin in chunks", async () => {
    const request = await echoed(["-T", "-"], { stdin: "from stdin\n" });
    expect(request).toMatchObject({
      method: "PUT",
      body: "from stdin\n",
      headers: { "transfer-encoding": "chunked" },
    });
  });

  it("-T sends what a pipe gives, as it comes", async () => {
    const request = await echoed(["-T", await pipeWith("piped")]);
    expect(request).toMatchObject({ body: "piped", headers: { "transfer-encoding": "chunked" } });
  });

  it("-F sends what a pipe gives as a part", async () => {
    const { body } = await echoed(["-F", `a=@${await pipeWith("piped")};filename=a.txt`]);
    expect(body).toMatch(/name="a"; filename="a\.txt"\r\n(?:.+\r\n)*\r\npiped\r\n/);
  });

  it("-F sends values and files as parts", async () => {
    const file = join(folder, "picture.png");
    await writeFile(file, "PNG");
    const { method, headers, body } = await echoed(["-F", "a=1", "-F", `b=@${file};type=image/png`]);
    expect(method).toBe("POST");
    expect(headers["content-type"]).toMatch(/^multipart\/form-data; ?boundary=/);
    expect(body).toMatch(/name="a"\r\n\r\n1\r\n/);
    expect(body).toMatch(/name="b"; filename="picture\.png"\r\nContent-Type: image\/png\r\n\r\nPNG\r\n/i);
  });

  it.each([
    ["two kinds of them", ["-d", "a", "-T", "b"], 2, /^error: A request has one body/],
    ["a part without a name", ["-F", "nonsense"], 2, /^error: Part 1 of 1 is not of the form name=value/],
    [
      "a file that is not there",
      ["-T", "nonesuch.bin"],
      26,
      /^error: The data file "nonesuch\.bin" cannot be read: there is no such file/,
    ],
  ])("are refused before any connection: %s", async (_what, flags, exitCode, stderr) => {
    const transcript = await get("good", flags);
    expect(transcript).toMatchObject({ exitCode, stdout: "" });
    expect(transcript.stderr).toMatch(stderr);
  });
});

describe("other flags", () => {
  it("--retry tries again where it may help", async () => {
    const { stdout } = await get("refused-every-second-time", ["--retry", "1", "--report", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 200,
      attempts: [{ outcome: { status: 503 } }, { outcome: { status: 200 } }],
    });
  });

  it("--check-status ends with 22 on a status that says no, and prints the body all the same", async () => {
    const { exitCode, stdout } = await get("weather", ["-s", "-A", "", "--check-status"]);
    expect(exitCode).toBe(22);
    expect(stdout).toContain("Access Denied");
    expect((await get("weather", ["-s", "--check-status"])).exitCode).toBe(0);
    expect(
      JSON.parse((await get("weather", ["--report", "json", "-A", "", "--check-status"])).stdout),
    ).toMatchObject({
      exitCode: 22,
    });
  });

  it("--compressed asks for codings, and without it none is asked for", async () => {
    expect((await echoed([])).headers["accept-encoding"]).toBeUndefined();
    expect((await echoed(["--compressed"])).headers["accept-encoding"]).toContain("gzip");
  });

  it("-x goes through a proxy, in absolute form where the URL is http", async () => {
    const argv = ["get", "-s", "-x", `http://127.0.0.1:${echoPort}`, "http://a.example/b"];
    const { stdout } = await meerkat(argv);
    expect(JSON.parse(stdout)).toMatchObject({ url: "http://a.example/b", headers: { host: "a.example" } });
  });

  it("-x that leads nowhere is said to be the flag's fault", async () => {
    const argv = ["get", "-x", "http://127.0.0.1:1", "https://a.example/"];
    const { exitCode, stderr } = await meerkat(argv);
    expect(exitCode).toBe(7);
    expect(stderr).toMatch(
      /^error: The proxy http:\/\/127\.0\.0\.1:1 \(from -x\) cannot .*\nhint: Check the proxy's address in -x\.\n$/,
    );
  });

  it("the environment's proxy is used, and --noproxy leaves it out", async () => {
    const env = { http_proxy: `http://127.0.0.1:${echoPort}` };
    const through = await meerkat(["get", "-s", "http://127.0.0.2:1/b"], { env });
    expect(JSON.parse(through.stdout)).toMatchObject({ url: "http://127.0.0.2:1/b" });
    const around = await meerkat(["get", "-s", "--noproxy", "127.0.0.0/8", "http://127.0.0.2:1/b"], { env });
    expect(around.exitCode).toBe(7);
  });

  it("-O names the file as the URL does, and needs a name there", async () => {
    const { exitCode, stderr } = await get("good", ["-O"]);
    expect(exitCode).toBe(23);
    expect(stderr).toMatch(
      /^error: The URL ".*" names no file\.\nhint: Give the file a name with -o FILE\.\n$/,
    );
    const before = process.cwd();
    process.chdir(folder);
    try {
      await meerkat(["get", "-s", "-O", `http://127.0.0.1:${echoPort}/a/report.json?b=c`]);
    } finally {
      process.chdir(before);
    }
    expect(JSON.parse(await readFile(join(folder, "report.json"), "utf8"))).toMatchObject({
      url: "/a/report.json?b=c",
    });
  });
});
