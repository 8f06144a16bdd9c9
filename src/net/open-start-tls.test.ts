/** TLS behind a few words in plain: each protocol on real sockets, what ends it, and that nothing is left open then. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  mintIdentity,
  openOrigin,
  resetTcp,
  root,
  until,
  whenEmpty,
  type Origin,
} from "../../test/client/origin.ts";
import { openStartTlsServer, startTlsTurns } from "../../test/client/start-tls-server.ts";
import { mintRoot } from "../../test/pki/today.ts";
import { compilePolicy } from "../admission/index.ts";
import { protocolNames, type StartTlsProtocol } from "../core/index.ts";
import { directly, type DialRequest } from "./dial-request.ts";
import { dial, dialStream } from "./dial.ts";
import { openStartTls } from "./open-start-tls.ts";

const policy = compilePolicy({ roots: root.der }, {});
const timeouts = { dnsMs: Infinity, connectMs: Infinity, proxyMs: Infinity, tlsMs: Infinity };

afterEach(() => void vi.useRealTimers());

function asking(
  { port }: Pick<Origin, "port">,
  protocol: StartTlsProtocol,
  { limitMs = Infinity, ...changes }: Partial<DialRequest> & { readonly limitMs?: number } = {},
): DialRequest {
  const startTls = { protocol, limitMs };
  const signal = undefined;
  return {
    ...directly,
    scheme: "https",
    host: "localhost",
    port,
    policy,
    alpn: [],
    timeouts,
    signal,
    startTls,
    ...changes,
  };
}

describe.each(Object.keys(protocolNames) as StartTlsProtocol[])("a server of %s", (protocol) => {
  const turns = startTlsTurns[protocol];

  test("begins TLS, is verified by both keys, and can be talked to", async () => {
    await using server = await openStartTlsServer({ turns, within: (socket) => socket.write("within") });
    const phases: string[] = [];
    const link = await dialStream(asking(server, protocol, { onPhase: (phase) => phases.push(phase) }));
    expect([link.trust.kind, link.proof?.by]).toEqual(["verified", "path"]);
    expect(phases).toEqual(["dns", "connect", "starttls", "tls"]);
    const [heard] = (await once(link.socket, "data")) as [Buffer];
    expect(heard.toString()).toBe("within");
    link.socket.destroy();
  });

  test("is refused where nobody vouches for it", async () => {
    const tls = mintIdentity({}, mintRoot("Stranger"));
    await using server = await openStartTlsServer({ turns, tls });
    await expect(dial(asking(server, protocol))).rejects.toMatchObject({ code: "missing-intermediate" });
    await whenEmpty(server);
  });

  test("that speaks something else behind its consent is told with what it says", async () => {
    const instead = (socket: Socket): void =>
      void socket.once("data", () => socket.write("SSH-2.0-strange\r\n"));
    await using server = await openStartTlsServer({ turns, instead });
    await expect(dial(asking(server, protocol))).rejects.toMatchObject({
      code: "not-tls",
      detail: { speaks: "SSH" },
    });
    await whenEmpty(server);
  });
});

describe("nothing is left open, and the reason is told,", () => {
  test.each<[law: string, said: string, code: string, detail: object]>([
    ["where TLS is not offered", "220 mx\r\n250 mx\r\n", "starttls-not-offered", { protocol: "smtp" }],
    [
      "where the server refuses",
      "554 5.7.1 No\x1b[2J\r\n",
      "starttls-refused",
      { said: "554 5.7.1 No\\x1b[2J" },
    ],
    [
      "where it speaks something else",
      "SSH-2.0-x\r\n",
      "starttls-malformed",
      { problem: "other-protocol", firstBytes: "SSH-2.0-x.." },
    ],
    [
      "where it never comes to the point",
      "220-\r\n".repeat(20_000),
      "starttls-malformed",
      { problem: "too-long" },
    ],
    [
      "where text stands behind its consent",
      "220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n250 evil\r\n",
      "starttls-injection",
      { bytes: 10 },
    ],
  ])("%s", async (_law, said, code, detail) => {
    await using server = await openOrigin((socket) => socket.write(said, "latin1"), { tls: false });
    await expect(dial(asking(server, "smtp"))).rejects.toMatchObject({ code, detail });
    await whenEmpty(server);
  });

  test("where the server closes", async () => {
    await using server = await openOrigin((socket) => socket.end("220-\r\n"), { tls: false });
    await expect(dial(asking(server, "smtp"))).rejects.toMatchObject({
      code: "starttls-malformed",
      detail: { problem: "closed", firstBytes: "220-.." },
    });
    await whenEmpty(server);
  });

  test("where the connection is reset", async () => {
    await using server = await openOrigin((socket) => socket.once("data", () => resetTcp(socket)), {
      tls: false,
    });
    await expect(dial(asking(server, "postgres"))).rejects.toMatchObject({
      code: "starttls-malformed",
      detail: { problem: "closed", firstBytes: "" },
      cause: { code: "ECONNRESET" },
    });
    await whenEmpty(server);
  });

  test("where the caller gives up", async () => {
    const patience = new AbortController();
    await using server = await openOrigin(() => patience.abort(new Error("enough")), { tls: false });
    await expect(dial(asking(server, "smtp", { signal: patience.signal }))).rejects.toMatchObject({
      code: "aborted",
    });
    await whenEmpty(server);
  });

  test("where the server stays silent past the deadline", async () => {
    await using server = await openOrigin(() => {}, { tls: false });
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    await until(() => server.accepted.length > 0);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const opening = openStartTls(socket, "imap", {
      host: "localhost",
      port: server.port,
      limitMs: 5_000,
      signal: undefined,
    });
    const failed = opening.catch((error: unknown) => error);
    vi.advanceTimersByTime(5_000);
    expect(await failed).toMatchObject({
      code: "starttls-timeout",
      detail: { host: "localhost", port: server.port, protocol: "imap", limitMs: 5_000 },
    });
    vi.useRealTimers();
    await whenEmpty(server);
  });
});

test("on a socket of one's own, it ends with the socket paused and none of its listeners left", async () => {
  await using server = await openStartTlsServer({ turns: startTlsTurns.imap, instead: () => {} });
  const socket = connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  const before = socket.eventNames().map((name) => [name, socket.listenerCount(name)]);
  await openStartTls(socket, "imap", {
    host: "localhost",
    port: server.port,
    limitMs: Infinity,
    signal: undefined,
  });
  expect(socket.eventNames().map((name) => [name, socket.listenerCount(name)])).toEqual(before);
  expect([socket.isPaused(), socket.readableLength]).toEqual([true, 0]);
  socket.destroy();
});
