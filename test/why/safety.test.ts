/** What a diagnosis must not do to its user: show a certificate, a path or a machine to whom nobody vouches for. */
import { createServer as createHttp } from "node:http";
import { once } from "node:events";
import { connect, createServer as createTcp, type AddressInfo, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { requireUrl } from "../../src/core/index.ts";
import { compilePolicy } from "../../src/admission/index.ts";
import { runWhy, type WhyReport, type WhyRequest } from "../../src/why/index.ts";
import { writeOid, writeSequence } from "../../src/der/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import { extension, generalName, identityOf, type Identity, type Minted } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { mintIdentity, openOrigin, rootPem } from "../client/origin.ts";

const strangers = mintRoot("A Stranger's Root");
const clients = mintRoot("Client CA");
const own = identityOf(mintLeaf("device.example", clients, { purposes: ["clientAuth"] }));

interface Asked extends Partial<WhyRequest> {
  readonly clientCertificate?: Identity;
}

function ask(url: string, { clientCertificate, ...more }: Asked = {}): Promise<WhyReport> {
  const target = requireUrl(url);
  const policy = compilePolicy({ roots: rootPem, ...(clientCertificate && { clientCertificate }) }, {});
  const fields = [["Host", target.authority]] as const;
  return runWhy({ target, fields, policy, ownRoots: true, environment: {}, ...more });
}

/** What a server that asks for certificates was shown: subjects, by connection. */
function shown(socket: Socket): string | undefined {
  const { subject } = (socket as TLSSocket).getPeerCertificate();
  return subject === undefined ? undefined : String(subject.CN);
}

function answer(socket: Socket): void {
  socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("a client certificate, over %s", (version) => {
  const tls = { requestCert: true, rejectUnauthorized: false, minVersion: version, maxVersion: version };

  test("is shown to a server that is trusted, and the answer comes", async () => {
    const seen: (string | undefined)[] = [];
    await using origin = await openOrigin((socket) => (seen.push(shown(socket)), answer(socket)), { tls });
    const { diagnosis } = await ask(`${origin.url}/`, { clientCertificate: own });
    expect(diagnosis.headline).toMatchObject({ code: "healthy" });
    expect(seen[0]).toBe("device.example");
  });

  test.each<readonly [law: string, code: string, identity: () => Identity]>([
    ["whose root is not known", "untrusted-root", () => mintIdentity({}, strangers)],
    ["whose certificate expired", "expired", () => mintIdentity({ notAfterAt: Date.now() - 86_400_000 })],
    ["with another's name", "wrong-host", () => mintIdentity({ names: ["dns:other.example"] })],
  ])("is not shown to a server %s", async (_law, code, mintOne) => {
    const seen: (string | undefined)[] = [];
    await using origin = await openOrigin((socket) => (seen.push(shown(socket)), answer(socket)), {
      tls: { ...tls, ...mintOne() },
    });
    const { diagnosis, evidence } = await ask(`${origin.url}/`, { clientCertificate: own });
    expect(["untrusted-root", "missing-intermediate", code]).toContain(diagnosis.headline.code);
    expect(evidence.attempts[0]?.trust?.chain).toHaveLength(1);
    expect(seen.filter((name) => name !== undefined)).toEqual([]);
  });

  test("is not shown where a redirect leads", async () => {
    const seen: (string | undefined)[] = [];
    await using other = await openOrigin((socket) => (seen.push(shown(socket)), answer(socket)), { tls });
    await using first = await openOrigin((socket) => {
      socket.on("data", () =>
        socket.end(`HTTP/1.1 302 Found\r\nLocation: ${other.url}/\r\nContent-Length: 0\r\n\r\n`),
      );
    });
    await ask(`${first.url}/`, { clientCertificate: own });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((name) => name !== undefined)).toEqual([]);
  });
});

/** A way to a port that keeps what the client of each connection sent. */
async function openRecorder(port: number) {
  const sent: Buffer[] = [];
  const ended: Promise<unknown>[] = [];
  const server = createTcp((client) => {
    const index = sent.push(Buffer.alloc(0)) - 1;
    const there = connect(port, "127.0.0.1").on("error", () => client.destroy());
    client.on("error", () => there.destroy());
    client.on("data", (chunk) => void (sent[index] = Buffer.concat([sent[index] ?? chunk, chunk])));
    ended.push(new Promise((resolve) => client.once("end", resolve).once("close", resolve)));
    // Whoever is no longer read for the other side is read to the end all the same.
    there.once("close", () => client.resume());
    client.pipe(there).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    /** By connection, once the client has let each of them go. */
    sent: () => Promise.all(ended).then(() => sent),
    [Symbol.dispose]: () => void server.close(),
  };
}

/** What was sent behind the ClientHello, which is a record of its own (RFC 8446 §5.1). */
const behindHello = (bytes: Buffer | undefined): Buffer =>
  bytes?.subarray(5 + bytes.readUInt16BE(3)) ?? Buffer.alloc(0);

/** A change_cipher_spec and an alert are no longer than this together: RFC 8446 §5, §6; encrypted, and by any cipher. */
const noticeBytes = 100;

test.each([
  ["TLSv1.2", "refused"],
  ["TLSv1.3", "refused"],
  ["TLSv1.2", "trusted"],
  ["TLSv1.3", "trusted"],
] as const)(
  "over %s what could hold it goes behind the ClientHello to none but a trusted server (%s)",
  async (version, word) => {
    const identity = word === "trusted" ? mintIdentity() : mintIdentity({}, strangers);
    const tls = { requestCert: true, rejectUnauthorized: false, minVersion: version, maxVersion: version };
    await using origin = await openOrigin(answer, { tls: { ...tls, ...identity } });
    using way = await openRecorder(origin.port);
    const url = `https://localhost:${way.port}/`;
    const { evidence } = await ask(url, { clientCertificate: own, experiments: false });
    expect(evidence.attempts[0]?.ended === undefined).toBe(word === "trusted");
    const [first] = await way.sent();
    const isSilent = behindHello(first).length < noticeBytes;
    expect(isSilent).toBe(word === "refused");
  },
);

test("a server that nobody vouches for is asked for / alone, whatever was asked for", async () => {
  const heard: string[] = [];
  await using origin = await openOrigin(
    (socket) => {
      socket.on("data", (chunk: Buffer) => heard.push(chunk.toString("latin1")));
      answer(socket);
    },
    { tls: mintIdentity({}, strangers) },
  );
  await ask(`${origin.url}/reset/deep?token=secret`, {
    fields: [
      ["Host", "localhost"],
      ["Authorization", "Bearer secret"],
      ["Cookie", "secret"],
      ["X-Api-Key", "secret"],
      ["Referer", "https://site.example/secret"],
    ],
  });
  expect(heard.length).toBeGreaterThan(0);
  for (const request of heard) {
    expect(request).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
    expect(request).not.toContain("secret");
  }
});

describe("what a stranger's certificate names", () => {
  /** A private service that must not be asked. */
  async function openPrivate() {
    let asked = 0;
    const server = createHttp((_request, response) => {
      asked++;
      response.end("secret");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return { port, asked: () => asked, [Symbol.dispose]: () => void server.close() };
  }

  /** A tunnel to wherever it is asked for, on this machine. */
  async function openProxy() {
    const server = createTcp((client) => {
      client.on("error", () => {});
      client.once("data", (head) => {
        const port = Number(/^CONNECT \S+:(\d+) /.exec(head.toString("latin1"))?.[1]);
        const there = connect(port, "127.0.0.1", () => {
          client.write("HTTP/1.1 200 OK\r\n\r\n");
          there.pipe(client).pipe(there);
        });
        there.on("error", () => client.destroy());
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return { port, [Symbol.dispose]: () => void server.close() };
  }

  test.each([false, true])("is not fetched from this machine (through a proxy: %s)", async (isProxied) => {
    using inside = await openPrivate();
    using proxy = await openProxy();
    for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"]) {
      const leaf = leafNaming(`http://${host}:${inside.port}/admin`);
      await using origin = await openOrigin(answer, { tls: identityOf(leaf) });
      const policy = compilePolicy({ roots: rootPem }, {});
      const setting = {
        scheme: "http",
        host: "127.0.0.1",
        port: proxy.port,
        authorization: undefined,
        login: undefined,
        url: `http://127.0.0.1:${proxy.port}`,
        source: "a test",
        mode: "tunnel",
        policy,
      } as const;
      const { diagnosis } = await ask(
        `${origin.url}/`,
        isProxied ? { proxyFor: () => ({ proxy: setting, rule: "a test" }) } : {},
      );
      expect(JSON.stringify(diagnosis.findings)).toContain("inside a private network");
    }
    expect(inside.asked()).toBe(0);
  });
});

/** A leaf of an issuer that nobody knows, who is said to be at `url`. */
function leafNaming(url: string): Minted {
  const access = writeSequence(writeOid("1.3.6.1.5.5.7.48.2"), generalName(`uri:${url}`));
  return mintLeaf("localhost", strangers, {
    names: ["dns:localhost", "ip:127.0.0.1"],
    extra: [extension(extensionOid.authorityInfoAccess, false, writeSequence(access))],
  });
}

test("a redirect is not followed into a network that the server is not in", async () => {
  const to = "https://169.254.169.254/latest/";
  await using origin = await openOrigin((socket) => {
    socket.on("data", () => socket.end(`HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`));
  });
  const { diagnosis, evidence } = await ask(`${origin.url}/`);
  expect(evidence.attempts.map(({ host }) => host)).toEqual(["localhost"]);
  expect(diagnosis.notes.join(" ")).toContain(`It leads to ${to}, inside a private network`);
  expect(diagnosis.headline.sentence).toContain("302");
});
