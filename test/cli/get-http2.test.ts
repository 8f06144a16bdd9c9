/** Which version of HTTP `meerkat get` speaks, how it says so, and what it says where a server speaks another. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answering, openHttp, openOrigin, reply, rootPem, type Origin } from "../client/origin.ts";
import { openHttp2, openScript } from "../client/http2/origin.ts";
import { meerkat, type Transcript } from "./transcript.ts";

let folder: string;
let both: Origin;
let older: Origin;
let silent: Origin;
let plain: Origin;
let plainOlder: Origin;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-http2-"));
  await writeFile(join(folder, "root.pem"), rootPem);
  const answerStream: Parameters<typeof openHttp2>[0] = (stream, headers) => {
    stream.respond({ ":status": headers[":path"] === "/missing" ? 404 : 200, "x-answer": "a" });
    stream.end("by h2");
  };
  both = await openScript({
    onRequest: (talk, stream) => {
      talk.head(stream, 200);
      talk.data(stream, "by h2", true);
    },
    onHttp1: answering(() => reply("by 1.1")),
  });
  older = await openHttp((_, response) => response.end("by 1.1"));
  silent = await openHttp((_, response) => response.end("by 1.1"), { tls: { ALPNProtocols: [] } });
  plain = await openHttp2(answerStream, { tls: false });
  plainOlder = await openHttp((_, response) => response.end("by 1.1"), { tls: false });
});
afterAll(async () => {
  for (const origin of [both, older, silent, plain, plainOlder]) await origin.close();
  await rm(folder, { recursive: true });
});

function get(...argv: readonly string[]): Promise<Transcript> {
  return meerkat(["get", "--cacert", join(folder, "root.pem"), ...argv]);
}

describe("-v says which version was spoken, and why not the other", () => {
  it.each<[readonly string[], () => Origin, string, string]>([
    [[], () => both, "by h2", "HTTP/2: the server chose h2 of h2, http/1.1 (ALPN)"],
    [["--http2"], () => both, "by h2", "HTTP/2: the server chose h2 of h2, http/1.1 (ALPN)"],
    [["--http2-prior-knowledge"], () => both, "by h2", "HTTP/2: the server chose h2 of h2, http/1.1 (ALPN)"],
    [
      ["--http2-only"],
      () => both,
      "by h2",
      "HTTP/2: asked for by --http2-only, and the server chose h2 (ALPN)",
    ],
    [["--http1.1"], () => both, "by 1.1", "HTTP/1.1: asked for by --http1.1"],
    [["--http2"], () => older, "by 1.1", "HTTP/1.1: the server chose http/1.1 of h2, http/1.1 (ALPN)"],
    [[], () => silent, "by 1.1", "HTTP/1.1: the server did not answer the offer of h2, http/1.1 (ALPN)"],
    [
      ["--http2"],
      () => plainOlder,
      "by 1.1",
      "HTTP/1.1: http:// has no ALPN, by which a server chooses HTTP/2",
    ],
    [
      ["--http2-prior-knowledge"],
      () => plain,
      "by h2",
      "HTTP/2: asked for by --http2-prior-knowledge, without asking the server (prior knowledge)",
    ],
    [
      ["--http2-only"],
      () => plain,
      "by h2",
      "HTTP/2: asked for by --http2-only, without asking the server (prior knowledge)",
    ],
  ])("%j: %s", async (flags, origin, body, said) => {
    const { stdout, stderr } = await get("-v", ...flags, origin().url);
    expect(stdout).toBe(body);
    expect(oneLine(stderr)).toContain(` http ${said}`);
  });

  it("after HTTP_1_1_REQUIRED, too", async () => {
    await using origin = await openScript({
      onRequest: (talk, stream) => talk.writer.reset(stream, "HTTP_1_1_REQUIRED"),
      onHttp1: answering(() => reply("by 1.1")),
    });
    const { stdout, stderr } = await get("-v", origin.url);
    expect(stdout).toBe("by 1.1");
    expect(oneLine(stderr)).toContain(
      " http HTTP/1.1: the server wants this request by it (HTTP_1_1_REQUIRED)",
    );
  });
});

describe("over HTTP/2", () => {
  it("-v says why a connection is over, and why another is opened", async () => {
    await using origin = await openScript({
      onRequest: (talk, stream, index) => {
        if (index === 0) talk.writer.goaway(0, "NO_ERROR");
        else talk.head(stream, 204, true);
      },
    });
    const { exitCode, stderr } = await get("-v", origin.url);
    expect(exitCode).toBe(0);
    const said = oneLine(stderr);
    expect(said).toMatch(/ ends connection \d+ carries no other request: the server said GOAWAY/);
    expect(said).toMatch(/ opened connection \d+: connection \d+ takes no more requests: goaway/);
    expect(said).toMatch(/ again attempt 1 \(connection \d+\) ended with http2-goaway; made again/);
  });

  it("-v says of a connection on which the server takes no request that it is over for that", async () => {
    await using origin = await openScript({
      settings: [[3, 0]],
      onRequest: (talk, stream) => talk.writer.reset(stream, "REFUSED_STREAM"),
    });
    const { exitCode, stderr } = await get("-v", origin.url);
    expect(exitCode).not.toBe(0);
    expect(oneLine(stderr)).toMatch(/ carries no other request: the server takes no request on it/);
  });

  it("-v shows both heads as they were, with secrets masked", async () => {
    const { stderr } = await get("-v", "--http2-only", "-u", "me:hunter2", `${plain.url}/missing`);
    const lines = stderr.split("\n").filter((line) => /^[<>]/.test(line));
    expect(lines.filter((line) => line.startsWith(">"))).toEqual([
      "> :method: GET",
      "> :scheme: http",
      `> :authority: localhost:${plain.port}`,
      "> :path: /missing",
      expect.stringMatching(/^> user-agent: meerkat\//),
      "> accept: */*",
      "> authorization: Basic ***",
      ">",
    ]);
    expect(lines).toContain("< HTTP/2 404");
    expect(lines).toContain("< x-answer: a");
    expect(stderr).not.toContain("hunter2");
  });

  it("-i, -w and --json have curl's names for it", async () => {
    const printed = await get("-s", "-i", "-w", "%{http_version} %{response_code}", both.url);
    expect(printed.stdout).toBe("HTTP/2 200 \r\n\r\nby h22 200");
    const { stdout } = await get("--report", "json", both.url);
    expect(JSON.parse(stdout)).toMatchObject({ httpVersion: "2", reason: "", connection: { alpn: "h2" } });
  });
});

