/**
 * The errors of sockets that were opened for a caller find out more as those of requests do: where the socket led, over new
 * connections, and with nothing said within TLS, which the caller had not said either.
 */
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { expect, test } from "vitest";
import { Client, HttpsError, MeerkatSocket, type StartTlsOptions } from "../../src/index.ts";
import { mintIdentity, openOrigin, rootPem, type Origin, type OriginOptions } from "../client/origin.ts";
import { openStartTlsServer, startTlsTurns } from "../client/start-tls-server.ts";
import { openProxy } from "../client/tunnel-proxy.ts";
import { mintRoot } from "../pki/today.ts";

const trusting = { environment: {}, roots: rootPem };
const stranger = mintIdentity({}, mintRoot("Stranger"));

async function failureOf(work: Promise<unknown>): Promise<HttpsError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (error instanceof HttpsError) return error;
  throw new Error("it succeeded, or failed in another way");
}

/** A server whom nobody vouches for, and what it heard within TLS. */
async function openStranger(options: OriginOptions = {}): Promise<Origin & { readonly heard: string[] }> {
  const heard: string[] = [];
  const listen = (socket: Socket): void =>
    void socket.on("data", (data: Buffer) => heard.push(data.toString("latin1")));
  return Object.assign(await openOrigin(listen, { tls: stranger, ...options }), { heard });
}

