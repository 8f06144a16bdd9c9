/**
 * Two keys to every connection, and sessions that are not free pass. Each trap of Node's is shown first: what Node alone
 * makes of the session, then what this client makes of the same server.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  connect,
  type ConnectionOptions,
  type SecureVersion,
  type TLSSocket,
  type TlsOptions,
} from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, HttpsError, type RequestOptions, type Response } from "../../src/index.ts";
import { spkiPin } from "../../src/x509/index.ts";
import { sha256 } from "../../src/admission/index.ts";
import { identityOf, type Identity, makeKeys, pemOf } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../pki/today.ts";
import { runtime } from "../runtime.ts";
import { answering, openOrigin, reply, root, rootPem, type Origin } from "../client/origin.ts";

const another = mintRoot("Another Root");
const names = ["dns:localhost", "ip:127.0.0.1"];
const leaf = mintLeaf("localhost", root, { names });
const pinOfLeaf = spkiPin(leaf.certificate, sha256);
/** Nothing in it says which of several CAs of one name signed it. */
const unmarked = { subjectKeyId: null, authorityKeyId: null } as const;
const wrongPin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/** A server that closes after each answer, so that the next request has to resume. */
function openClosing(identity: Identity, version: SecureVersion): Promise<Origin> {
  return openOrigin(
    answering(() => reply("x", "Connection: close\r\n")),
    {
      tls: { ...identity, minVersion: version, maxVersion: version },
    },
  );
}

async function ask(client: Client, url: string, options?: RequestOptions): Promise<Response> {
  const response = await client.request(url, options);
  await response.bytes();
  return response;
}

/**
 * A server whose certificate has just expired, after Node alone and `client` each got a session from it. On a machine
 * too busy to get both within the certificate's life, the next certificate lives twice as long.
 */
async function expired(
  client: Client,
  version: SecureVersion,
  lifeMs: number,
): Promise<AsyncDisposable & { readonly origin: Origin; readonly session: Buffer }> {
  // Certificates count in seconds, and one is good to the end of its last second.
  const notAfterAt = Math.ceil((Date.now() + lifeMs) / 1_000) * 1_000;
  const origin = await openClosing(identityOf(mintLeaf("localhost", root, { names, notAfterAt })), version);
  try {
    const { session } = await nodeAlone(origin.port, { ca: rootPem });
    await ask(client, origin.url);
    expect((await ask(client, origin.url)).connection.resumed).toBe(true);
    while (Date.now() < notAfterAt + 1_000) await delay(notAfterAt + 1_000 - Date.now());
    return { origin, session, [Symbol.asyncDispose]: () => origin.close() };
  } catch (error) {
    await origin.close();
    if (Date.now() <= notAfterAt) throw error;
    return expired(client, version, 2 * lifeMs);
  }
}

