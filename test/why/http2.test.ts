/** `why` over both versions of HTTP: by which it asks, which of them is the cause, and how surely. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, HttpsError, type ClientOptions } from "../../src/index.ts";
import { connectionBudget, type Diagnosis } from "../../src/diagnosis/index.ts";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { openOrigin, openHttp, rootPem, identity } from "../client/origin.ts";
import { openHttp2, openScript } from "../client/http2/origin.ts";
import { meerkat } from "../cli/transcript.ts";
import { findViolations } from "./schema.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({
    sites: [
      "good",
      "http2",
      "http2-only",
      "http2-preferred",
      "http2-unwelcome",
      "http2-not-spoken",
      "http2-protocol-broken",
      "http2-http11-required",
      "http2-refused",
    ],
  });
});
afterAll(() => lab.close());

/** What a client's `why` says, in the form that the schema has. */
async function ask(url: string, options: ClientOptions = {}): Promise<Diagnosis> {
  await using client = new Client({ roots: [rootPem, lab.caPem], ...options });
  return told(await client.why(url));
}

function told(report: { toJSON: () => unknown }): Diagnosis {
  const diagnosis = JSON.parse(JSON.stringify(report)) as Diagnosis;
  expect(findViolations(diagnosis)).toEqual([]);
  return diagnosis;
}

const namesOf = ({ experiments }: Diagnosis): readonly string[] => experiments.map(({ name }) => name);
const lastStage = ({ stages }: Diagnosis): Diagnosis["stages"][number] | undefined => stages.at(-1);

type Request = IncomingMessage | Http2ServerRequest;
type Respond = (request: Request, response: ServerResponse | Http2ServerResponse) => void;

interface Both extends AsyncDisposable {
  readonly url: string;
  /** `GET h2`, in order. */
  readonly asked: readonly string[];
  /** At the level of TCP. */
  readonly connections: () => number;
}

