/** What one visit says of an endpoint, by real servers on loopback. */
import { once } from "node:events";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from "node:net";
import { createSecureServer } from "node:http2";
import type { RequestListener } from "node:http";
import { createServer as createSite } from "node:https";
import { createServer, type TlsOptions } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { identityOf, pemOf, rsaKeys } from "../../../test/pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../../../test/pki/today.ts";
import { compilePolicy } from "../../admission/index.ts";
import { requireEndpoint } from "../../core/index.ts";
import type { Visit, WatchedEndpoint } from "../../fleet/index.ts";
import { noAddressRules } from "../../net/index.ts";
import { endpointOf } from "../list/index.ts";
import { Turns } from "./turns.ts";
import { type OneVisit, visitEndpoint } from "./visit-endpoint.ts";

const host = "a.example";
const root = mintRoot("Root");
const issuer = mint({ name: "Issuing", ca: true }, root);
const leaf = mintLeaf(host, issuer);
const other = mintRoot("Other");
const whole = identityOf(leaf, issuer);
const policy = compilePolicy({ roots: pemOf(root) }, {});

/** Without a pace: what is visited here is on this machine, and what is asked is what is said. */
const hurried = new Turns({ rates: { address: 1_000, network: 1_000 } });

async function listen(server: TcpServer, { address = "127.0.0.1", port = 0 } = {}): Promise<number> {
  await once(server.listen(port, address), "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function tlsServer(options: TlsOptions = whole): TcpServer {
  const server = createServer(options, (socket) => socket.on("error", () => {}));
  return server.on("tlsClientError", () => {});
}

function site(listener: RequestListener): TcpServer {
  return createSite(whole, listener).on("tlsClientError", () => {});
}

const watched = (text: string): WatchedEndpoint => endpointOf(requireEndpoint(text), []);

async function visit(text: string, changes: Partial<OneVisit> = {}, at = "127.0.0.1"): Promise<Visit> {
  const endpoint = watched(text);
  const settings = settingsFor(endpoint, changes, at);
  return visitEndpoint(endpoint, settings, AbortSignal.timeout(60_000));
}

function settingsFor(endpoint: WatchedEndpoint, changes: Partial<OneVisit>, at: string): OneVisit {
  return {
    policy,
    place: "here",
    run: "1",
    devices: [],
    addressRules: { ...noAddressRules, resolve: { [`${endpoint.host}:${endpoint.port}`]: at } },
    proxy: null,
    environment: {},
    totalMs: 20_000,
    contact: undefined,
    turns: hurried,
    ...changes,
  };
}

it("host and port: the chain, the verdict, and through when the path is good", async () => {
  const port = await listen(tlsServer());
  const found = await visit(`${host}:${port}`);
  expect(found).toMatchObject({ answer: { kind: "verified" }, unreached: [], run: "1", place: "here" });
  const [{ variant, shown } = {}] = found.showings;
  expect(found.showings).toHaveLength(1);
  expect(variant).toEqual({ address: "127.0.0.1", offer: "ordinary" });
  expect(shown?.chain).toHaveLength(2);
  expect(shown?.leaf.issuer).toContain("Issuing");
  const own = found.certificates.get(shown?.chain[0] ?? "");
  expect(shown?.verdict).toMatchObject({
    trusted: true,
    anchor: expect.stringContaining("Root") as string,
    usable: { ends: "leaf", untilAt: own?.notAfterAt },
  });
  // The same chain is met again, and nothing is worked out anew.
  const again = await visit(`${host}:${port}`);
  expect(again.showings).toEqual(found.showings);
});

it("a web site is asked once, by who says so; its status is the answer and no redirect is followed", async () => {
  const asked: string[] = [];
  const server = site((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers["user-agent"]}`);
    response.writeHead(302, { location: "/elsewhere", date: "Sun, 06 Nov 1994 08:49:37 GMT" }).end("moved");
  });
  const port = await listen(server);
  const found = await visit(`https://${host}:${port}/status?key=1`, { contact: "ops@example.com" });
  expect(found.answer).toEqual({ kind: "answered", status: 302 });
  expect(found.serverDateAt).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatch(
    /^GET \/status\?key=1 meerkat-survey\/\d\S* \(\+https:\/\/\S+; ops@example\.com\)$/,
  );
});

it("a web site that speaks HTTP/2 is asked by it", async () => {
  const versions: string[] = [];
  const server = createSecureServer({ ...whole, allowHTTP1: false }, (request, response) => {
    versions.push(request.httpVersion);
    response.writeHead(204).end();
  });
  const port = await listen(server);
  const found = await visit(`https://${host}:${port}/`);
  expect(found.answer).toEqual({ kind: "answered", status: 204 });
  expect(versions).toEqual(["2.0"]);
});

it("a body that never ends is not waited for", async () => {
  const server = site((_request, response) => void response.writeHead(200).write("and"));
  const port = await listen(server);
  expect((await visit(`https://${host}:${port}/`)).answer).toEqual({ kind: "answered", status: 200 });
});

it.each([
  ["seconds", "120", 120_000],
  ["more than a day", "9999999", 86_400_000],
])("Retry-After is kept: %s", async (_law, value, waitMs) => {
  const server = site((_request, response) => void response.writeHead(503, { "retry-after": value }).end());
  const port = await listen(server);
  const before = Date.now();
  const { notBeforeAt = 0, answer } = await visit(`https://${host}:${port}/`);
  expect(answer).toEqual({ kind: "answered", status: 503 });
  expect(notBeforeAt).toBeGreaterThanOrEqual(before + waitMs);
  expect(notBeforeAt).toBeLessThanOrEqual(Date.now() + waitMs);
});

it("every address is visited; the first that answers is the answer, and is the only one that is asked", async () => {
  let requests = 0;
  const server = site((_request, response) => {
    requests++;
    response.end();
  });
  const port = await listen(server);
  const alone = identityOf(mintLeaf(host, root));
  await listen(tlsServer(alone), { address: "127.0.0.2", port });
  const found = await visit(`https://${host}:${port}/`, {}, "127.0.0.1,127.0.0.2,127.0.0.3");
  expect(found.answer).toEqual({ kind: "answered", status: 200 });
  expect(requests).toBe(1);
  expect(found.showings.map(({ variant, shown }) => [variant.address, shown.chain.length])).toEqual([
    ["127.0.0.1", 2],
    ["127.0.0.2", 1],
  ]);
  expect(found.unreached).toMatchObject([{ address: "127.0.0.3", code: "connection-refused" }]);
});

it("an address that refuses the connection leaves the answer to the next", async () => {
  const port = await listen(tlsServer(), { address: "127.0.0.2" });
  const found = await visit(`${host}:${port}`, {}, "127.0.0.1,127.0.0.2");
  expect(found.answer).toEqual({ kind: "verified" });
  expect(found.unreached).toMatchObject([{ address: "127.0.0.1" }]);
});

it("where none answers, the sentence names all of them", async () => {
  const port = await listen(createTcpServer(), { address: "127.0.0.9" });
  const { answer, unreached } = await visit(`${host}:${port}`, {}, "127.0.0.1,127.0.0.2");
  expect(answer).toMatchObject({ kind: "failed", code: "connection-refused", stage: "tcp" });
  expect(answer.kind === "failed" && answer.sentence).toMatch(/127\.0\.0\.1.*127\.0\.0\.2/);
  expect(unreached).toHaveLength(2);
});

it.each<[law: string, options: TlsOptions, code: string]>([
  ["a root that is not known", identityOf(mintLeaf(host, other), other), "untrusted-root"],
  ["another name", identityOf(mintLeaf("b.example", issuer), issuer), "wrong-host"],
])("a chain that is refused is shown all the same: %s", async (_law, options, code) => {
  const port = await listen(tlsServer(options));
  const found = await visit(`${host}:${port}`);
  expect(found.answer).toMatchObject({ kind: "failed", code, stage: "trust" });
  expect(found.showings).toMatchObject([{ shown: { verdict: { trusted: false, code } } }]);
  expect(found.certificates.size).toBeGreaterThan(0);
  const web = await visit(`https://${host}:${port}/`);
  expect(web.showings).toEqual(found.showings);
});

it("an issuer that was not sent is named", async () => {
  const port = await listen(tlsServer(identityOf(leaf)));
  const found = await visit(`${host}:${port}`);
  expect(found.answer).toMatchObject({ kind: "failed", code: "missing-intermediate" });
  expect(found.showings[0]?.shown.verdict).toMatchObject({
    missing: expect.stringContaining("Issuing") as string,
  });
});

it("a server that wants a certificate of its client shows its chain, and its refusal is the answer", async () => {
  const wants: TlsOptions = { ...whole, requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" };
  const port = await listen(tlsServer(wants));
  const found = await visit(`${host}:${port}`);
  expect(found.answer).toMatchObject({ kind: "failed", stage: "tls" });
  expect(found.showings).toMatchObject([{ shown: { verdict: { trusted: true } } }]);
});

it.each<[law: string, says: string | Buffer, code: string]>([
  ["plain HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", "not-tls"],
  ["noise", Buffer.alloc(4_096, 0xa5), "not-tls"],
  ["a record that is cut off", Buffer.from("1603030040020000", "hex"), "handshake-closed"],
])("what does not speak TLS is a failure with a sentence: %s", async (_law, says, code) => {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(says));
  });
  const port = await listen(server);
  for (const text of [`${host}:${port}`, `https://${host}:${port}/`]) {
    const { answer, showings } = await visit(text);
    expect(showings).toEqual([]);
    expect(answer).toMatchObject({ kind: "failed", code, sentence: expect.stringMatching(/\.$/) as string });
  }
});

