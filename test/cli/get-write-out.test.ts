/** `meerkat get -w`: curl's variables, from an answer and from a failure; and the flags that fill them. */
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { openOrigin, type Origin } from "./cookies-and-files.ts";
import { meerkat, type Setting } from "./transcript.ts";

let lab: Lab;
let origin: Origin;
beforeAll(async () => {
  lab = await openLab();
  origin = await openOrigin();
});
afterAll(async () => {
  await lab.close();
  await origin[Symbol.asyncDispose]();
});

/** What `-w` printed, without the body. */
async function written(format: string, url: string, ...flags: string[]): Promise<string> {
  const { stdout } = await meerkat([
    "get",
    "-s",
    "-o",
    "/dev/null",
    "--cacert",
    lab.caFile,
    "-w",
    format,
    ...flags,
    url,
  ]);
  return stdout;
}

type Values = Readonly<Record<string, unknown>>;

async function json(url: string, ...flags: string[]): Promise<Values> {
  return JSON.parse(await written("%{json}", url, ...flags)) as Values;
}

describe("a format", () => {
  it("has variables, escapes and percent signs", async () => {
    expect(await written("%{http_code}\\t%{method} 100%% %x\\n", lab.url("good"))).toBe("200\tGET 100% %x\n");
  });

  it("comes behind the body, on stdout or on stderr", async () => {
    const argv = [
      "get",
      "-s",
      "-w",
      "[%{stderr}%{http_code}%{stdout}]\\n",
      "--cacert",
      lab.caFile,
      lab.url("good"),
    ];
    const { stdout, stderr } = await meerkat(argv);
    expect(stdout).toMatch(/^Hello from good[^]*\n\[\]\n$/);
    expect(stderr).toBe("200");
  });

  it("can be read from stdin", async () => {
    const setting: Setting = { stdin: "%{response_code}" };
    const { stdout } = await meerkat(["get", "-I", "-s", "-w", "@-", `${origin.url}/echo`], setting);
    expect(stdout).toMatch(/\r\n\r\n200$/);
  });

  it("has the answer's fields, one or all", async () => {
    expect(await written("%header{content-type}", lab.url("weather"))).toBe("application/json");
    const fields = JSON.parse(await written("%{header_json}", `${origin.url}/set`)) as Values;
    expect(fields["set-cookie"]).toHaveLength(3);
  });

  it("ends at %{onerror} where nothing failed", async () => {
    expect(await written("a%{onerror}b", lab.url("good"))).toBe("a");
    expect(await written("a%{onerror}b", lab.url("expired"))).toBe("ab");
  });

  it.each([
    ["%{http_cod}", ' Did you mean "%{http_code}"?\n'],
    ["%{tls_earlydata}", "\n"],
  ])("has nothing for a variable that is unknown, and that is said: %s", async (format, meant) => {
    const transcript = await meerkat(["get", "-I", "-w", `<${format}>`, `${origin.url}/echo`]);
    expect(transcript).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/<>$/) as string });
    const note = `note: -w has no variable "${format}", and prints nothing for it.${meant}`;
    expect(transcript.stderr.endsWith(note)).toBe(true);
  });

  it("cannot stand beside --report json", async () => {
    const { exitCode, stdout } = await meerkat(["get", "--report", "json", "-w", "x", `${origin.url}/echo`]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
  });
});