/** Opens a TLS connection with Node alone, asks once, and gives what Node says and a session to resume. */
async function nodeAlone(
  port: number,
  options: ConnectionOptions,
): Promise<{
  readonly authorized: boolean;
  readonly reused: boolean;
  readonly chain: object;
  readonly session: Buffer;
}> {
  const socket: TLSSocket = connect({ port, host: "127.0.0.1", servername: "localhost", ...options });
  let session: Buffer | undefined;
  socket.on("session", (ticket: Buffer) => (session = ticket));
  socket.on("secureConnect", () => socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  let facts = { authorized: false, reused: false, chain: {} };
  await new Promise((resolve, reject) => {
    socket.on("data", () => {
      facts = {
        authorized: socket.authorized,
        reused: socket.isSessionReused(),
        chain: socket.getPeerCertificate(),
      };
      socket.end();
    });
    socket.on("close", resolve);
    socket.on("error", reject);
  });
  return { ...facts, session: session ?? Buffer.alloc(0) };
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("a session of %s", (version) => {
  let origin: Origin;
  let client: Client;
  beforeAll(async () => {
    origin = await openClosing(identityOf(leaf), version);
    client = new Client({ roots: rootPem, environment: {} });
  });
  afterAll(async () => {
    await client.close();
    await origin.close();
  });

  test("is resumed, on the evidence of the handshake it came from", async () => {
    const first = await ask(client, origin.url);
    const second = await ask(client, origin.url);
    expect([first.connection.resumed, first.trust.basis]).toEqual([false, "handshake"]);
    expect([second.connection.resumed, second.trust.basis]).toEqual([true, "resumed-session"]);
    expect(second.trust.kind).toBe("verified");
    expect(second.trust.chain.map(({ subject }) => subject.display)).toEqual(["localhost"]);
    expect(second.trust.anchor?.subject.display).toBe("Client Test Root");
    expect(second.trust.explain()).toContain("The TLS session was resumed");
  });

  test("does not serve another set of roots, though Node alone says authorized", async () => {
    const { session } = await nodeAlone(origin.port, { ca: rootPem });
    const node = await nodeAlone(origin.port, { ca: pemOf(another), session });
    expect(node).toMatchObject({ authorized: true, reused: true, chain: {} });
    await ask(client, origin.url);
    await expect(ask(client, origin.url, { roots: pemOf(another) })).rejects.toMatchObject({
      code: "missing-intermediate",
    });
  });

  test("does not serve a pin that does not match, though Node alone asks nobody", async () => {
    let asked = 0;
    const refuse = (): Error => {
      asked++;
      return new Error("wrong key");
    };
    const { session } = await nodeAlone(origin.port, { ca: rootPem });
    const node = await nodeAlone(origin.port, { ca: rootPem, session, checkServerIdentity: refuse });
    expect([node.authorized, node.reused, asked]).toEqual([true, true, 0]);
    await ask(client, origin.url);
    const error: unknown = await ask(client, origin.url, { pins: { localhost: [wrongPin] } }).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({
      code: "pin-mismatch",
      detail: { expected: [wrongPin], seen: expect.arrayContaining([pinOfLeaf]) as string[] },
    });
  });

  test("is judged by its pins again when it is resumed", async () => {
    const pins = { localhost: [wrongPin, pinOfLeaf] };
    const first = await ask(client, origin.url, { pins });
    const second = await ask(client, origin.url, { pins });
    expect([first.trust.kind, second.trust.kind, second.connection.resumed, second.trust.pin]).toEqual([
      "pinned",
      "pinned",
      true,
      pinOfLeaf,
    ]);
  });

  test("does not serve another name, as Node alone does where it does not keep sessions to their name", async () => {
    const { session } = await nodeAlone(origin.port, { ca: rootPem });
    const node = nodeAlone(origin.port, { ca: rootPem, session, servername: "elsewhere.example" });
    if (runtime.keepsSessionsToTheirName)
      await expect(node).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    else expect(await node).toMatchObject({ authorized: true, reused: true });
    await ask(client, origin.url);
    for (const options of [
      { identity: "elsewhere.example" },
      { identity: "elsewhere.example", sni: "elsewhere.example" },
    ]) {
      await expect(ask(client, origin.url, options)).rejects.toMatchObject({
        code: "wrong-host",
        detail: { name: "elsewhere.example" },
      });
    }
  });

  test("does not outlive its certificate, though Node alone says authorized", async () => {
    await using brief = await expired(client, version, 1_000);
    expect(await nodeAlone(brief.origin.port, { ca: rootPem, session: brief.session })).toMatchObject({
      authorized: true,
      reused: true,
    });
    await expect(ask(client, brief.origin.url)).rejects.toMatchObject({ code: "expired" });
  });

  test("does not serve a moment at which its certificate has expired", async () => {
    await ask(client, origin.url);
    const at = Date.now() + 365 * 86_400_000;
    await expect(ask(client, origin.url, { at })).rejects.toMatchObject({ code: "expired" });
  });

  test("of a connection nobody vouched for serves none that is to be verified, though Node alone says authorized", async () => {
    await using misnamed = await openClosing(
      identityOf(mintLeaf("b.example", root, { names: ["dns:b.example"] })),
      version,
    );
    const { session } = await nodeAlone(misnamed.port, { ca: rootPem, rejectUnauthorized: false });
    expect(await nodeAlone(misnamed.port, { ca: rootPem, session })).toMatchObject({
      authorized: true,
      reused: true,
    });
    const insecure = { insecure: { reason: "to get a session" } };
    const taken = await ask(client, misnamed.url, insecure);
    expect(taken.trust.kind).toBe("unverified");
    expect(taken.trust.rejection?.code).toBe("wrong-host");
    await expect(ask(client, misnamed.url)).rejects.toMatchObject({ code: "wrong-host" });
    expect((await ask(client, misnamed.url, insecure)).connection.resumed).toBe(false);
  });

  test("is forgotten by another client, and by one that was closed", async () => {
    await ask(client, origin.url);
    await using other = new Client({ roots: rootPem });
    expect((await ask(other, origin.url)).connection.resumed).toBe(false);
  });
});

describe("the engine refuses what OpenSSL took", () => {
  const dodgy: readonly (readonly [string, Identity, string])[] = [
    ["a name in the common name alone", identityOf(mintLeaf("localhost", root, { names: null })), "no-names"],
    [
      "part of a label as a wildcard",
      identityOf(mintLeaf("x", root, { names: ["dns:loc*.sub.localhost"] })),
      "wrong-host",
    ],
  ];
  test.each(dodgy)("%s", async (_, identity, code) => {
    await using origin = await openClosing(identity, "TLSv1.3");
    const host = code === "wrong-host" && identity === dodgy[1]?.[1] ? "local.sub.localhost" : "localhost";
    const node = await nodeAlone(origin.port, { ca: rootPem, servername: host });
    expect(node.authorized).toBe(true);
    await using client = new Client({ roots: rootPem });
    const error: unknown = await ask(client, origin.url.replace("localhost", host)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code });
    if (!(error instanceof HttpsError)) return;
    expect(error.trust?.toJSON()).toMatchObject({ kind: "refused", openssl: "accepted", engine: code });
    expect(error.trust?.explain()).toContain("OpenSSL accepted the chain; the engine refused it");
  });

  test("and the request never left: the server saw a connection and no byte", async () => {
    let bytes = 0;
    await using origin = await openOrigin(
      (socket) => socket.on("data", (chunk: Buffer) => (bytes += chunk.length)),
      {
        tls: identityOf(mintLeaf("localhost", root, { names: null })),
      },
    );
    await using client = new Client({ roots: rootPem });
    await expect(ask(client, origin.url, { headers: { authorization: "secret" } })).rejects.toMatchObject({
      code: "no-names",
    });
    expect(bytes).toBe(0);
  });
});

test("a mesh of CAs of one name is refused when the search has cost enough", async () => {
  const trusted = mintRoot("CA");
  const forger = { ...trusted, keys: makeKeys() };
  const mesh = Array.from({ length: 150 }, () => mint({ name: "CA", ca: true, ...unmarked }, forger));
  const forged = mintLeaf("localhost", forger, { names, ...unmarked });
  await using origin = await openClosing(identityOf(forged, ...mesh), "TLSv1.3");
  await using client = new Client({ roots: pemOf(trusted), environment: {} });
  await expect(ask(client, origin.url)).rejects.toMatchObject({
    code: "budget-exhausted",
    detail: { budget: "issuer candidates" },
  });
});

describe("OpenSSL refuses what the engine trusts", () => {
  /** Asks a server that counts the bytes of the request it gets, and gives the refusal. */
  async function refusal(tls: TlsOptions, options: RequestOptions): Promise<HttpsError> {
    let bytes = 0;
    await using origin = await openOrigin(
      (socket) => socket.on("data", (chunk: Buffer) => (bytes += chunk.length)),
      { tls },
    );
    await using client = new Client({ roots: rootPem, environment: {} });
    const error: unknown = await ask(client, origin.url, options).catch((e: unknown) => e);
    if (!(error instanceof HttpsError)) throw new Error("The connection was admitted.");
    expect(bytes).toBe(0);
    return error;
  }

  test("at a moment when the certificate was current: OpenSSL knows only this machine's clock", async () => {
    const over = mintLeaf("localhost", root, { names, notAfterAt: Date.now() - 60_000 });
    const error = await refusal(identityOf(over), { at: Date.now() - 3_600_000 });
    expect(error).toMatchObject({
      code: "keys-disagree",
      detail: { opensslCode: "CERT_HAS_EXPIRED", anchor: "Client Test Root", subject: "localhost" },
    });
    expect(error.trust?.toJSON()).toMatchObject({
      kind: "refused",
      openssl: "CERT_HAS_EXPIRED",
      engine: "accepted",
      disagreement:
        "OpenSSL refused the chain (CERT_HAS_EXPIRED); the engine found a path. OpenSSL's word stands.",
    });
  });

  test("of two certificates for one CA: OpenSSL follows the first alone", async () => {
    const keys = makeKeys();
    const sub = { name: "Sub CA", keys, ca: true } as const;
    const narrow = mint({ ...sub, permit: ["dns:elsewhere.example"] }, root);
    const wide = mint(sub, root);
    const below = mintLeaf("localhost", wide, { names });
    const error = await refusal(identityOf(below, narrow, wide), {});
    expect(error).toMatchObject({ code: "keys-disagree", detail: { anchor: "Client Test Root" } });
    expect(error.trust?.toJSON()).toMatchObject({ kind: "refused", engine: "accepted" });
    await using origin = await openClosing(identityOf(below, wide, narrow), "TLSv1.3");
    await using client = new Client({ roots: rootPem, environment: {} });
    expect((await ask(client, origin.url)).trust.kind).toBe("verified");
  });

  test("a server without a certificate is refused: there is nothing to judge", async () => {
    const ciphers = "aNULL:@SECLEVEL=0";
    const anonymous = { cert: undefined, key: undefined, ciphers, maxVersion: "TLSv1.2" } as const;
    const error = await refusal(anonymous, { ciphers, maxVersion: "TLSv1.2" });
    expect(error).toMatchObject({ code: "no-certificate", detail: { name: "localhost" } });
    expect(error.trust?.toJSON()).toMatchObject({ kind: "refused", chain: [], engine: undefined });
  });
});

describe("the environment", () => {
  let folder: string;
  let origin: Origin;
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "meerkat-roots-"));
    origin = await openClosing(identityOf(leaf), "TLSv1.3");
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await origin.close();
  });

  test("NODE_TLS_REJECT_UNAUTHORIZED=0 turns nothing off, and that is said once", async () => {
    const program = `
      const { Client } = await import(${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)});
      const [url, roots] = process.argv.slice(1);
      const stranger = await new Client().request(url).then(() => "admitted", (error) => error.code);
      const { trust } = await new Client({ roots }).request(url);
      console.log(JSON.stringify({ stranger, kind: trust.kind, notes: trust.notes }));
      process.exit();
    `;
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", program, origin.url, rootPem],
      { cwd: root, env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0" } },
    );
    expect(JSON.parse(stdout)).toEqual({
      stranger: "missing-intermediate",
      kind: "verified",
      notes: [expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED=0 is set and has no effect/)],
    });
  });

  test("NODE_EXTRA_CA_CERTS is honoured, and the anchor says so, with file and line", async () => {
    const extra = file("extra.pem", `# two roots\n${pemOf(another)}${rootPem}`);
    await using client = new Client({ environment: { NODE_EXTRA_CA_CERTS: extra } });
    const { trust } = await ask(client, origin.url);
    const line = 2 + pemOf(another).trimEnd().split("\n").length;
    expect(trust.anchor?.source).toEqual({ store: "NODE_EXTRA_CA_CERTS", file: extra, line });
  });

  test("NODE_EXTRA_CA_CERTS that cannot be read has no effect, and the report says so", async () => {
    await using client = new Client({ environment: { NODE_EXTRA_CA_CERTS: "/nowhere.pem" } });
    const error: unknown = await ask(client, origin.url).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "missing-intermediate" });
    if (error instanceof HttpsError)
      expect(error.trust?.explain()).toMatch(/NODE_EXTRA_CA_CERTS has no effect: .*\/nowhere\.pem/);
  });

  test("the system's roots come from SSL_CERT_FILE and SSL_CERT_DIR", async () => {
    const path = file("system.pem", rootPem);
    await using byFile = new Client({ roots: "system", environment: { SSL_CERT_FILE: path } });
    expect((await ask(byFile, origin.url)).trust.anchor?.source).toEqual({
      store: "system",
      file: path,
      line: 1,
    });
    await using byFolder = new Client({ roots: "system", environment: { SSL_CERT_DIR: folder } });
    expect((await ask(byFolder, origin.url)).trust.anchor?.source).toMatchObject({ store: "system" });
    await using none = new Client({ roots: "system", environment: { SSL_CERT_FILE: "/nowhere.pem" } });
    await expect(ask(none, origin.url)).rejects.toMatchObject({
      code: "system-store-missing",
      detail: { tried: ["/nowhere.pem"] },
    });
  });

  test.each<[string, () => RequestOptions, object]>([
    ["a file", () => ({ roots: file("root.pem", rootPem) }), { store: "file", line: 1 }],
    ["PEM text", () => ({ roots: rootPem }), { store: "bytes", line: 1 }],
    ["DER bytes", () => ({ roots: root.der }), { store: "bytes" }],
    ["a list", () => ({ roots: ["mozilla", rootPem] }), { store: "bytes", line: 1 }],
    ["an addition to the default", () => ({ addRoots: rootPem }), { store: "bytes", line: 1 }],
  ])("an anchor of %s says where it came from", async (_, options, source) => {
    await using client = new Client({ environment: {} });
    expect((await ask(client, origin.url, options())).trust.anchor?.source).toMatchObject(source);
  });

  test("versions are held to beside a client certificate, too", async () => {
    const leaf = mintLeaf("localhost", root, { names });
    await using old = await openClosing(identityOf(leaf), "TLSv1.2");
    await using client = new Client({
      roots: rootPem,
      clientCertificate: identityOf(leaf),
      minVersion: "TLSv1.3",
    });
    await expect(ask(client, old.url)).rejects.toMatchObject({ code: "tls-version" });
  });

  test("an intermediate can be an anchor", async () => {
    const intermediate = mintRoot("Intermediate");
    const issued = { ...intermediate, ...mintIntermediate() };
    await using under = await openClosing(identityOf(mintLeaf("localhost", issued, { names })), "TLSv1.3");
    await using client = new Client({ roots: pemOf(issued) });
    expect((await ask(client, under.url)).trust.anchor?.subject.display).toBe("Sub CA");
  });
});

function mintIntermediate(): ReturnType<typeof mintLeaf> {
  return mintLeaf("Sub CA", root, { ca: true, names: null, purposes: null });
}
