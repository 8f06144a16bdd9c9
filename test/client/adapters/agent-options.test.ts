/** Every option of a request of Node's https under a MeerkatAgent: each row of the table has the effect that it says. */
import { constants } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkServerIdentity, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requestRows, type OptionRow } from "../../../src/client/index.ts";
import { Client, MeerkatAgent, type ClientOptions } from "../../../src/index.ts";
import { identity, openOrigin, reply, rootPem } from "../origin.ts";
import { ask, openHeadKeeper, type Came, type HeadKeeper } from "./asking.ts";

const namesOf = (kind: OptionRow["kind"]): readonly string[] =>
  Object.keys(requestRows).filter((name) => requestRows[name]?.kind === kind);
type Options = Readonly<Record<string, unknown>>;

let folder: string;
let origin: HeadKeeper;
let client: Client;
let agent: MeerkatAgent;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-agent-"));
  origin = await openHeadKeeper();
  client = new Client({ roots: rootPem });
  agent = new MeerkatAgent(client);
});
afterAll(async () => {
  agent.destroy();
  await client.close();
  await origin.close();
  rmSync(folder, { recursive: true });
});

/** Asks the origin, or another server. */
const asking = (options: Options, { port }: { readonly port: number } = origin): Promise<Came> =>
  ask(agent, { host: "localhost", port, ...options });

/** The head that the origin got for a request that it answered. */
async function headOf(options: Options): Promise<readonly string[]> {
  const { error } = await asking(options);
  expect(error).toBeUndefined();
  return origin.heads.at(-1) ?? [];
}

/** Asks a server of its own that gives this answer. */
async function answerTo(options: Options, answer: string): Promise<Came> {
  await using odd = await openHeadKeeper({}, () => answer);
  return await asking(options, odd);
}

const saying =
  (...answer: readonly unknown[]) =>
  (_host: string, _options: object, done: (...answer: readonly unknown[]) => void): void =>
    done(...answer);

const doubtful =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n";
/** Some of Node's options are newer than the oldest Node that is supported. */
const major = Number(process.versions.node.split(".")[0]);