describe("%{json}", () => {
  it("describes an answer in curl's names", async () => {
    expect(await json(lab.url("good"), "-e", "https://before.example/")).toMatchObject({
      content_type: "text/plain; charset=utf-8",
      errormsg: null,
      exitcode: 0,
      filename_effective: "/dev/null",
      http_code: 200,
      http_version: "1.1",
      method: "GET",
      num_certs: 2,
      num_connects: 1,
      num_redirects: 0,
      num_retries: 0,
      proxy_used: 0,
      referer: "https://before.example/",
      remote_ip: "127.0.0.1",
      remote_port: lab.port,
      scheme: "HTTPS",
      ssl_verify_result: 0,
      url: lab.url("good"),
      url_effective: lab.url("good"),
    });
  });

  it("has times in seconds, each no earlier than the one before", async () => {
    const times = await json(lab.url("redirect"), "-L");
    const order = ["namelookup", "connect", "appconnect", "pretransfer", "starttransfer", "total"];
    const values = order.map((name) => Number(times[`time_${name}`]));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values[0]).toBeGreaterThanOrEqual(Number(times["time_redirect"]));
    expect(times["time_redirect"]).toBeGreaterThan(0);
    expect(times["time_total"]).toBeLessThan(60);
  });

  it("counts bytes, redirects and retries", async () => {
    const posted = await json(`${origin.url}/echo`, "-d", "12345");
    expect(posted).toMatchObject({ method: "POST", size_upload: 5, scheme: "HTTP", num_certs: 0 });
    expect(posted["size_download"]).toBeGreaterThan(5);
    expect(await json(`${origin.url}/moved`)).toMatchObject({
      num_redirects: 0,
      redirect_url: `${origin.url}/file`,
    });
    expect(await json(`${origin.url}/moved`, "-L")).toMatchObject({
      num_redirects: 1,
      redirect_url: null,
      url: `${origin.url}/moved`,
      url_effective: `${origin.url}/file`,
    });
    expect(await json(lab.url("refused-every-second-time"), "--retry", "1")).toMatchObject({
      http_code: 200,
      num_retries: 1,
    });
  });

  it.each([
    ["expired", 60, 10],
    ["self-signed", 60, 18],
    ["connection-refused", 7, 0],
  ])("describes a failure too: %s", async (site, exitcode, ssl_verify_result) => {
    expect(await json(lab.url(site))).toMatchObject({
      exitcode,
      ssl_verify_result,
      http_code: 0,
      response_code: 0,
      errormsg: expect.stringMatching(/\w/) as string,
    });
    expect(await written("%{http_code}", lab.url(site))).toBe("000");
  });

  it("has every name that curl's has and it knows, of the same kind (skipped where curl is not installed)", async (context) => {
    const argv = ["-s", "-o", "/dev/null", "-w", "%{json}", "--cacert", lab.caFile];
    const resolve = ["--resolve", `good.lab.localhost:${lab.port}:127.0.0.1`];
    const curl = await new Promise<string>((done) => {
      // Not spawnSync: the lab that answers lives in this process.
      execFile("curl", [...argv, ...resolve, lab.url("good")], (_error, stdout) => done(stdout));
    });
    if (curl === "") return context.skip();
    const theirs = JSON.parse(curl) as Values;
    const ours = await json(lab.url("good"));
    const shared = Object.keys(ours).filter((name) => name in theirs);
    expect(shared.length).toBeGreaterThan(25);
    for (const name of shared) {
      if (ours[name] === null || theirs[name] === null) continue;
      expect([name, typeof ours[name]]).toEqual([name, typeof theirs[name]]);
    }
    for (const name of [
      "http_code",
      "method",
      "num_redirects",
      "url_effective",
      "ssl_verify_result",
      "size_download",
    ])
      expect([name, ours[name]]).toEqual([name, theirs[name]]);
  });
});

describe("-G", () => {
  it.each([
    ["/echo", ["-d", "a=1", "-d", "b=2"], "/echo?a=1&b=2"],
    ["/echo?x=0", ["-d", "a=1"], "/echo?x=0&a=1"],
    ["/echo#part", ["-d", "a=1"], "/echo?a=1"],
    ["/echo", [], "/echo"],
  ])("puts the data into the URL of %s", async (path, flags, asked) => {
    const { stdout } = await meerkat(["get", "-s", "-G", ...flags, `${origin.url}${path}`]);
    const { url, headers } = JSON.parse(stdout) as { readonly url: string; readonly headers: Values };
    expect(url).toBe(asked);
    expect(headers["content-type"]).toBeUndefined();
  });

  it("has no place for a form", async () => {
    const { exitCode, stderr } = await meerkat(["get", "-G", "-F", "a=1", `${origin.url}/echo`]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: -G puts the data of -d into the URL/);
  });
});

describe("-v", () => {
  it("says why a connection carries no other request, and why an attempt was made again", async () => {
    const flags = ["-v", "--retry", "1", "--cacert", lab.caFile, "-H", "Connection: close"];
    const { stderr } = await meerkat(["get", ...flags, lab.url("refused-every-second-time")]);
    const text = stderr.replaceAll(/\n\* +/g, " ");
    expect(text).toMatch(/ends +connection \d+ carries no other request: the request said Connection: close/);
    expect(text).toMatch(
      /again +attempt 1 \(connection \d+\) ended with status 503; made again \(asked for: status 503\)/,
    );
  });
});
