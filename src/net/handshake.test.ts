/** A handshake, and what it leaves for the two keys: OpenSSL's word, the chain as it was sent, the staple. */
import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { openOrigin, root, until, type Origin, type OriginOptions } from "../../test/client/origin.ts";
import { identityOf, mintOcsp } from "../../test/pki/index.ts";
import { mint, mintLeaf, mintRoot, now } from "../../test/pki/today.ts";
import { compilePolicy, type TrustOptions } from "../admission/index.ts";
import { directly } from "./dial-request.ts";
import {
  finishHandshake,
  openTlsSocket,
  tlsParameters,
  type Handshake,
  type TlsParameters,
} from "./handshake.ts";

interface Asked {
  readonly trust?: TrustOptions;
  readonly host?: string;
  readonly session?: Buffer;
  readonly signal?: AbortSignal;
}

interface Begun {
  readonly socket: TLSSocket;
  readonly handshake: Promise<Handshake>;
}

const loopback = { address: "127.0.0.1", socketPath: undefined };

function parametersFor(port: number, { trust, host = "localhost", session }: Asked = {}): TlsParameters {
  const policy = compilePolicy({ roots: root.der, ...trust }, {});
  return tlsParameters({ ...directly, host, port, policy, alpn: ["http/1.1"] }, session);
}

function begin(port: number, asked: Asked = {}): Begun {
  const parameters = parametersFor(port, asked);
  const socket = openTlsSocket(loopback, parameters, undefined);
  return {
    socket,
    handshake: finishHandshake(socket, parameters, { limitMs: Infinity, signal: asked.signal }),
  };
}

const open = (options?: OriginOptions): Promise<Origin> => openOrigin(() => {}, options);

async function shake(options: OriginOptions, asked?: Asked): Promise<Handshake> {
  await using origin = await open(options);
  const handshake = await begin(origin.port, asked).handshake;
  handshake.socket.destroy();
  return handshake;
}

const stranger = mintRoot("Stranger");
const issuing = mint({ name: "Issuing", ca: true }, stranger);
const names = ["dns:localhost"];
const strange = mintLeaf("localhost", issuing, { names });
const strangeChain = [strange.der, issuing.der];
const insecure = { reason: "a test" };