const effects: Readonly<Record<string, () => Promise<void>>> = {
  agent: async () => {
    expect(Object.keys(agent.freeSockets)).toHaveLength(0);
    await asking({});
    expect(Object.keys(agent.freeSockets)).toHaveLength(1);
  },
  auth: async () => expect(await headOf({ auth: "a:b" })).toContain("Authorization: Basic YTpi"),
  defaultPort: async () => {
    const { response } = await asking({ port: undefined, defaultPort: origin.port });
    expect(response?.statusCode).toBe(200);
  },
  headers: async () => {
    expect(await headOf({ headers: { "X-Mine": "1" } })).toContain("X-Mine: 1");
    const { error } = await asking({ headers: { host: "elsewhere.example" } });
    expect(error).toMatchObject({ cause: { code: "wrong-host" } });
  },
  host: async () => expect(await headOf({ host: "127.0.0.1" })).toContain(`Host: 127.0.0.1:${origin.port}`),
  hostname: async () => {
    const head = await headOf({ host: "elsewhere.invalid", hostname: "127.0.0.1" });
    expect(head).toContain(`Host: 127.0.0.1:${origin.port}`);
  },
  httpValidation: async () => {
    const { error } = await answerTo({ httpValidation: "insecure" }, doubtful);
    if (major >= 24) expect(error).toBeUndefined();
    else expect(error).toMatchObject({ code: /^HPE_/ });
  },
  insecureHTTPParser: async () => {
    expect((await answerTo({}, doubtful)).error).toBeDefined();
    expect((await answerTo({ insecureHTTPParser: true }, doubtful)).error).toBeUndefined();
  },
  joinDuplicateHeaders: async () => {
    const twice = reply("ok", "Age: 1\r\nAge: 2\r\n");
    expect((await answerTo({}, twice)).response?.headers.age).toBe("1");
    expect((await answerTo({ joinDuplicateHeaders: true }, twice)).response?.headers.age).toBe("1, 2");
  },
  maxHeaderSize: async () => {
    const long = reply("ok", `X-Long: ${"x".repeat(1_000)}\r\n`);
    expect((await answerTo({}, long)).error).toBeUndefined();
    expect((await answerTo({ maxHeaderSize: 500 }, long)).error).toMatchObject({
      code: "HPE_HEADER_OVERFLOW",
    });
  },
  method: async () => expect((await headOf({ method: "DELETE" }))[0]).toBe("DELETE / HTTP/1.1"),
  path: async () => expect((await headOf({ path: "/a?b" }))[0]).toBe("GET /a?b HTTP/1.1"),
  port: async () => {
    expect((await asking({ port: 1 })).error).toMatchObject({ cause: { code: "connection-refused" } });
  },
  protocol: async () => {
    await expect(asking({ protocol: "http:" })).rejects.toMatchObject({ code: "ERR_INVALID_PROTOCOL" });
  },
  setDefaultHeaders: async () => {
    const head = await headOf({ setDefaultHeaders: false, headers: { host: "localhost" } });
    expect(head.some((line) => line.startsWith("Connection:"))).toBe(major < 22);
  },
  setHost: async () => {
    const head = await headOf({ setHost: false });
    expect(head.some((line) => /^host:/i.test(line))).toBe(false);
  },
  signal: async () => {
    const stop = new AbortController();
    await using mute = await openOrigin(() => {}, { tls: false });
    const asked = asking({ signal: stop.signal }, mute);
    stop.abort();
    expect((await asked).error).toMatchObject({ name: "AbortError" });
  },
  timeout: async () => {
    await expect(asking({ timeout: "soon" })).rejects.toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  },
  uniqueHeaders: async () => {
    const headers = { "X-List": ["a", "b"] };
    expect(await headOf({ headers })).toContain("X-List: b");
    expect(await headOf({ headers, uniqueHeaders: ["x-list"] })).toContain("X-List: a; b");
  },
  family: async () => {
    const lookup = saying(null, [{ address: "::1", family: 6 }]);
    expect((await asking({ lookup, family: 4 })).error).toMatchObject({ cause: { code: "name-not-found" } });
    expect((await asking({ family: 0 })).response?.statusCode).toBe(200);
    expect((await asking({ family: "IPv4" })).error).toMatchObject({ detail: { option: "family" } });
  },
  lookup: async () => {
    // There is a kept socket to the same place, which another request's look-up led to.
    await asking({});
    const blocked = { lookup: saying(new Error("blocked")) };
    expect((await asking(blocked)).error).toMatchObject({ cause: { code: "dns-failed" } });
    const found = { lookup: saying(null, "127.0.0.1", 4) };
    expect((await asking(found)).response?.statusCode).toBe(200);
    expect((await asking(blocked)).error).toMatchObject({ cause: { code: "dns-failed" } });
  },
  servername: async () => {
    expect((await asking({ servername: "elsewhere.example" })).error).toMatchObject({
      cause: { code: "wrong-host" },
    });
    let sent: unknown = "nobody asked";
    await using asked = await openOrigin((socket) => {
      sent = (socket as { readonly servername?: unknown }).servername;
      socket.end(reply("ok", "Connection: close\r\n"));
    });
    await asking({ servername: "" }, asked);
    expect(sent).toBe(false);
  },
  socketPath: async () => {
    const path = join(folder, "s");
    await using unix = await openHeadKeeper({ path });
    expect((await asking({ socketPath: path, port: 1 })).response?.statusCode).toBe(200);
    expect(unix.heads).toHaveLength(1);
  },
};

describe("an option that is honoured has its effect", () => {
  test.each(Object.entries(effects))("%s", async (_, effect) => effect());
});