describe("flags that contradict each other", () => {
  it.each([
    ["--http1.1", "--http2"],
    ["--http1.1", "--http2-prior-knowledge"],
    ["--http2", "--http2-only"],
  ])("%s and %s are refused", async (one, other) => {
    const { exitCode, stderr } = await get(one, other, both.url);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: ${one} and ${other} cannot stand together.\nhint: Leave one of them out; without any, an https:// server chooses.\n`,
    });
  });
});

describe("a server that speaks another version than was meant", () => {
  it("chooses h2 and speaks HTTP/1.1", async () => {
    await using origin = await openOrigin(
      (socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
      { tls: { ALPNProtocols: ["h2"] } },
    );
    expect(await refusalOf(origin.url)).toEqual([
      "http2-not-spoken",
      'The server agreed to HTTP/2 (ALPN) and speaks HTTP/1: its first bytes are "HTTP/1.1 400 Bad Request\\r\\n\\r\\n".',
      "Ask for HTTP/1.1 (--http1.1).",
    ]);
  });

  it("has no ALPN, and HTTP/2 alone was asked for", async () => {
    expect(await refusalOf(silent.url, "--http2-only")).toEqual([
      "http2-not-chosen",
      "localhost does not speak HTTP/2: it did not answer the offer (ALPN) in the handshake.",
      "Let the server choose (--http2): HTTP/2 where it speaks it, HTTP/1.1 elsewhere.",
    ]);
  });

  it("speaks HTTP/1.1 alone, and is met with HTTP/2 in plain", async () => {
    const [code, sentence, hint] = await refusalOf(plainOlder.url, "--http2-prior-knowledge");
    expect(code).toBe("http2-not-spoken");
    expect(sentence).toMatch(
      /^HTTP\/2 was spoken to the server as one that is known to understand it, and it speaks HTTP\/1: .*400 Bad Request/,
    );
    expect(hint).toBe("Ask for HTTP/1.1 (--http1.1).");
  });

  it("speaks TLS, and is met with HTTP/2 in plain", async () => {
    // A TLS alert: handshake_failure (RFC 8446 §6).
    const alert = Uint8Array.of(21, 3, 3, 0, 2, 2, 40);
    await using origin = await openOrigin((socket) => socket.once("data", () => socket.end(alert)), {
      tls: false,
    });
    const [code, sentence, hint] = await refusalOf(origin.url, "--http2-prior-knowledge");
    const secure = origin.url.replace("http:", "https:");
    expect({ code, hint }).toEqual({
      code: "http2-not-spoken",
      hint: `Likely the port speaks TLS: ask for ${secure}, or let meerkat why ${secure} find out.`,
    });
    expect(sentence).toContain("and it speaks TLS: its first bytes are");
  });

  it.each(["--http2-prior-knowledge", "--http2-only"])(
    "ends the connection at the preface (%s)",
    async (flag) => {
      await using origin = await openOrigin((socket) => socket.once("data", () => socket.end()), {
        tls: false,
      });
      const [code, , hint] = await refusalOf(origin.url, flag);
      expect([code, hint]).toEqual([
        "empty-response",
        `Likely the server does not speak HTTP/2 in plain: try --http1.1, or ${origin.url.replace("http:", "https:")} if the port speaks TLS.`,
      ]);
    },
  );

  it("has HTTP/1.1 alone to choose from by ALPN, and HTTP/2 alone was asked for", async () => {
    const [code, , hint] = await refusalOf(older.url, "--http2-only");
    expect([code, hint]).toEqual([
      "alpn-mismatch",
      "HTTP/2 alone was offered: let the server choose (--http2).",
    ]);
  });
});

/** Code, sentence and hint of what is refused. */
async function refusalOf(...argv: readonly string[]): Promise<readonly (string | undefined)[]> {
  const { stdout } = await get("--report", "json", ...argv);
  const { error } = JSON.parse(stdout) as { readonly error: Record<"code" | "message" | "hint", string> };
  return [error.code, error.message, error.hint];
}

function oneLine(text: string): string {
  return text.replaceAll(/\n\*? +/g, " ").replaceAll(/ +/g, " ");
}
