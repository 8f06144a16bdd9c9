/** What a proxy is told, and what its answer to CONNECT is taken for. */
import { once } from "node:events";
import { connect, Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openOrigin, resetTcp, settle, until } from "../../test/client/origin.ts";
import { HttpsError } from "../core/index.ts";
import { openTunnel, type TunnelRequest } from "./tunnel.ts";

const usual: TunnelRequest = {
  authority: "origin.example:443",
  proxy: "http://proxy.example:3128",
  authorization: undefined,
  allow: undefined,
  userAgent: "test/1",
  limitMs: 20_000,
  signal: undefined,
};

afterEach(() => void vi.useRealTimers());

interface Outcome {
  /** What the proxy received. */
  readonly asked: string;
  readonly error: HttpsError | undefined;
  readonly socket: Socket;
}

/** What the proxy does once it has answered. */
type After = "keep" | "end" | "reset";

/** Opens a tunnel through a proxy that answers as told. */
async function tunnel(
  answer: string | undefined,
  { after = "keep", ...changes }: Partial<TunnelRequest> & { readonly after?: After } = {},
): Promise<Outcome> {
  let asked = "";
  const { server, port } = await openOrigin(
    (peer) =>
      peer.on("data", (chunk: Buffer) => {
        asked += chunk.toString("latin1");
        if (!asked.endsWith("\r\n\r\n")) return;
        if (answer !== undefined) peer.write(answer, "latin1");
        if (after === "end") peer.end();
        if (after === "reset") resetTcp(peer);
      }),
    { tls: false },
  );
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let opening = openTunnel(socket, { ...usual, ...changes }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (after === "keep" && changes.signal === undefined) {
    await until(() => asked !== "" && socket.bytesRead >= (answer ?? "").length);
    await settle();
    // All the patience there is, once everything that comes has come.
    if (vi.isFakeTimers()) vi.advanceTimersByTime(usual.limitMs);
    else opening = Promise.race([opening, settle().then(() => new Error("it waits for more"))]);
  }
  const error = await opening;
  server.close();
  if (error !== undefined && !(error instanceof HttpsError)) throw error;
  return { asked, error, socket };
}

const answer = (status: string, more = "", page = ""): string =>
  `HTTP/1.1 ${status}\r\n${more}Content-Length: ${page.length}\r\n\r\n${page}`;

async function codeOf(...args: Parameters<typeof tunnel>): Promise<string> {
  const { error, socket } = await tunnel(...args);
  expect(socket.destroyed).toBe(error !== undefined);
  socket.destroy();
  return error?.code ?? "open";
}

describe("the answer to CONNECT", () => {
  test.each<[status: string, expected: string]>([
    ["200 OK", "open"],
    ["204 No Content", "open"],
    ["299 Odd", "open"],
    ["300 Multiple Choices", "proxy-refused"],
    ["302 Found", "proxy-refused"],
    ["400 Bad Request", "proxy-refused"],
    ["401 Unauthorized", "proxy-refused"],
    ["403 Forbidden", "proxy-refused"],
    ["407 Proxy Authentication Required", "proxy-authentication-required"],
    ["408 Request Timeout", "proxy-refused"],
    ["502 Bad Gateway", "proxy-refused"],
  ])("%s: %s", async (status, expected) => {
    expect(await codeOf(answer(status, 'WWW-Authenticate: Basic realm="w"\r\n'))).toBe(expected);
  });

  test("of 407 names the proxy's schemes, and not those of a server behind it", async () => {
    const { error } = await tunnel(
      answer(
        "407 No",
        'WWW-Authenticate: Basic realm="w"\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm="p"\r\n',
      ),
    );
    expect(error?.detail).toMatchObject({
      proxy: usual.proxy,
      target: usual.authority,
      status: 407,
      reason: "No",
      schemes: 'Negotiate, Basic realm="p"',
      sent: false,
    });
  });

  test("of 407 says whether credentials had been sent", async () => {
    const { error } = await tunnel(answer("407 No"), { authorization: "Basic c2VjcmV0" });
    expect(error?.detail).toMatchObject({ sent: true, schemes: "" });
    expect(JSON.stringify(error) + error?.message + error?.hint).not.toContain("c2VjcmV0");
  });

  test("of 401 is not taken for the proxy's own demand", async () => {
    const { error } = await tunnel(answer("401 No", 'WWW-Authenticate: Basic realm="w"\r\n', "page"));
    expect(error?.detail).toMatchObject({ status: 401, body: "page" });
    expect(error?.detail).not.toHaveProperty("schemes");
  });

  test("is kept with its fields and the first KiB of its page", async () => {
    const { error } = await tunnel(answer("403 No", "X-Why: policy\r\n", "p".repeat(3_000)));
    expect(error?.detail).toMatchObject({
      fields: [
        ["X-Why", "policy"],
        ["Content-Length", "3000"],
      ],
      body: "p".repeat(1_024),
    });
  });

  /** A page in chunks, with its end or without. */
  const chunked = (...parts: readonly string[]): string =>
    `HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n${parts
      .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
      .join("")}`;

  test.each<[law: string, bytes: string, body: string]>([
    ["in parts is put together", chunked("one, ", "two", ""), "one, two"],
    [
      "in parts is kept to its first KiB",
      chunked("a".repeat(1_000), "b".repeat(1_000)),
      `${"a".repeat(1_000)}${"b".repeat(24)}`,
    ],
    [
      "is not read beyond its first KiB",
      answer("403 No", "", "p".repeat(3_000)).slice(0, -1_900),
      "p".repeat(1_024),
    ],
  ])("with a page that %s", async (_, bytes, body) => {
    const { error } = await tunnel(bytes);
    expect(error).toMatchObject({ code: "proxy-refused", detail: { body } });
  });

  const half = "HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nhalf";
  test.each<[law: string, bytes: string | undefined, expected: string]>([
    ["that never comes", undefined, "proxy-timeout"],
    ["whose head never ends", "HTTP/1.1 200 OK\r\nX", "proxy-timeout"],
    ["whose page never ends is a refusal all the same", half, "proxy-refused"],
  ])("%s", async (_, bytes, expected) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    expect(await codeOf(bytes)).toBe(expected);
  });

  test.each<[law: string, bytes: string | undefined, after: After, expected: string]>([
    ["whose page is cut is a refusal all the same", half, "end", "proxy-refused"],
    ["that is cut in its head", "HTTP/1.1 200 OK\r\nX", "end", "proxy-malformed"],
    ["that is nothing but an end", undefined, "end", "proxy-malformed"],
    ["that is not HTTP", "SSH-2.0-x\r\n", "keep", "proxy-malformed"],
  ])("%s", async (_, bytes, after, expected) => {
    expect(await codeOf(bytes, { after })).toBe(expected);
  });

  test("that is a reset has the system's error for its cause", async () => {
    const { error } = await tunnel(undefined, { after: "reset" });
    expect(error).toMatchObject({ code: "proxy-malformed", cause: { code: "ECONNRESET" } });
    expect(error?.detail).toMatchObject({ reason: "read ECONNRESET" });
  });

  test("is not waited for on a connection that is closed", async () => {
    await using origin = await openOrigin((peer) => peer.resume(), { tls: false });
    const socket = connect(origin.port, "127.0.0.1");
    await once(socket, "connect");
    const opening = openTunnel(socket, usual);
    socket.destroy();
    await expect(opening).rejects.toMatchObject({
      code: "proxy-malformed",
      detail: { reason: "it closed the connection." },
    });
  });

  test("whose fault can be let pass names the way, and passes where it is allowed", async () => {
    const bytes = "HTTP/1.1 200 OK\n\n";
    expect(await codeOf(bytes, { allow: ["bare-lf-head"] })).toBe("open");
    const { error } = await tunnel(bytes);
    expect(error).toMatchObject({ code: "proxy-malformed", detail: { tolerance: "bare-lf-head" } });
    expect(error?.hint).toBe('If the proxy is known and cannot be fixed, allow it: allow: ["bare-lf-head"].');
  });

  test("that the caller does not wait for any more", async () => {
    const { error, socket } = await tunnel(undefined, { signal: AbortSignal.abort(new Error("enough")) });
    expect(socket.destroyed).toBe(true);
    expect(error).toMatchObject({
      code: "aborted",
      detail: { phase: "proxy" },
      cause: { message: "enough" },
    });
  });

  test("is followed by the tunnel's first bytes, none of them lost", async () => {
    const { socket } = await tunnel(
      "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nfirst bytes",
    );
    expect(socket.isPaused()).toBe(true);
    expect(String(socket.read())).toBe("first bytes");
    socket.destroy();
  });

  test("leaves nobody listening who is not concerned with the tunnel", async () => {
    const { socket } = await tunnel(answer("200 OK"));
    const untouched = new Socket();
    const listening = (of: Socket): object =>
      Object.fromEntries(["data", "end", "error", "close"].map((event) => [event, of.listenerCount(event)]));
    expect(listening(socket)).toEqual(listening(untouched));
    socket.destroy();
  });
});

describe("a proxy is told", () => {
  test("the server's name and port, and nothing of the request", async () => {
    const { asked, socket } = await tunnel(answer("200 OK"));
    expect(asked.split("\r\n")).toEqual([
      "CONNECT origin.example:443 HTTP/1.1",
      "Host: origin.example:443",
      "User-Agent: test/1",
      "",
      "",
    ]);
    socket.destroy();
  });

  test("its own credentials where there are any, and no name of ours where there is none", async () => {
    const { asked, socket } = await tunnel(answer("200 OK"), {
      authorization: "Basic eA==",
      userAgent: undefined,
    });
    expect(asked.split("\r\n").slice(1, -2)).toEqual([
      "Host: origin.example:443",
      "Proxy-Authorization: Basic eA==",
    ]);
    socket.destroy();
  });
});