/** For each option that is refused: a value that is, and those that are let pass. */
const refusals: Readonly<Record<string, readonly [refused: unknown, ...passing: unknown[]]>> = {
  ca: [rootPem],
  allowPartialTrustChain: [true, false],
  rejectUnauthorized: [false, true, undefined, null, 0],
  checkServerIdentity: [() => undefined, checkServerIdentity, undefined],
  crl: ["x"],
  cert: ["x"],
  key: ["x"],
  pfx: ["x"],
  passphrase: ["x"],
  clientCertEngine: ["x"],
  privateKeyEngine: ["x"],
  privateKeyIdentifier: ["x"],
  secureContext: [{}],
  sigalgs: ["x"],
  ecdhCurve: ["P-256", "auto"],
  minDHSize: [1],
  certificateCompression: [["zlib"]],
  pskCallback: [() => null],
  session: [Buffer.from("x")],
  ALPNProtocols: [["h2"], ["http/1.1"], ["h2", "http/1.1"]],
  ALPNCallback: [() => "x"],
  SNICallback: [() => {}],
  dhparam: ["x"],
  honorCipherOrder: [true, false],
  requestCert: [true, false],
  sessionIdContext: ["x"],
  sessionTimeout: [1],
  ticketKeys: [Buffer.alloc(48)],
  enableTrace: [true, false],
  requestOCSP: ["x", true, false],
  createConnection: [() => undefined],
  socket: [{}],
  handle: [{}],
  fd: [1],
  onread: [{}],
  highWaterMark: [1],
  allowHalfOpen: [true, false],
  localAddress: ["127.0.0.1"],
  localPort: [1, 0],
  hints: [1, 0],
  blockList: [{}],
  typeOfService: [1, 0],
  autoSelectFamily: [false, true],
  autoSelectFamilyAttemptTimeout: [1],
};

/** Options by which `false` asks for something. */
const askedByFalse: readonly string[] = ["autoSelectFamily", "rejectUnauthorized"];

describe("an option that is refused", () => {
  test.each(Object.entries(refusals))(
    "%s: is, and nothing is asked, over a kept socket either",
    async (option, [value]) => {
      await asking({});
      const before = [origin.heads.length, origin.accepted.length];
      const { error } = await asking({ [option]: value });
      expect(error).toMatchObject({ code: "option-invalid", detail: { option } });
      expect([origin.heads.length, origin.accepted.length]).toEqual(before);
    },
  );

  const passing = Object.entries(refusals).flatMap(([option, [, ...values]]) =>
    values.map((value) => [option, value] as const),
  );
  test.each(passing)("%s: what asks for nothing else is let pass: %j", async (option, value) => {
    expect((await asking({ [option]: value })).response?.statusCode).toBe(200);
  });

  const empty = [...namesOf("refused"), "lookup", "signal", "socketPath"].flatMap((option) =>
    [null, false, ""].map((value) => [option, value] as const),
  );
  const asked = empty.filter(([option, value]) => value !== false || !askedByFalse.includes(option));
  test.each(asked)("%s: a setting that is not set says nothing: %j", async (option, value) => {
    expect((await asking({ [option]: value })).response?.statusCode).toBe(200);
  });

  test("names the client's option for it, where there is one, as the agent's user writes it", async () => {
    const { error } = await asking({ ca: rootPem });
    expect(error).toMatchObject({
      hint: "The client has addRoots or roots for that: new MeerkatAgent(new Client({ addRoots })).",
    });
    expect((await asking({ session: Buffer.from("x") })).error).toMatchObject({
      hint: 'Leave "session" out.',
    });
  });

  test("is refused where the agent's own options were made to say it", async () => {
    using changed = disposable(new MeerkatAgent(client));
    (changed.agent.options as Record<string, unknown>)["rejectUnauthorized"] = false;
    const { error } = await ask(changed.agent, { host: "localhost", port: origin.port });
    expect(error).toMatchObject({ code: "option-invalid", detail: { option: "rejectUnauthorized" } });
  });

  test("is refused when a socket is asked for by hand", async () => {
    const came = await new Promise((resolve) => {
      agent.createConnection({ host: "localhost", port: origin.port, rejectUnauthorized: false }, resolve);
    });
    expect(came).toMatchObject({ code: "option-invalid", detail: { option: "rejectUnauthorized" } });
  });
});

