/** The HTTP sites, seen by curl, and byte for byte through a bare TLS socket. */
import { connect } from "node:tls";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { run, type Outcome } from "../child.ts";
import { hasCurl, hasOpenssl } from "./outside.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

describe.skipIf(!hasCurl)("the lab, seen by curl", () => {
  const curl = (name: string, ...more: readonly string[]): Promise<Outcome> =>
    run("curl", ["-sS", "-m", "100", "--cacert", lab.caFile, ...more, lab.url(name)]);
  const statusOf = async (name: string, ...more: readonly string[]): Promise<string> =>
    (await curl(name, "-o", "/dev/null", "-w", "%{http_code}", ...more)).stdout;

  test.each([
    ["good", 0],
    ["expired", 60],
    ["not-yet-valid", 60],
    ["wrong-host", 60],
    ["self-signed", 60],
    ["untrusted-root", 60],
    ["missing-intermediate", 60],
    ["tls-version", 35],
    ["not-tls", 35],
    ["connection-refused", 7],
    ["empty-response", 52],
    ["body-truncated", 18],
    ["content-coding-malformed", 0],
  ])("%s ends with curl's exit code %i", async (name, code) => {
    expect((await curl(name)).exitCode).toBe(code);
  });

  test("the weather site refuses a request without a User-Agent, with the words of Akamai's page", async () => {
    const { stdout } = await curl("weather", "-i", "-A", "");
    expect(stdout).toMatch(/^HTTP\/1.1 403 /);
    expect(stdout).toContain("Access Denied");
    expect(stdout).toMatch(/Reference #18\./);
    expect(JSON.parse((await curl("weather")).stdout)).toMatchObject({ station: "LAB1" });
  });

  test.each([
    ["user-agent-misspelt", ["-A", "", "-H", "UserAgent: me"], "403"],
    ["user-agent-misspelt", ["-A", "me"], "200"],
    ["user-agent-contact", ["-A", "app/1.0"], "403"],
    ["user-agent-contact", ["-A", "app/1.0 (me@example.org)"], "200"],
    ["user-agent-browser", ["-A", "Mozilla/5.0 (X11)"], "200"],
    ["header-order", ["-A", "me"], "403"],
    ["header-order", ["-A", "", "-H", "Accept: */*", "-H", "User-Agent: me"], "200"],
    ["header-conjunction", ["-A", "Mozilla/5.0"], "403"],
    ["header-conjunction", ["-A", "Mozilla/5.0", "-H", "Accept: text/html"], "200"],
    ["header-conjunction", ["-A", "curl/1"], "200"],
    ["accept-wildcard", ["-H", "Accept: application/json"], "200"],
    ["accept-language-missing", ["-H", "Accept-Language: en"], "200"],
    ["accept-encoding-missing", ["--compressed"], "200"],
    ["host-with-port", ["-H", "Host: host-with-port.lab.localhost"], "200"],
    ["basic-authentication", ["-u", "lab:lab"], "200"],
    ["basic-authentication", ["-u", "lab:other"], "401"],
  ])("%s with %j answers %s", async (name, args, status) => {
    expect(await statusOf(name, ...args)).toBe(status);
  });

  test("a refusal that depends on nothing comes every second time", async () => {
    const statuses: string[] = [];
    for (let time = 0; time < 4; time++) statuses.push(await statusOf("refused-every-second-time"));
    expect(statuses).toEqual(["503", "200", "503", "200"]);
  });

  test.each([
    ["*/*", "text/html; charset=UTF-8"],
    ["application/json", "application/json"],
    ["text/plain", "text/plain; charset=utf-8"],
  ])("the page like Cloudflare's is, for Accept: %s, %s", async (accept, type) => {
    const { stdout } = await curl(
      "blocked-like-cloudflare",
      "-o",
      "/dev/null",
      "-H",
      `Accept: ${accept}`,
      "-w",
      "%{content_type}",
    );
    expect(stdout).toBe(type);
  });

  test("redirects arrive, go in circles, or lead out of TLS", async () => {
    expect(await statusOf("redirect", "-L")).toBe("200");
    expect((await curl("redirect-loop", "-L", "--max-redirs", "30")).exitCode).toBe(47);
    const { stdout } = await curl("redirect-downgrade", "-o", "/dev/null", "-w", "%{redirect_url}");
    expect(stdout).toBe("http://redirect-downgrade.lab.localhost/");
  });

  test("text from a request is escaped in the page that repeats it", async () => {
    const { stdout } = await curl("blocked-like-akamai", "-H", 'Host: <script>"x"</script>');
    expect(stdout).not.toContain("<script>");
    expect(stdout).toContain("&lt;script&gt;");
  });
});

describe("the lab, byte for byte", () => {
  /** What comes back for a plain GET, until the connection ends or there is enough. */
  const read = (name: string, isEnough: (all: string) => boolean = () => false): Promise<Buffer> => {
    const { hostname, port, host } = new URL(lab.url(name));
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect(
        { host: "127.0.0.1", port: Number(port), servername: hostname, ca: lab.caPem },
        () => {
          socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
        },
      );
      socket.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (isEnough(Buffer.concat(chunks).toString("latin1"))) socket.destroy();
      });
      socket.on("error", () => undefined);
      socket.on("close", () => {
        resolve(Buffer.concat(chunks));
      });
    });
  };
  const bodyOf = (response: Buffer): Buffer => response.subarray(response.indexOf("\r\n\r\n") + 4);

  test("the truncated body has 6 of the 1,000 bytes announced", async () => {
    const response = await read("body-truncated");
    expect(response.toString()).toContain("Content-Length: 1000\r\n");
    expect(bodyOf(response)).toHaveLength(6);
  });

  test("the second response follows the first", async () => {
    const both = /^HTTP\/1\.1 200 OK[^]*HTTP\/1\.1 200 OK/;
    expect((await read("second-response", (all) => both.test(all))).toString()).toMatch(both);
  });

  test("the large heads, extensions and trailers have more than a mebibyte", async () => {
    for (const name of ["head-too-large", "chunk-extensions-too-large", "trailers-too-large"]) {
      expect((await read(name)).length).toBeGreaterThan(1_048_576);
    }
  });

  test("the body compressed twenty times is there after twenty times", async () => {
    let body = bodyOf(await read("too-many-codings"));
    for (let time = 0; time < 20; time++) body = gunzipSync(body);
    expect(body.toString()).toBe("Hello\n");
  });

  test("the bomb has kilobytes, that become megabytes, that become two gibibytes", async () => {
    const outer = bodyOf(await read("decompression-bomb"));
    expect(outer.length).toBeLessThan(16_384);
    const inner = gunzipSync(outer);
    const unfolded = 64 * 32 * 1_048_576;
    expect(inner.length).toBeGreaterThan(unfolded / 1_100);
    // RFC 1952 §2.3.1: each member ends with the length of what is in it, modulo 2^32.
    expect(inner.readUInt32LE(inner.length - 4)).toBe(unfolded / 64);
  });
});

describe("how a connection ends", () => {
  /** The end that a client sees after the body: close_notify is what OpenSSL's `-verify_quiet` client calls closed. */
  const closing = async (name: string): Promise<string> => {
    const { hostname, port, host } = new URL(lab.url(name));
    const args = [
      "s_client",
      "-connect",
      `127.0.0.1:${port}`,
      "-servername",
      hostname,
      "-tls1_2",
      "-msg",
      "-ign_eof",
    ];
    return (
      await run("openssl", args, { stdin: `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n` })
    ).stdout;
  };

  test.skipIf(!hasOpenssl)("with close_notify, and without", async () => {
    const notify = /<<< [^\n]*Alert[^\n]*close_notify/;
    expect(await closing("until-close")).toMatch(notify);
    const without = await closing("no-close-notify");
    expect(without).toContain("Hello");
    expect(without).not.toMatch(notify);
  });
});