it("a peer that says nothing is not waited for beyond the visit's time", async () => {
  const server = createTcpServer((socket) => socket.on("error", () => {}));
  const port = await listen(server);
  const { answer, tookMs } = await visit(`${host}:${port}`, { totalMs: 300 });
  expect(answer).toMatchObject({ kind: "failed", code: "tls-timeout" });
  expect(tookMs).toBeGreaterThanOrEqual(290);
});

it("an answer that never comes is a failure, and the chain is known", async () => {
  const server = site(() => {});
  const port = await listen(server);
  const { answer, showings } = await visit(`https://${host}:${port}/`, { totalMs: 400 });
  expect(answer).toMatchObject({ kind: "failed", stage: "timeout" });
  expect(showings).toHaveLength(1);
});

it("STARTTLS is said before TLS", async () => {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.write("220 a.example ESMTP\r\n");
    socket.once("data", () => {
      socket.write("250-a.example\r\n250 STARTTLS\r\n");
      socket.once("data", () => {
        socket.write("220 go ahead\r\n");
        inner.emit("connection", socket);
      });
    });
  });
  const inner = tlsServer();
  const port = await listen(server);
  const found = await visit(`smtp://${host}:${port}`);
  expect(found.answer).toEqual({ kind: "verified" });
  expect(found.showings).toHaveLength(1);
});