/** For each option that may narrow: values that do, and what the connection is then; and values that do not. */
const stripes = "DEFAULT:!aNULL:!eNULL:!LOW:!EXPORT:!SSLv2:!MD5";
const narrowings: Readonly<
  Record<string, { readonly taken: readonly Narrow[]; readonly refused: readonly unknown[] }>
> = {
  ciphers: {
    taken: [
      [stripes, { protocol: "TLSv1.3" }],
      ["TLS_AES_128_GCM_SHA256:ECDHE+AESGCM", { suite: "TLS_AES_128_GCM_SHA256" }],
      // Nothing of TLS 1.2 is left.
      ["TLS_AES_128_GCM_SHA256", { protocol: "TLSv1.3", suite: "TLS_AES_128_GCM_SHA256" }],
      ["CAMELLIA:ECDHE+AES256", { protocol: "TLSv1.3" }],
    ],
    refused: ["", 1, "NULL", "aNULL", "TLS_NONE", "PSK", "DEFAULT:@SECLEVEL=0", "ALL@seclevel=0"],
  },
  minVersion: {
    taken: [
      ["TLSv1.2", { protocol: "TLSv1.3" }],
      ["TLSv1.3", { protocol: "TLSv1.3" }],
    ],
    refused: ["TLSv1", "TLSv1.1", "SSLv3", 2],
  },
  maxVersion: {
    taken: [
      ["TLSv1.2", { protocol: "TLSv1.2" }],
      ["TLSv1.3", { protocol: "TLSv1.3" }],
    ],
    refused: ["TLSv1.1", 3],
  },
  secureProtocol: {
    taken: [
      ["TLS_method", { protocol: "TLSv1.3" }],
      ["SSLv23_client_method", { protocol: "TLSv1.3" }],
      ["TLSv1_2_method", { protocol: "TLSv1.2" }],
    ],
    refused: ["TLSv1_method", "TLSv1_1_client_method", "toString", 1],
  },
  secureOptions: {
    taken: [
      [constants.SSL_OP_NO_SSLv3 | constants.SSL_OP_NO_TLSv1, { protocol: "TLSv1.3" }],
      [constants.SSL_OP_NO_TLSv1_3, { protocol: "TLSv1.2" }],
      [constants.SSL_OP_NO_TLSv1_2, { protocol: "TLSv1.3" }],
    ],
    refused: [
      constants.SSL_OP_LEGACY_SERVER_CONNECT,
      constants.SSL_OP_NO_TLSv1 | constants.SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION,
      constants.SSL_OP_ALL,
      0.5,
      "1",
    ],
  },
};
type Narrow = readonly [value: unknown, came: { readonly protocol?: string; readonly suite?: string }];

