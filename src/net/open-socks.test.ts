/** The dialogue with a SOCKS 5 proxy on a socket: its deadline, its ends, and what is left on the socket. */
import { once } from "node:events";
import { connect, Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { holdClock } from "../../test/clock.ts";
import { openOrigin, resetTcp, settle, until, type Origin } from "../../test/client/origin.ts";
import { HttpsError } from "../core/index.ts";
import { openSocks, type SocksRequest } from "./open-socks.ts";

const usual: SocksRequest = {
  destination: { host: "origin.example", port: 443 },
  login: undefined,
  proxy: "socks5h://proxy.example:1080",
  target: "origin.example:443",
  leftMs: Infinity,
  limitMs: 20_000,
  signal: undefined,
};

/** A proxy that gives each answer to what it hears, and is done then. */
function openAnswering(answers: readonly string[], then: (peer: Socket) => void = () => {}): Promise<Origin> {
  return openOrigin(
    (peer) => {
      let at = 0;
      peer.on("data", () => {
        const answer = answers[at++];
        if (answer === undefined) return then(peer);
        peer.write(answer, "latin1");
        if (at === answers.length) then(peer);
      });
    },
    { tls: false },
  );
}

async function reach({ port }: Origin): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

async function failureOf(opening: Promise<void>): Promise<HttpsError> {
  const error: unknown = await opening.catch((reason: unknown) => reason);
  if (!(error instanceof HttpsError)) throw new Error("it did not fail as it should", { cause: error });
  return error;
}

const ready = "\x05\0\0\x01\x7f\0\0\x01\0\0";

describe("a tunnel", () => {
  test("that opens leaves the server's first bytes, and nobody listening", async () => {
    await using proxy = await openAnswering(["\x05\0", `${ready}first bytes`]);
    const socket = await reach(proxy);
    await openSocks(socket, usual);
    expect(socket.isPaused()).toBe(true);
    expect(String(socket.read())).toBe("first bytes");
    const untouched = new Socket();
    const listening = (of: Socket): object =>
      Object.fromEntries(["data", "end", "error", "close"].map((event) => [event, of.listenerCount(event)]));
    expect(listening(socket)).toEqual(listening(untouched));
    socket.destroy();
  });

  test.each<[law: string, answers: readonly string[], then: (peer: Socket) => void, reason: RegExp]>([
    ["closed without a word", [], (peer) => peer.end(), /at the greeting: it may not be a SOCKS 5 proxy/],
    ["closed behind the method", ["\x05\0"], (peer) => peer.end(), /^It closed the connection\.$/],
    ["closed within the reply", ["\x05\0", "\x05\0\0"], (peer) => peer.end(), /^It closed the connection\.$/],
    ["reset", [], resetTcp, /ECONNRESET/],
    ["HTTP", ["HTTP/1.1 400 Bad Request\r\n\r\n"], () => {}, /is it an http:\/\/ proxy\?$/],
  ])("that is %s fails, and its socket is closed", async (_law, answers, then, reason) => {
    await using proxy = await openAnswering(answers, then);
    const socket = await reach(proxy);
    const error = await failureOf(openSocks(socket, usual));
    expect(error).toMatchObject({
      code: "proxy-malformed",
      fault: "proxy",
      detail: { reason: expect.stringMatching(reason) as string },
    });
    expect(error.message).not.toContain("CONNECT");
    expect(socket.destroyed).toBe(true);
  });

  test.each([[[]], [["\x05\0"]], [["\x05\0", "\x05\0\0\x03\xff"]]])(
    "that stalls behind %j fails at its deadline",
    async (answers) => {
      await using proxy = await openAnswering(answers);
      const socket = await reach(proxy);
      using clock = holdClock();
      const opening = openSocks(socket, { ...usual, leftMs: 500 });
      const failing = failureOf(opening);
      const total = answers.join("").length;
      await until(() => proxy.accepted.length === 1 && socket.bytesRead === total);
      await settle();
      clock.pass(500);
      expect(await failing).toMatchObject({
        code: "proxy-timeout",
        stage: "proxy",
        detail: { proxy: usual.proxy, target: usual.target, limitMs: 20_000 },
      });
      expect(socket.destroyed).toBe(true);
    },
  );

  test("that the caller does not wait for any more is closed", async () => {
    await using proxy = await openAnswering([]);
    const socket = await reach(proxy);
    const giving = new AbortController();
    const failing = failureOf(openSocks(socket, { ...usual, signal: giving.signal }));
    giving.abort(new Error("enough"));
    expect(await failing).toMatchObject({
      code: "aborted",
      detail: { phase: "proxy" },
      cause: { message: "enough" },
    });
    expect(socket.destroyed).toBe(true);
  });
});

describe("a refusal", () => {
  test.each<[reply: number, fault: string, says: string]>([
    [1, "proxy", "does not say of what"],
    [2, "proxy", "its rules do not allow"],
    [3, "network", "no route to the server's network"],
    [4, "network", "cannot reach the server's host"],
    [5, "peer", "the server refused the connection"],
    [6, "network", "TTL expired"],
    [7, "proxy", "does not know the command CONNECT"],
    [8, "proxy", "does not take this kind of address"],
    [77, "proxy", "it answered 77, a number that RFC 1928 does not have"],
  ])("of %i is the fault of %s: %s", async (reply, fault, says) => {
    await using proxy = await openAnswering(["\x05\0", `\x05${String.fromCharCode(reply)}`]);
    const error = await failureOf(openSocks(await reach(proxy), usual));
    expect(error).toMatchObject({
      code: "socks-refused",
      stage: "proxy",
      fault,
      detail: { proxy: usual.proxy, target: usual.target, reply },
    });
    expect(error.message).toContain(says);
    expect(error.message).toContain(`(reply ${reply})`);
    expect(error.hint).not.toBe("");
  });

  test("of a login says which it was, and shows none of it", async () => {
    const login = { username: Buffer.from("me"), password: Buffer.from("hunter2") };
    const asked = async (answers: readonly string[], own: typeof login | undefined): Promise<HttpsError> => {
      await using proxy = await openAnswering(answers);
      return await failureOf(openSocks(await reach(proxy), { ...usual, login: own }));
    };
    const refused = await asked(["\x05\x02", "\x01\x01"], login);
    expect(refused).toMatchObject({ code: "proxy-authentication-required", detail: { sent: true } });
    expect(refused.message).toContain("refused the user name and password");
    const none = await asked(["\x05\xff"], undefined);
    expect(none).toMatchObject({ code: "proxy-authentication-required", detail: { sent: false } });
    expect(none.message).toContain("none of the ways that were offered (no login)");
    expect(none.hint).toContain("socks5h://user:password@proxy.example:1080");
    const other = await asked(["\x05\xff"], login);
    expect(other.message).toContain("(no login, user name and password)");
    expect(other.hint).toContain("Ask the proxy's operator");
    for (const error of [refused, none, other])
      expect(JSON.stringify(error) + error.message + error.hint).not.toContain("hunter2");
  });
});