it("a name without an address is a failure of DNS", async () => {
  const missing = (_name: string, _options: unknown, callback: (error: Error) => void): void =>
    callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
  const { answer, showings } = await visit("gone.example:443", {
    addressRules: { ...noAddressRules, lookup: missing as never },
  });
  expect(answer).toMatchObject({ kind: "failed", code: "name-not-found", stage: "dns" });
  expect(showings).toEqual([]);
});

it("a name is looked up once, whatever is asked of its addresses", async () => {
  const port = await listen(tlsServer());
  let lookups = 0;
  const lookup = (_name: string, _options: unknown, callback: (error: null, list: unknown) => void): void => {
    lookups++;
    callback(null, [{ address: "127.0.0.1", family: 4 }]);
  };
  const found = await visit(`${host}:${port}`, {
    devices: ["esp-idf", "mongoose-os"],
    addressRules: { ...noAddressRules, lookup: lookup as never },
  });
  expect(found.answer).toEqual({ kind: "verified" });
  expect(lookups).toBe(1);
});

it("with bundles their devices' hellos are offered too, and shown what they are shown", async () => {
  const rsaLeaf = mintLeaf(host, root, { keys: rsaKeys(2048, 1) });
  const rsa = identityOf(rsaLeaf);
  const both: TlsOptions = { cert: [whole.cert, rsa.cert], key: [whole.key, rsa.key] };
  const port = await listen(tlsServer(both));
  const found = await visit(`${host}:${port}`, { devices: ["esp-idf"] });
  const own = found.showings.filter(({ variant }) => variant.offer === "esp-idf");
  expect(own.length).toBeGreaterThan(1);
  expect(own.some(({ variant }) => variant.version === undefined)).toBe(true);
  expect(own.every(({ shown }) => shown.verdict.trusted)).toBe(true);
  expect(new Set(own.map(({ shown }) => shown.chain.join(" "))).size).toBe(2);
  for (const { shown } of found.showings)
    for (const id of shown.chain) expect(found.certificates.has(id)).toBe(true);
});

it("a visit that is ended throws that, and waits for nothing", async () => {
  const server = createTcpServer((socket) => socket.on("error", () => {}));
  const port = await listen(server);
  const ends = new AbortController();
  server.once("connection", () => ends.abort());
  const endpoint = watched(`${host}:${port}`);
  const settings = settingsFor(endpoint, {}, "127.0.0.1");
  await expect(visitEndpoint(endpoint, settings, ends.signal)).rejects.toMatchObject({ code: "aborted" });
});
