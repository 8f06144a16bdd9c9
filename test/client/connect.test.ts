/**
 * Sockets for callers to whatever speaks TLS, and TLS on sockets of theirs: both keys decide, nothing but the dialogue before
 * TLS is sent ahead of them, and every failure has its code and leaves nothing open.
 */
import { once } from "node:events";
import { connect, Socket } from "node:net";
import { PassThrough, type Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { protocolNames, type StartTlsProtocol } from "../../src/core/index.ts";
import {
  Client,
  HttpsError,
  type ClientOptions,
  type ConnectOptions,
  type StartTlsOptions,
  type StreamLink,
} from "../../src/index.ts";
import { spkiPin } from "../../src/x509/index.ts";
import { sha256 } from "../../src/admission/index.ts";
import { mintRoot } from "../pki/today.ts";
import { mintIdentity, openOrigin, rootPem, until, whenEmpty, type Origin } from "./origin.ts";
import { openSocksProxy } from "./socks-proxy.ts";
import { openProxy } from "./tunnel-proxy.ts";
import { openStartTlsServer, startTlsTurns } from "./start-tls-server.ts";

const trusting = { environment: {}, roots: rootPem };
const protocols = Object.keys(protocolNames) as StartTlsProtocol[];
const stranger = mintIdentity({}, mintRoot("Stranger"));

/** TLS at once, and whatever is said within it comes back. */
const openEcho = (options: Parameters<typeof openOrigin>[1] = {}): Promise<Origin> =>
  openOrigin((socket) => void socket.pipe(socket), options);

async function said({ socket }: Pick<StreamLink, "socket">, text: string): Promise<string> {
  socket.write(text);
  const [heard] = (await once(socket, "data")) as [Buffer];
  return heard.toString();
}

/** A connected socket of the caller's. */
async function openPlain({ port }: Origin): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

describe.each(["tls", "mqtts", "wss", "amqps", "smtps", "imaps", "ldaps", "rediss", "host:port"])(
  "connect() where TLS begins at once (%s)",
  (scheme) => {
    const urlOf = ({ port }: Origin): string =>
      scheme === "host:port" ? `localhost:${port}` : `${scheme}://user:SECRET@localhost:${port}/x?y`;

    test("gives a socket with its report", async () => {
      await using origin = await openEcho();
      await using client = new Client(trusting);
      const link = await client.connect(urlOf(origin));
      expect([link.trust.kind, link.trust.host, link.greeting]).toEqual(["verified", "localhost", undefined]);
      expect(await said(link, "ping")).toBe("ping");
      link.socket.destroy();
    });

    test("refuses whom nobody vouches for, and sends nothing", async () => {
      const heard: unknown[] = [];
      await using origin = await openOrigin((socket) => void socket.on("data", (data) => heard.push(data)), {
        tls: stranger,
      });
      await using client = new Client(trusting);
      const failed = client.connect(urlOf(origin));
      await expect(failed).rejects.toMatchObject({ code: "missing-intermediate", stage: "trust" });
      await expect(failed).rejects.not.toThrow(/SECRET/);
      await whenEmpty(origin);
      expect(heard).toEqual([]);
    });
  },
);

describe.each(protocols)("connect() behind the dialogue of %s", (protocol) => {
  const turns = startTlsTurns[protocol];

  test("gives a socket, with the greeting that came in plain", async () => {
    await using server = await openStartTlsServer({ turns, within: (socket) => void socket.pipe(socket) });
    const phases: unknown[] = [];
    await using client = new Client({
      ...trusting,
      onEvent: (event) => event.kind === "phase" && phases.push(event.phase),
    });
    const link = await client.connect(`${protocol}://localhost:${server.port}/x`);
    expect(link.trust.kind).toBe("verified");
    expect(phases).toEqual(["dns", "connect", "starttls", "tls"]);
    const [first] = turns;
    const greeting = first?.[0] === undefined ? first?.[1] : undefined;
    expect(link.greeting && Buffer.from(link.greeting).toString("latin1")).toBe(greeting);
    expect(await said(link, "ping")).toBe("ping");
    link.socket.destroy();
  });

  test("refuses whom nobody vouches for, and says nothing within TLS", async () => {
    const heard: unknown[] = [];
    const within = (socket: TLSSocket): void => void socket.on("data", (data) => heard.push(data));
    await using server = await openStartTlsServer({ turns, tls: stranger, within });
    await using client = new Client(trusting);
    const failed = client.connect(`${protocol}://localhost:${server.port}`);
    await expect(failed).rejects.toMatchObject({ code: "missing-intermediate" });
    await whenEmpty(server);
    expect(heard).toEqual([]);
  });
});

describe("what connect() refuses of a server that is asked for STARTTLS", () => {
  test.each<[law: string, words: string, code: string]>([
    ["one that does not offer it", "220 mx ESMTP\r\n250 mx\r\n", "starttls-not-offered"],
    [
      "one whose offer was taken out on the way",
      "220 mx\r\n250-mx\r\n250 XXXXXXXA\r\n",
      "starttls-not-offered",
    ],
    ["one that cannot now", "220 mx\r\n250-mx\r\n250 STARTTLS\r\n454 4.7.0 no\r\n", "starttls-refused"],
    [
      "text behind its consent",
      "220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n250 x\r\n",
      "starttls-injection",
    ],
  ])("%s", async (_law, words, code) => {
    const heard: string[] = [];
    await using server = await openOrigin(
      (socket) => {
        socket.on("data", (data: Buffer) => heard.push(data.toString("latin1")));
        socket.write(words);
      },
      { tls: false },
    );
    await using client = new Client(trusting);
    const failed = client.connect(`smtp://u:SECRET@localhost:${server.port}`);
    await expect(failed).rejects.toMatchObject({ code, detail: { protocol: "smtp" } });
    await whenEmpty(server);
    expect(heard.join("").replace("EHLO localhost\r\n", "").replace("STARTTLS\r\n", "")).toBe("");
  });
});

describe("what connect() is asked", () => {
  test.each([
    ["redis://localhost", "endpoint-plaintext"],
    ["mqtt://localhost", "endpoint-plaintext"],
    ["gopher://localhost", "endpoint-unknown-scheme"],
    ["localhost", "url-no-scheme"],
    ["tls://localhost", "endpoint-no-port"],
    ["postgres://u:SEC@RE/T@host/db", "url-credentials"],
  ])("%s is refused as %s before anything is looked up", async (url, code) => {
    await using client = new Client({
      ...trusting,
      lookup: () => {
        throw new Error("looked up");
      },
    });
    await expect(client.connect(url)).rejects.toMatchObject({ code });
  });

  test("plain http stays a plain socket, and says that nobody vouches for it", async () => {
    await using origin = await openEcho({ tls: false });
    await using client = new Client(trusting);
    const link = await client.connect(origin.url);
    expect([link.trust.kind, link.proof]).toEqual(["plaintext", undefined]);
    expect(await said(link, "ping")).toBe("ping");
    link.socket.destroy();
  });

  test("a URL may be an object", async () => {
    await using origin = await openEcho();
    await using client = new Client(trusting);
    const { socket, trust } = await client.connect(new URL(`mqtts://u:p@localhost:${origin.port}/x`));
    expect(trust.kind).toBe("verified");
    socket.destroy();
  });

  test.each<[scheme: string, options: ConnectOptions, offered: string[], agreed: string | undefined]>([
    ["https", {}, ["http/1.1"], "http/1.1"],
    ["wss", {}, ["http/1.1"], "http/1.1"],
    ["mqtts", {}, [], undefined],
    ["mqtts", { alpn: ["mqtt", "x"] }, ["mqtt", "x"], "mqtt"],
    ["https", { alpn: ["h2"] }, ["h2"], "h2"],
  ])("%s with %j offers %j by ALPN", async (scheme, options, offered, agreed) => {
    const heard: unknown[] = [];
    const tls = {
      ALPNProtocols: undefined as never,
      ALPNCallback: ({ protocols: [first], protocols: all }: { protocols: string[] }) => {
        heard.push(...all);
        return first;
      },
    };
    await using origin = await openEcho({ tls });
    await using client = new Client(trusting);
    const { socket, facts } = await client.connect(`${scheme}://localhost:${origin.port}/`, options);
    expect([heard, facts.alpn]).toEqual([offered, agreed]);
    socket.destroy();
  });

  test("servername is the name that is sent and the name that is checked", async () => {
    const asked: string[] = [];
    const tls = {
      ...mintIdentity({ names: ["dns:db.example"] }),
      SNICallback: (name: string, then: (error: null) => void) => (asked.push(name), then(null)),
    };
    await using origin = await openEcho({ tls });
    await using client = new Client(trusting);
    const url = `tls://localhost:${origin.port}`;
    await expect(client.connect(url)).rejects.toMatchObject({ code: "wrong-host" });
    const { socket, trust } = await client.connect(url, { servername: "db.example" });
    expect([trust.host, asked.at(-1)]).toEqual(["db.example", "db.example"]);
    socket.destroy();
    const other = { servername: "db.example", sni: "front.example" };
    (await client.connect(url, other)).socket.destroy();
    expect(asked.at(-1)).toBe("front.example");
  });

  test.each<[ConnectOptions, string]>([
    [{ alpn: [""] }, "option-invalid"],
    [{ alpn: ["x".repeat(256)] }, "option-invalid"],
    [{ servername: "a/b" }, "option-invalid"],
    [{ protocol: "smtp" } as ConnectOptions, "option-unknown"],
  ])("%j is %s", async (options, code) => {
    await using client = new Client(trusting);
    await expect(client.connect("tls://localhost:1", options)).rejects.toMatchObject({ code });
  });

  test.each([
    ["http", () => openProxy({ tls: false })],
    ["socks5h", () => openSocksProxy()],
  ] as const)("a tunnel of %s leads there too, and STARTTLS is said within it", async (scheme, open) => {
    await using server = await openStartTlsServer({ turns: startTlsTurns.postgres });
    await using proxy = await open();
    await using client = new Client({ ...trusting, proxy: `${scheme}://localhost:${proxy.port}` });
    const { socket, trust, facts } = await client.connect(`postgres://localhost:${server.port}`);
    expect([trust.kind, facts.proxy?.source]).toEqual(["verified", "the option proxy"]);
    socket.destroy();
  });
});

describe("every wait of connect() ends by a name", () => {
  const mute = (): Promise<Origin> => openOrigin((socket) => socket.resume(), { tls: false });

  test("the dialogue's own deadline", async () => {
    await using server = await mute();
    await using client = new Client({ ...trusting, timeouts: { startTlsMs: 30 } });
    await expect(client.connect(`smtp://localhost:${server.port}`)).rejects.toMatchObject({
      code: "starttls-timeout",
      detail: { limitMs: 30, protocol: "smtp" },
    });
    await whenEmpty(server);
  });

  test("what is left of the time to open a connection", async () => {
    await using server = await mute();
    await using client = new Client({ ...trusting, timeouts: { openMs: 50 } });
    await expect(client.connect(`imap://localhost:${server.port}`)).rejects.toMatchObject({
      code: "starttls-timeout",
    });
    await whenEmpty(server);
  });

  test("the caller's signal", async () => {
    await using server = await mute();
    await using client = new Client(trusting);
    const controller = new AbortController();
    const failed = client.connect(`smtp://localhost:${server.port}`, { signal: controller.signal });
    const told = failed.catch((error: unknown) => error);
    await until(() => server.accepted.length === 1);
    controller.abort();
    expect(await told).toMatchObject({ code: "aborted", detail: { phase: "starttls" } });
    await whenEmpty(server);
  });

  test("the client's end", async () => {
    await using server = await mute();
    const client = new Client(trusting);
    const told = client.connect(`smtp://localhost:${server.port}`).catch((error: unknown) => error);
    await until(() => server.accepted.length === 1);
    client.destroy();
    expect(await told).toMatchObject({ code: "client-closed" });
    await whenEmpty(server);
  });
});

describe("a session is resumed with the verdict it was kept with", () => {
  const within = (socket: TLSSocket): void => void socket.write("within");
  /** Here a ticket comes before the handshake's end. */
  const early = { maxVersion: "TLSv1.2" } as const;
  const heard = async ({ socket }: StreamLink): Promise<void> => {
    await once(socket, "data");
    socket.destroy();
  };

  test("behind STARTTLS, and not where a pin no longer lets it", async () => {
    await using server = await openStartTlsServer({ turns: startTlsTurns.smtp, tls: early, within });
    await using client = new Client(trusting);
    const url = `smtp://localhost:${server.port}`;
    await heard(await client.connect(url));
    const again = await client.connect(url);
    expect([again.facts.resumed, again.trust.kind, again.trust.chain.length]).toEqual([true, "verified", 1]);
    await heard(again);
    const pins = { localhost: [`sha256/${Buffer.alloc(32).toString("base64")}`] };
    await expect(client.connect(url, { pins })).rejects.toMatchObject({ code: "pin-mismatch" });
  });

  test("on sockets of the caller's, by the same name alone", async () => {
    const tls = { ...mintIdentity({ names: ["dns:a.example", "dns:b.example"] }), ...early };
    await using server = await openOrigin((socket) => void socket.write("within"), { tls });
    await using client = new Client(trusting);
    const upgrade = async (servername: string): Promise<StreamLink> =>
      client.startTls(await openPlain(server), { servername, sni: null }); // No server tells the names apart.
    await heard(await upgrade("a.example"));
    const other = await upgrade("b.example");
    expect([other.facts.resumed, other.trust.host]).toEqual([false, "b.example"]);
    await heard(other);
    const again = await upgrade("a.example");
    expect([again.facts.resumed, again.trust.host]).toEqual([true, "a.example"]);
    await heard(again);
  });
});

describe("startTls() on a socket of the caller's", () => {
  const named: StartTlsOptions = { servername: "localhost" };

  test("gives a socket that both keys admitted", async () => {
    await using origin = await openEcho();
    await using client = new Client(trusting);
    const link = await client.startTls(await openPlain(origin), { ...named, alpn: ["http/1.1"] });
    expect([link.trust.kind, link.proof?.by]).toEqual(["verified", "path"]);
    expect(link.facts).toMatchObject({
      addressSource: "caller",
      remotePort: origin.port,
      alpn: "http/1.1",
      sni: "localhost",
    });
    expect(await said(link, "ping")).toBe("ping");
    link.socket.destroy();
    await whenEmpty(origin);
  });

  test.each(protocols)("has the dialogue of %s, where that is named", async (protocol) => {
    await using server = await openStartTlsServer({ turns: startTlsTurns[protocol] });
    await using client = new Client(trusting);
    const plain = await openPlain(server);
    plain.pause();
    const { socket, trust } = await client.startTls(plain, { ...named, protocol });
    expect(trust.kind).toBe("verified");
    socket.destroy();
  });

  test.each<[law: string, tls: object, options: Partial<StartTlsOptions>, code: string]>([
    ["whom nobody vouches for", stranger, {}, "missing-intermediate"],
    ["another name", {}, { servername: "other.example" }, "wrong-host"],
    [
      "another key than the pinned one",
      {},
      { pins: { localhost: [`sha256/${Buffer.alloc(32).toString("base64")}`] } },
      "pin-mismatch",
    ],
  ])("refuses %s, sends nothing and closes", async (_law, tls, options, code) => {
    const heard: unknown[] = [];
    await using origin = await openOrigin((socket) => void socket.on("data", (data) => heard.push(data)), {
      tls,
    });
    await using client = new Client(trusting);
    const failed = client.startTls(await openPlain(origin), { ...named, ...options });
    await expect(failed).rejects.toMatchObject({ code });
    await whenEmpty(origin);
    expect(heard).toEqual([]);
  });

  test.each<[whose: string, ofClient: ClientOptions, ofCall: Partial<StartTlsOptions>, says: string]>([
    ["the client's", { identity: "localhost" }, {}, "db.example"],
    [
      "the call's before the client's",
      { identity: "other.example" },
      { identity: "localhost" },
      "db.example",
    ],
    [
      "the client's, and its server name",
      { identity: "localhost", sni: "front.example" },
      {},
      "front.example",
    ],
  ])("checks an identity in place of servername: %s", async (_whose, ofClient, ofCall, sni) => {
    await using origin = await openEcho();
    await using client = new Client({ ...trusting, ...ofClient });
    const link = await client.startTls(await openPlain(origin), { servername: "db.example", ...ofCall });
    expect(link.facts.sni).toBe(sni);
    expect(await said(link, "ping")).toBe("ping");
    link.socket.destroy();
  });

  test.each([
    ["an address in a URL's brackets", "[::1]", ["ip:::1"], undefined],
    ["a final dot", "db.example.", ["dns:db.example"], "db.example"],
    [
      "letters that are not ASCII's",
      "b\u00FCcher.example",
      ["dns:xn--bcher-kva.example"],
      "xn--bcher-kva.example",
    ],
  ])("takes a name as a URL has it: %s", async (_what, servername, names, sni) => {
    await using origin = await openOrigin((socket) => void socket.resume(), { tls: mintIdentity({ names }) });
    await using client = new Client(trusting);
    const link = await client.startTls(await openPlain(origin), { servername });
    expect([link.trust.kind, link.facts.sni]).toEqual(["verified", sni]);
    link.socket.destroy();
    const named = await client.connect(origin.url, { servername });
    expect(named.facts.sni).toBe(sni);
    named.socket.destroy();
  });

  test("refuses a certificate for servername alone, where the client's identity is another", async () => {
    await using origin = await openEcho();
    await using client = new Client({ ...trusting, identity: "db.example" });
    const failed = client.startTls(await openPlain(origin), named);
    await expect(failed).rejects.toMatchObject({
      code: "wrong-host",
      message: expect.stringContaining("db.example"),
    });
  });

  test("refuses bytes that were there before TLS, and begins none", async () => {
    const heard: unknown[] = [];
    await using server = await openOrigin(
      (socket) => {
        socket.on("data", (data) => heard.push(data));
        socket.write("220 go\r\n250 injected\r\n");
      },
      { tls: false },
    );
    await using client = new Client(trusting);
    const socket = await openPlain(server);
    // Read as far as the consent, with the rest put back: what a reader of lines does.
    const [chunk] = (await once(socket, "data")) as [Buffer];
    socket.pause();
    socket.unshift(chunk.subarray(8));
    await expect(client.startTls(socket, named)).rejects.toMatchObject({
      code: "starttls-injection",
      detail: { bytes: 14, protocol: undefined },
      message: expect.stringContaining("14 bytes were there in plain"),
    });
    await whenEmpty(server);
    expect(heard).toEqual([]);
  });

  test("refuses a server that speaks no TLS", async () => {
    await using server = await openOrigin(
      (socket) => void socket.once("data", () => socket.write("-ERR no such command\r\n")),
      { tls: false },
    );
    await using client = new Client(trusting);
    await expect(client.startTls(await openPlain(server), named)).rejects.toMatchObject({ code: "not-tls" });
    await whenEmpty(server);
  });

  test.each<[what: string, value: string, make: (origin: Origin) => Promise<Duplex>]>([
    ["one that is closed", "a socket that is closed", async (origin) => (await openPlain(origin)).destroy()],
    [
      "one that is still connecting",
      "a socket that is not connected yet",
      async ({ port }) => connect(port, "127.0.0.1"),
    ],
    ["one that never was connected", "a socket that is not connected yet", async () => new Socket()],
    [
      "one that its owner has ended",
      "a socket whose one side has ended already",
      async (origin) => (await openPlain(origin)).end(),
    ],
    [
      "one that the server has ended",
      "a socket whose one side has ended already",
      async ({ port, accepted }) => {
        const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).resume();
        await until(() => accepted.length === 1);
        accepted[0]?.end();
        await once(socket, "end");
        return socket;
      },
    ],
    ["a stream that is not a socket", "something else", async () => new PassThrough()],
  ])("refuses and closes %s", async (_what, value, make) => {
    await using origin = await openOrigin((socket) => void socket.resume(), { tls: false });
    await using client = new Client(trusting);
    const socket = await make(origin);
    await expect(client.startTls(socket as Socket, named)).rejects.toMatchObject({
      code: "option-invalid",
      detail: { option: "socket", value },
    });
    expect(socket.destroyed).toBe(true);
    await whenEmpty(origin);
  });

  test.each([[{}], [undefined], [null], ["socket"]])("refuses %j, which cannot be closed", async (given) => {
    await using client = new Client(trusting);
    await expect(client.startTls(given as never, named)).rejects.toMatchObject({
      code: "option-invalid",
      detail: { option: "socket", value: "something else" },
    });
  });

  test("refuses a socket that TLS has begun on, and closes it", async () => {
    await using origin = await openEcho();
    await using client = new Client(trusting);
    const plain = await openPlain(origin);
    await client.startTls(plain, named);
    await expect(client.startTls(plain, named)).rejects.toMatchObject({
      code: "option-invalid",
      detail: { option: "socket", value: "a socket that TLS was begun on before" },
    });
    expect(plain.destroyed).toBe(true);
    await whenEmpty(origin);
  });

  test.each<[options: object | undefined, code: string]>([
    [{}, "option-invalid"],
    [undefined, "option-invalid"],
    [{ servername: "a:b" }, "option-invalid"],
    [{ ...named, protocol: "gopher" }, "option-invalid"],
    [{ ...named, alpn: [""] }, "option-invalid"],
    [{ ...named, timeouts: { tlsMs: -1 } }, "option-invalid"],
    [{ ...named, proto: 1 }, "option-unknown"],
    [{ ...named, roots: "no such file" }, "ca-file-unreadable"],
    [{ ...named, signal: AbortSignal.abort() }, "aborted"],
    [{ ...named, protocol: "smtp", signal: AbortSignal.abort() }, "aborted"],
  ])("with %j is %s, and the socket is closed", async (options, code) => {
    await using origin = await openEcho();
    await using client = new Client(trusting);
    const socket = await openPlain(origin);
    await expect(client.startTls(socket, options as StartTlsOptions)).rejects.toMatchObject({ code });
    expect(socket.destroyed).toBe(true);
    await whenEmpty(origin);
  });

  test.each<[what: string, words: string, code: string]>([
    ["that does not offer TLS", "220 mx ESMTP\r\n250 mx\r\n", "starttls-not-offered"],
    ["that cannot now", "220 mx\r\n250-mx\r\n250 STARTTLS\r\n454 no\r\n", "starttls-refused"],
    [
      "that says more than its consent",
      "220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n250 x\r\n",
      "starttls-injection",
    ],
    ["that speaks something else", "SSH-2.0-x\r\n", "starttls-malformed"],
  ])("refuses a server %s, and closes", async (_what, words, code) => {
    await using server = await openOrigin((socket) => void socket.resume().write(words), { tls: false });
    await using client = new Client(trusting);
    const socket = await openPlain(server);
    const failed = client.startTls(socket, { ...named, protocol: "smtp" });
    await expect(failed).rejects.toMatchObject({ code });
    expect(socket.destroyed).toBe(true);
    await whenEmpty(server);
  });

  test.each<[string, (client: Client, end: AbortController) => unknown, object]>([
    ["the caller's signal", (_, end) => end.abort(), { code: "aborted", detail: { phase: "tls" } }],
    ["the client's end", (client) => client.destroy(), { code: "client-closed" }],
  ])("is ended by %s", async (_who, end, told) => {
    await using server = await openOrigin((socket) => socket.resume(), { tls: false });
    const client = new Client(trusting);
    const controller = new AbortController();
    const { signal } = controller;
    const failed = client.startTls(await openPlain(server), { ...named, signal });
    end(client, controller);
    await expect(failed).rejects.toMatchObject(told);
    await whenEmpty(server);
  });

  test("is ended by the handshake's deadline", async () => {
    await using server = await openOrigin((socket) => socket.resume(), { tls: false });
    await using client = new Client({ ...trusting, timeouts: { tlsMs: 30 } });
    const failed = client.startTls(await openPlain(server), named);
    await expect(failed).rejects.toMatchObject({ code: "tls-timeout", detail: { limitMs: 30 } });
    await whenEmpty(server);
  });

  test("a client that is closed begins none", async () => {
    await using origin = await openEcho();
    const client = new Client(trusting);
    await client.close();
    await expect(client.startTls(await openPlain(origin), named)).rejects.toMatchObject({
      code: "client-closed",
    });
    await whenEmpty(origin);
  });

  test("a pin lets in whom it names", async () => {
    await using origin = await openEcho();
    await using client = new Client(trusting);
    const first = await client.startTls(await openPlain(origin), named);
    const [leaf] = first.trust.chain;
    first.socket.destroy();
    const pins = { localhost: [leaf === undefined ? "" : spkiPin(leaf, sha256)] };
    const { socket, trust } = await client.startTls(await openPlain(origin), { ...named, pins });
    expect(trust.pin).toBe(pins.localhost[0]);
    socket.destroy();
  });
});

test.each([{ host: "localhost", port: 1 }, 8883, null, Object.create(null) as object])(
  "connect() and why() take a URL or host:port, and not %j",
  async (given) => {
    await using client = new Client(trusting);
    const refusal = { code: "option-invalid", message: expect.stringContaining('"host:port"') as string };
    await expect(client.connect(given as never)).rejects.toMatchObject(refusal);
    await expect(client.why(given as never)).rejects.toMatchObject(refusal);
  },
);

test.each([
  ["postgres", "PostgreSQL has no other port for it"],
  ["smtp", "where it has one: smtps://"],
] as const)("the next step where %s offers no TLS is one that this protocol has", (protocol, step) => {
  const error = new HttpsError("starttls-not-offered", { host: "h.example", port: 1, protocol });
  expect(error.hint).toContain(step);
});