/** Node's server of both versions. */
async function openBoth(respond: Respond): Promise<Both> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createSecureServer({ ...identity, allowHTTP1: true });
  server.on("sessionError", () => {});
  server.on("request", (request, response) => {
    asked.push(`${request.method} ${request.httpVersion === "2.0" ? "h2" : "http/1.1"}`);
    respond(request, response);
  });
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket.on("error", () => {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/`,
    asked,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const isHttp2 = ({ httpVersion }: Request): boolean => httpVersion === "2.0";

/** Answers with this status. */
function answer(response: ServerResponse | Http2ServerResponse, status: number): void {
  response.statusCode = status;
  response.end("said\n");
}

describe("it asks as the client itself would", () => {
  test("by the version that the server chooses, and the layer is called by that", async () => {
    const diagnosis = await ask(lab.url("http2"));
    expect(diagnosis).toMatchObject({ healthy: true, answer: { status: 200, protocol: "h2" } });
    expect(lastStage(diagnosis)).toMatchObject({ stage: "http", protocol: "h2" });
    expect(lastStage(diagnosis)?.says).toContain("and the server chose HTTP/2 (ALPN)");
    const old = await ask(lab.url("good"));
    expect(lastStage(old)).toMatchObject({ stage: "http", protocol: "http/1.1" });
    expect(lastStage(old)?.says).toContain("and the server chose HTTP/1.1 (ALPN)");
    // It has chosen: the other version is not tried.
    expect(namesOf(old)).not.toContain("the request over HTTP/2");
  });

  test("by HTTP/1.1 alone where that is asked for", async () => {
    await using server = await openBoth((_request, response) => answer(response, 200));
    const diagnosis = await ask(server.url, { protocol: "http/1.1" });
    expect(diagnosis).toMatchObject({ healthy: true, answer: { protocol: "http/1.1" } });
    expect(lastStage(diagnosis)?.says).toContain("HTTP/1.1 alone was offered (ALPN)");
    expect(new Set(server.asked)).toEqual(new Set(["GET http/1.1"]));
  });

  test("in a terminal, by the flags of get, under the name of what was spoken", async () => {
    const said = async (...flags: readonly string[]): Promise<string> =>
      (await meerkat(["why", "--cacert", lab.caFile, "--no-experiments", ...flags, lab.url("http2")])).stdout;
    expect(await said()).toMatch(/^✓ HTTP\/2 .* ms {2}200, /m);
    expect(await said("--http2-only")).toMatch(/^✓ HTTP\/2 /m);
    expect(await said("--http1.1")).toMatch(/^✓ HTTP\/1\.1 .* ms {2}200 OK, /m);
    const { stderr, exitCode } = await meerkat(["why", "--http1.1", "--http2-only", lab.url("http2")]);
    expect({ stderr, exitCode }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("stand together"),
    });
    const other = await meerkat(["why", "--http1.1", "postgres://db.example/"]);
    expect(other.stderr).toContain("--http1.1 is for web sites");
  });

  test("what the server wants by HTTP/1.1 is asked so, as a request is", async () => {
    const diagnosis = await ask(lab.url("http2-http11-required"));
    expect(diagnosis).toMatchObject({ healthy: true, answer: { protocol: "http/1.1" } });
    expect(lastStage(diagnosis)?.says).toContain("HTTP_1_1_REQUIRED");
    expect(diagnosis.notes.join(" ")).toContain(
      "It was sent again over HTTP/1.1, as this client does by itself.",
    );
  });

  test("in plain, HTTP/2 only to who is said to speak it", async () => {
    await using server = await openHttp2(
      (stream) => stream.respond({ ":status": 204 }, { endStream: true }),
      {
        tls: false,
      },
    );
    const known = await ask(server.url, { protocol: "h2" });
    expect(known).toMatchObject({ healthy: true, answer: { status: 204, protocol: "h2" } });
    const unknown = await ask(server.url);
    expect(unknown.headline).toMatchObject({ code: "not-http", certainty: "certain" });
    expect(unknown.headline.sentence).toContain("Over HTTP/2 the same request is answered (204).");
    expect(unknown.findings[0]?.remedy.client).toBe('Ask for HTTP/2 (protocol: "h2").');
    await using old = await openHttp((_request, response) => response.end("said"), { tls: false });
    const wrong = await ask(old.url, { protocol: "h2" });
    expect(wrong.headline).toMatchObject({ code: "http2-not-spoken" });
    expect(wrong.findings[0]?.remedy).toEqual({ client: 'Ask for HTTP/1.1 (protocol: "http/1.1").' });
  });
});

describe("a refusal over one version and not over the other", () => {
  test.each([
    ["HTTP/2", "HTTP/1.1", { site: "http2-unwelcome" }, 'Ask for HTTP/1.1 (protocol: "http/1.1").'],
    [
      "HTTP/1.1",
      "HTTP/2",
      { site: "http2-preferred", protocol: "http/1.1" },
      'Let the server choose (protocol: "auto"): it takes HTTP/2.',
    ],
  ] as const)("over %s: that is the cause", async (spoken, other, { site, ...options }, advice) => {
    const diagnosis = await ask(lab.url(site), options);
    expect(diagnosis.headline).toMatchObject({ code: "protocol-refused", certainty: "certain" });
    expect(diagnosis.headline.sentence).toContain(`refuses the request over ${spoken} (403)`);
    expect(diagnosis.headline.sentence).toContain(`answers the same request over ${other} (200)`);
    expect(diagnosis.findings[0]?.remedy.client).toBe(advice);
    expect(diagnosis.findings[0]?.evidence.join(" ")).toContain(
      `Over ${spoken}: 403 5 of 5 times. Over ${other}: 200 2 of 2 times.`,
    );
    expect(namesOf(diagnosis)).toEqual([
      "the same request again",
      `the request over ${other}`,
      "the same request again, after the others",
    ]);
  });

  test("one that is over by itself is chance, and not the version", async () => {
    let refused = 0;
    await using server = await openBoth((request, response) =>
      answer(response, isHttp2(request) && ++refused <= 3 ? 403 : 200),
    );
    const { headline } = await ask(server.url);
    expect(headline).toMatchObject({ code: "unsteady-answer", certainty: "certain" });
  });

  test("one that a field turns is that field's, and what the version did not do is said", async () => {
    await using server = await openBoth((request, response) =>
      answer(response, request.headers["accept-language"] === undefined ? 403 : 200),
    );
    const { headline, findings } = await ask(server.url);
    expect(headline.code).toBe("fields-refused");
    expect(findings[0]?.remedy.client).toContain("Accept-Language");
  });

  test("one by all means is not the version's", async () => {
    await using server = await openBoth((_request, response) => answer(response, 403));
    const { headline, findings, ruledOut } = await ask(server.url);
    expect(headline.code).toBe("request-blocked");
    expect(headline.sentence).toContain("whatever of the usual fields the request has");
    expect(findings[0]?.evidence.join(" ")).toMatch(/Over HTTP\/1\.1: 403 \d of \d times\./);
    expect(ruledOut).toContain("Not the version of HTTP: over HTTP/1.1 it came to the same (403).");
  });

  test("HTTP/2 is not tried with a server that was offered it and prefers HTTP/1.1", async () => {
    await using server = await openHttp((_request, response) => response.writeHead(403).end("said"), {
      tls: { ALPNProtocols: ["http/1.1", "h2"] },
    });
    const diagnosis = await ask(server.url);
    expect(diagnosis.answer).toMatchObject({ status: 403, protocol: "http/1.1" });
    expect(namesOf(diagnosis)).not.toContain("the request over HTTP/2");
  });

  test("505 is about the version: no field is tried", async () => {
    await using server = await openBoth((request, response) =>
      answer(response, isHttp2(request) ? 505 : 200),
    );
    const diagnosis = await ask(server.url);
    expect(diagnosis.headline).toMatchObject({ code: "protocol-refused", certainty: "certain" });
    expect(namesOf(diagnosis)).toHaveLength(3);
  });
});

describe("a version that breaks", () => {
  test("HTTP/2 in the place of which another protocol comes: HTTP/1.1 works, and is to be asked for", async () => {
    const diagnosis = await ask(lab.url("http2-not-spoken"));
    expect(diagnosis.headline).toMatchObject({ code: "http2-not-spoken", certainty: "certain" });
    expect(diagnosis.headline.sentence).toContain("Over HTTP/1.1 the same request is answered (200).");
    expect(diagnosis.findings[0]?.remedy.client).toBe('Ask for HTTP/1.1 (protocol: "http/1.1").');
    const { stdout } = await meerkat(["why", "--cacert", lab.caFile, lab.url("http2-not-spoken")]);
    expect(stdout).toContain("Ask for HTTP/1.1 (--http1.1).");
  });

  test("HTTP/1.1 that says nothing, where HTTP/2 answers", async () => {
    await using server = await openScript({
      onRequest: (talk, stream) => talk.head(stream, 200, true),
      onHttp1: (socket) => socket.once("data", () => socket.end()),
    });
    const asked = await ask(server.url, { protocol: "http/1.1" });
    expect(asked.headline).toMatchObject({ code: "empty-response", certainty: "certain" });
    expect(asked.headline.sentence).toContain("Over HTTP/2 the same request is answered (200).");
    expect(asked.findings[0]?.remedy.client).toContain("Let the server choose");
    // Who lets the server choose meets nothing of that, and is told of it.
    const chosen = await ask(server.url);
    expect(chosen.healthy).toBe(true);
    expect(chosen.notes.join(" ")).toMatch(
      /Over HTTP\/1\.1 the same request is refused here \(empty-response, /,
    );
  });

  test("both: the other version does not help", async () => {
    await using server = await openScript({
      onRequest: (talk, stream) => {
        talk.writer.goaway(stream, "INTERNAL_ERROR");
        talk.say();
        talk.socket.end();
      },
      onHttp1: (socket) => socket.once("data", () => socket.end("nothing that is HTTP\r\n\r\n")),
    });
    const { headline, findings } = await ask(server.url);
    expect(headline.sentence).not.toContain("is answered");
    expect(findings[0]?.evidence.join(" ")).toMatch(/Over HTTP\/1\.1: not-http \w+/);
    expect(findings[0]?.remedy.client).not.toContain("protocol:");
  });

  test("an error of a request over HTTP/2 finds that out by itself", async () => {
    await using client = new Client({ roots: lab.caPem });
    const error: unknown = await client
      .request(lab.url("http2-protocol-broken"))
      .catch((one: unknown) => one);
    expect(error).toBeInstanceOf(HttpsError);
    const diagnosis = told(await (error as HttpsError).why());
    expect(diagnosis.headline).toMatchObject({ code: "http2-protocol-broken", certainty: "certain" });
    expect(namesOf(diagnosis)).toContain("the request over HTTP/1.1");
    expect(lastStage(diagnosis)).toMatchObject({ outcome: "failed", protocol: "h2" });
  });
});

describe("one version alone", () => {
  test("HTTP/2: a note, and the cause for who asks for HTTP/1.1", async () => {
    const chosen = await ask(lab.url("http2-only"));
    expect(chosen.healthy).toBe(true);
    expect(chosen.notes.join(" ")).toContain("The server speaks HTTP/2 alone");
    const { headline, findings } = await ask(lab.url("http2-only"), { protocol: "http/1.1" });
    expect(headline).toMatchObject({ code: "alpn-mismatch", certainty: "certain" });
    expect(headline.sentence).toContain("the server speaks HTTP/2 alone");
    expect(findings[0]?.remedy.client).toContain('(protocol: "auto")');
  });

  test("HTTP/1.1: the cause for who asks for HTTP/2 alone", async () => {
    const { headline, findings } = await ask(lab.url("good"), { protocol: "h2" });
    expect(headline).toMatchObject({ code: "alpn-mismatch", certainty: "certain" });
    expect(headline.sentence).toContain("the server does not speak HTTP/2");
    expect(findings[0]?.remedy.client).toContain('(protocol: "http/1.1")');
  });

  test("HTTP/1.1 without a word on ALPN: asked over it, it answers", async () => {
    await using server = await openHttp((_request, response) => response.end("said"), {
      tls: { ALPNProtocols: [] },
    });
    const { headline } = await ask(server.url, { protocol: "h2" });
    expect(headline).toMatchObject({ code: "http2-not-chosen", certainty: "certain" });
    expect(headline.sentence).toContain("Over HTTP/1.1 the same request is answered (200).");
  });

  test("a server that ends the handshake where h2 is offered at all", async () => {
    await using server = await openHttp((_request, response) => response.end("said"), {
      tls: {
        ALPNProtocols: undefined as never,
        ALPNCallback: ({ protocols }) => (protocols.includes("h2") ? undefined : "http/1.1"),
      },
    });
    const { headline, experiments } = await ask(server.url);
    expect(headline).toMatchObject({ code: "alpn-mismatch", certainty: "certain" });
    expect(experiments).toContainEqual(
      expect.objectContaining({ name: "a handshake offering http/1.1 alone by ALPN" }),
    );
  });
});

describe("what it keeps to over HTTP/2", () => {
  test("GET alone, and no more than 24 connections, whatever the server refuses", async () => {
    await using server = await openBoth((request, response) => {
      answer(response, 403);
      if ("stream" in request) request.stream.session?.close();
      else response.once("finish", () => request.socket.destroy());
    });
    const { headline } = await ask(server.url);
    expect(headline.code).toBe("request-blocked");
    expect(server.connections()).toBeGreaterThan(3);
    expect(server.connections()).toBeLessThanOrEqual(connectionBudget.value);
    expect(new Set(server.asked)).toEqual(new Set(["GET h2", "GET http/1.1"]));
  });

  test("what is refused unprocessed is sent again as the client does, within the same bound", async () => {
    const diagnosis = await ask(lab.url("http2-refused"));
    expect(diagnosis.headline).toMatchObject({ code: "http2-stream-reset" });
    expect(diagnosis.notes.join(" ")).toContain("It was sent again, 3 times, as this client does by itself.");
  });

  test("nothing is sent to a server that nobody vouches for but what was sent before", async () => {
    const seen: string[] = [];
    await using server = await openHttp2((stream, headers) => {
      seen.push(`${headers[":path"]} ${headers.authorization ?? "nothing"}`);
      stream.respond({ ":status": 200 }, { endStream: true });
    });
    await using client = new Client({ headers: { Authorization: "Bearer secret" } });
    const { headline } = told(await client.why(`${server.url}/private?token=1`));
    expect(headline.code).not.toBe("healthy");
    expect(seen).toEqual(["/ nothing"]);
  });

  test("a certificate that is wanted is what is said to be missing, and not HTTP/2", async () => {
    await using server = await openOrigin(() => {}, {
      tls: { ALPNProtocols: ["h2"], requestCert: true, rejectUnauthorized: true, ca: rootPem },
    });
    const { headline } = await ask(server.url);
    expect(headline.code).toBe("client-certificate-required");
  });
});