describe("an option that may narrow", () => {
  const taken = Object.entries(narrowings).flatMap(([option, { taken }]) =>
    taken.map(([value, came]) => [option, value, came] as const),
  );
  test.each(taken)("%s: %j has its effect", async (option, value, { protocol, suite }) => {
    const { socket, error } = await asking({ [option]: value });
    expect(error).toBeUndefined();
    const tls = socket as TLSSocket;
    if (protocol !== undefined) expect(tls.getProtocol()).toBe(protocol);
    if (suite !== undefined) expect(tls.getCipher().name).toBe(suite);
  });

  const refused = Object.entries(narrowings).flatMap(([option, { refused }]) =>
    refused.map((value) => [option, value] as const),
  );
  test.each(refused)("%s: %j does not, and is refused", async (option, value) => {
    const before = [origin.heads.length, origin.accepted.length];
    const { error } = await asking({ [option]: value });
    expect(error).toMatchObject({ code: "option-invalid", detail: { option } });
    expect([origin.heads.length, origin.accepted.length]).toEqual(before);
  });

  const offers: readonly (readonly [ClientOptions, Options, string])[] = [
    [{ minVersion: "TLSv1.3" }, { maxVersion: "TLSv1.2" }, "maxVersion"],
    [{ minVersion: "TLSv1.3" }, { secureProtocol: "TLSv1_2_method" }, "secureProtocol"],
    [{ maxVersion: "TLSv1.2" }, { minVersion: "TLSv1.3" }, "minVersion"],
    [{ maxVersion: "TLSv1.2" }, { secureOptions: constants.SSL_OP_NO_TLSv1_2 }, "secureOptions"],
    [{}, { minVersion: "TLSv1.3", maxVersion: "TLSv1.2" }, "maxVersion"],
    [{ ciphers: "ECDHE+AESGCM" }, { ciphers: "AES256-SHA" }, "ciphers"],
    [{ ciphers: "TLS_AES_128_GCM_SHA256:AES128-SHA" }, { ciphers: "TLS_AES_256_GCM_SHA384" }, "ciphers"],
    // OpenSSL takes both for lists of its own.
    [{ ciphers: "ECDHE+CHACHA20" }, { ciphers: "SUITEB128" }, "ciphers"],
    [{ ciphers: "SUITEB192" }, { ciphers: "ECDHE+AES128" }, "ciphers"],
  ];
  test.each(offers)("of a client of %j, %j leaves nothing, and is refused", async (own, options, option) => {
    const before = origin.accepted.length;
    await using narrow = new Client({ roots: rootPem, ...own });
    using held = disposable(new MeerkatAgent(narrow));
    const { error } = await ask(held.agent, { host: "localhost", port: origin.port, ...options });
    expect(error).toMatchObject({ code: "option-invalid", detail: { option } });
    expect(origin.accepted.length).toBe(before);
  });

  test("does not give the client back what it had given up", async () => {
    await using narrow = new Client({
      roots: rootPem,
      minVersion: "TLSv1.3",
      ciphers: "TLS_AES_128_GCM_SHA256:ECDHE+AESGCM",
    });
    using held = disposable(new MeerkatAgent(narrow));
    await using older = await openHeadKeeper({ tls: { ...identity, maxVersion: "TLSv1.2" } });
    const place = { host: "localhost", minVersion: "TLSv1.2", ciphers: stripes } as const;
    const { socket } = await ask(held.agent, { ...place, port: origin.port });
    expect((socket as TLSSocket).getCipher().name).toBe("TLS_AES_128_GCM_SHA256");
    const { error } = await ask(held.agent, { ...place, port: older.port });
    expect(error).toMatchObject({ cause: { code: "tls-version" } });
  });

  test.each(["DEFAULT:@SECLEVEL=4", "DEFAULT@SECLEVEL=4", "ALL;@SECLEVEL=4"])(
    "keeps to its client's level of security: %s",
    async (ciphers) => {
      await using strict = new Client({ roots: rootPem, ciphers });
      using held = disposable(new MeerkatAgent(strict));
      for (const asked of [undefined, stripes, "TLS_AES_256_GCM_SHA384", "AES128;ECDHE+AES256"]) {
        const { error } = await ask(held.agent, { host: "localhost", port: origin.port, ciphers: asked });
        expect(error).toMatchObject({ cause: { stage: "tls" } });
      }
    },
  );
});

const idle: Readonly<Record<string, unknown>> = {
  _defaultAgent: {},
  keepAlive: false,
  keepAliveInitialDelay: 1,
  noDelay: false,
  readable: false,
  writable: false,
};

test.each(Object.entries(idle))(
  "%s is without meaning: the same is sent, over the same socket",
  async (option, value) => {
    const usual = await headOf({});
    const before = origin.accepted.length;
    expect(await headOf({ [option]: value })).toEqual(usual);
    expect(origin.accepted.length).toBe(before);
  },
);

test.each<[OptionRow["kind"], object]>([
  ["honoured", effects],
  ["narrowing", narrowings],
  ["refused", refusals],
  ["meaningless", idle],
])("each row has its test: %s", (kind, tested) => {
  expect(Object.keys(tested).toSorted()).toEqual(namesOf(kind).toSorted());
});

function disposable(made: MeerkatAgent): Disposable & { readonly agent: MeerkatAgent } {
  return { agent: made, [Symbol.dispose]: () => made.destroy() };
}