async function openPlain(port: number): Promise<Socket> {
  const socket = connectTcp(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

test.each(["tls", "mqtts", "wss", "https"])(
  "the error of connect() to %s is asked why, and nothing is said within TLS",
  async (scheme) => {
    await using origin = await openStranger();
    let dialled = 0;
    origin.server.on("connection", () => dialled++);
    await using client = new Client({ ...trusting, headers: { cookie: "SECRET" } });
    const error = await failureOf(client.connect(`${scheme}://localhost:${origin.port}/SECRET?x=SECRET`));
    const before = dialled;
    const found = await error.why();
    expect(found).toMatchObject({ kind: "asked", diagnosis: { healthy: false } });
    expect(found.toJSON()).toMatchObject({ headline: { code: error.code } });
    expect(JSON.stringify(found)).not.toContain("SECRET");
    expect(dialled).toBeGreaterThan(before);
    expect(origin.heard).toEqual([]);
  },
);

test("it names what was offered by ALPN, as connect() offered it", async () => {
  const offered: string[][] = [];
  const tls = {
    ...stranger,
    ALPNProtocols: undefined as never,
    ALPNCallback: ({ protocols }: { protocols: string[] }) => (offered.push(protocols), protocols[0]),
  };
  await using origin = await openStranger({ tls });
  await using client = new Client(trusting);
  const error = await failureOf(client.connect(`mqtts://localhost:${origin.port}`, { alpn: ["mqtt", "x"] }));
  await error.why();
  expect(offered[1]).toEqual(["mqtt", "x"]);
});

test("the words before TLS are said again, in the protocol of the URL", async () => {
  await using server = await openStartTlsServer({ turns: startTlsTurns.postgres, tls: stranger });
  await using client = new Client(trusting);
  const error = await failureOf(client.connect(`postgres://u:SECRET@localhost:${server.port}/SECRET`));
  const found = await error.why();
  expect(found.toJSON()).toMatchObject({ headline: { code: error.code } });
  expect(JSON.stringify(found)).not.toContain("SECRET");
  expect(JSON.stringify(found)).toContain("PostgreSQL");
});

test("the way leads through the same proxy, by a tunnel", async () => {
  await using origin = await openStranger();
  await using proxy = await openProxy({ tls: false });
  await using client = new Client({ ...trusting, proxy: `http://localhost:${proxy.port}` });
  const error = await failureOf(client.connect(`tls://localhost:${origin.port}`));
  const before = proxy.accepted.length;
  expect((await error.why()).toJSON()).toMatchObject({ headline: { code: error.code } });
  expect(proxy.accepted.length).toBeGreaterThan(before);
});

test("a plain web site is asked for its root alone, without what the client says to web sites", async () => {
  const heard: string[] = [];
  await using proxy = await openOrigin(
    (socket) => void socket.on("data", (data: Buffer) => (heard.push(String(data)), socket.destroy())),
    { tls: false },
  );
  await using client = new Client({
    ...trusting,
    headers: { cookie: "SECRET" },
    proxy: `http://localhost:${proxy.port}`,
  });
  const error = await failureOf(client.connect(`http://localhost:1/SECRET`));
  const found = await error.why();
  expect(found.kind).toBe("asked");
  expect(heard.join("")).toContain("CONNECT localhost:1 ");
  expect(JSON.stringify(found) + heard.join("")).not.toContain("SECRET");
});

test("the error of a socket that is there at once is connect()'s", async () => {
  await using origin = await openStranger();
  await using client = new Client(trusting);
  const socket = new MeerkatSocket(client, `tls://localhost:${origin.port}`).connect();
  const [error] = (await once(socket, "error").catch((thrown: unknown) => [thrown])) as [HttpsError];
  expect(await error.why()).toMatchObject({ kind: "asked" });
});

test("a Unix socket is not asked again, and the reason is said", async () => {
  await using client = new Client({ ...trusting, socketPath: "/nowhere/at/all" });
  const found = await (await failureOf(client.connect("tls://localhost:1"))).why();
  expect(found).toMatchObject({ kind: "unasked", reason: expect.stringContaining("socketPath") as string });
});

const named: StartTlsOptions = { servername: "elsewhere.example" };

test.each<[law: string, options: Partial<StartTlsOptions>]>([
  ["where TLS begins at once", {}],
  ["with the words of the protocol that was named", { protocol: "postgres" }],
])(
  "startTls(): the address that the socket led to is asked, whatever the name leads to (%s)",
  async (_law, more) => {
    await using server =
      more.protocol === undefined
        ? await openStranger()
        : await openStartTlsServer({ turns: startTlsTurns[more.protocol], tls: stranger });
    let dialled = 0;
    server.server.on("connection", () => dialled++);
    await using client = new Client({ ...trusting, proxy: "http://localhost:1" });
    const error = await failureOf(client.startTls(await openPlain(server.port), { ...named, ...more }));
    const found = await error.why();
    expect(found.toJSON()).toMatchObject({ headline: { code: error.code } });
    expect(dialled).toBeGreaterThan(1);
    expect(JSON.stringify(found)).not.toContain("localhost:1");
  },
);

test("startTls(): a dialogue on a port that is nobody's usual one is not guessed", async () => {
  await using origin = await openStranger();
  await using client = new Client(trusting);
  const plain = await openPlain(origin.port);
  plain.write("hello\r\n");
  const before = origin.accepted.length;
  const found = await (await failureOf(client.startTls(plain, named))).why();
  expect(found).toMatchObject({ kind: "unasked", reason: expect.stringContaining("said") as string });
  expect(origin.accepted.length).toBe(before);
});

test("startTls(): a dialogue on a protocol's usual port is had again", async () => {
  await using origin = await openStranger();
  await using client = new Client(trusting);
  const plain = await openPlain(origin.port);
  plain.write("hello\r\n");
  // No test can listen there; what comes of it does not matter here.
  Object.defineProperty(plain, "remotePort", { value: 5222 });
  const found = await (await failureOf(client.startTls(plain, named))).why();
  expect(found).toMatchObject({ kind: "asked", diagnosis: { url: "xmpp://elsewhere.example" } });
});

test("startTls(): a refusal before anything is begun has nothing to ask", async () => {
  await using client = new Client(trusting);
  expect(await (await failureOf(client.startTls({} as Socket, named))).why()).toMatchObject({
    kind: "unasked",
    reason: undefined,
  });
});