describe("the chain is kept as it was sent", () => {
  const leaf = mintLeaf("localhost", root, { names });
  const beside = identityOf(leaf, issuing);

  test("where OpenSSL takes it, with what does not belong to it", async () => {
    expect(await shake({ tls: beside })).toMatchObject({
      openssl: { accepted: true },
      sent: [leaf.der, issuing.der],
      resumed: false,
    });
  });

  test.each<[law: string, trust: TrustOptions]>([
    ["where OpenSSL refuses it", {}],
    ["where it is refused and the caller goes on", { insecure }],
  ])("%s", async (_, trust) => {
    const { openssl, sent } = await shake({ tls: identityOf(strange, issuing) }, { trust });
    expect(openssl).toMatchObject({ accepted: false, code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" });
    expect(sent).toEqual(strangeChain);
  });

  test.each<[law: string, trust: TrustOptions]>([
    ["where it carries another name", {}],
    ["where it carries another name and the caller goes on", { insecure }],
  ])("%s", async (_, trust) => {
    const { openssl, sent } = await shake({ tls: beside }, { trust, host: "elsewhere.example" });
    expect(openssl).toMatchObject({ accepted: false, code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    expect(sent).toEqual([leaf.der, issuing.der]);
  });

  test.each<[law: string, common: string, accepted: boolean]>([
    ["that is its common name, where it has no other", "localhost", true],
    ["that is not its common name", "elsewhere.example", false],
  ])("with a name %s", async (_, common, accepted) => {
    const nameless = mint({ name: common, purposes: ["serverAuth"], notAfterAt: now + 86_400_000 }, root);
    const { openssl, sent } = await shake({ tls: identityOf(nameless) });
    expect(openssl).toMatchObject({
      accepted,
      ...(accepted ? {} : { code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    });
    expect(sent).toEqual([nameless.der]);
  });

  test("with a common name that is the host's, and other names that are not", async () => {
    const other = mint(
      { name: "localhost", names: ["dns:elsewhere.example"], notAfterAt: now + 86_400_000 },
      root,
    );
    const { openssl } = await shake({ tls: identityOf(other) });
    expect(openssl).toMatchObject({ accepted: false, code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  test("and Node's own check has no objects made of it, whoever asks later is given them", async () => {
    await using origin = await open({ tls: { ...identityOf(leaf), maxVersion: "TLSv1.3" } });
    const { socket, handshake } = begin(origin.port);
    const asked: (boolean | undefined)[] = [];
    // What the socket hands on to Node's binding, which makes the objects.
    const { _handle: handle } = socket as unknown as {
      readonly _handle: { getPeerCertificate: (detailed?: boolean) => unknown };
    };
    const read = handle.getPeerCertificate.bind(handle);
    handle.getPeerCertificate = (detailed) => {
      asked.push(detailed);
      return read(detailed);
    };
    await handshake;
    expect(asked).toEqual([]);
    socket.getPeerCertificate(true);
    socket.getPeerCertificate();
    expect(asked).toEqual([true, undefined]);
    socket.destroy();
  });

  test("and is empty where a session is resumed", async () => {
    await using origin = await open({ tls: { maxVersion: "TLSv1.2" } });
    const first = begin(origin.port);
    const [session] = (await once(first.socket, "session")) as [Buffer];
    expect((await first.handshake).sent.length).toBe(1);
    const second = await begin(origin.port, { session }).handshake;
    expect(second).toMatchObject({ openssl: { accepted: true }, sent: [], resumed: true });
    for (const { socket } of [await first.handshake, second]) socket.destroy();
  });
});

describe("a staple", () => {
  const leaf = mintLeaf("localhost", root, { names });
  const response = mintOcsp(leaf, root, { thisUpdateAt: now, nextUpdateAt: Date.now() + 86_400_000 });

  test.each<[law: string, given: Uint8Array | null]>([
    ["is asked for, and handed on as it came", response],
    ["that the server does not have is none", null],
  ])("%s", async (_, given) => {
    await using origin = await open({ tls: identityOf(leaf) });
    let asked = 0;
    origin.server.on(
      "OCSPRequest",
      (_certificate, _issuer, answer: (error: null, staple: Uint8Array | null) => void) => {
        asked++;
        answer(null, given && Buffer.from(given));
      },
    );
    const { staple, socket } = await begin(origin.port).handshake;
    expect([asked, staple]).toEqual([1, given ?? undefined]);
    socket.destroy();
  });
});

describe("the server is told", () => {
  test.each<[host: string, sent: string | false]>([
    ["localhost", "localhost"],
    ["127.0.0.1", false],
  ])("the name %s as %s, and the protocols that are offered", async (host, sent) => {
    await using origin = await open();
    const { socket } = await begin(origin.port, { host }).handshake;
    await until(() => origin.accepted.length > 0);
    const peer = origin.accepted[0] as TLSSocket & { readonly servername: string | false };
    expect([peer.servername, peer.alpnProtocol]).toEqual([sent, "http/1.1"]);
    socket.destroy();
  });
});

describe("where a connection goes is not read from Object.prototype", () => {
  test.each<[name: string, value: unknown]>([
    ["path", "/nowhere.sock"],
    ["socket", new PassThrough()],
    ["signal", AbortSignal.abort()],
  ])("%s", async (name, value) => {
    await using origin = await open();
    const parameters = parametersFor(origin.port);
    // oxlint-disable-next-line no-extend-native -- It is what this test is about.
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    let socket: TLSSocket;
    try {
      socket = openTlsSocket(loopback, parameters, undefined);
    } finally {
      Reflect.deleteProperty(Object.prototype, name);
    }
    await finishHandshake(socket, parameters, { limitMs: Infinity, signal: undefined });
    expect(socket.remotePort).toBe(origin.port);
    socket.destroy();
  });
});

describe("a handshake that is over", () => {
  test("leaves nobody listening", async () => {
    await using origin = await open();
    const parameters = parametersFor(origin.port);
    const socket = openTlsSocket(loopback, parameters, undefined);
    const listening = (): readonly number[] =>
      ["OCSPResponse", "secure", "secureConnect", "close", "error"].map((event) =>
        socket.listenerCount(event),
      );
    const before = listening();
    await finishHandshake(socket, parameters, { limitMs: Infinity, signal: undefined });
    expect(listening()).toEqual(before);
    socket.destroy();
  });

  test("because its owner closed the connection says so", async () => {
    await using origin = await open({ tls: false });
    const { socket, handshake } = begin(origin.port);
    await once(socket, "connect");
    socket.destroy();
    await expect(handshake).rejects.toMatchObject({ code: "handshake-closed" });
  });

  test("because the caller gave up closes the connection", async () => {
    await using origin = await open({ tls: false });
    const giving = new AbortController();
    const { socket, handshake } = begin(origin.port, { signal: giving.signal });
    await once(socket, "connect");
    giving.abort(new Error("enough"));
    await expect(handshake).rejects.toMatchObject({ code: "aborted", detail: { phase: "tls" } });
    expect(socket.destroyed).toBe(true);
  });

  test("because the server ended it counts what came", async () => {
    const firstOfRecord = Buffer.of(22);
    await using origin = await openOrigin((peer) => peer.once("data", () => peer.end(firstOfRecord)), {
      tls: false,
    });
    await expect(begin(origin.port).handshake).rejects.toMatchObject({
      code: "handshake-closed",
      detail: { host: "localhost", bytesReceived: 1 },
    });
  });
});
