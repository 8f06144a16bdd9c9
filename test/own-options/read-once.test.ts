/** What a caller's object says is asked once: a getter or a Proxy cannot say one thing when checked and another when used. */
import { get } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ResponseReader } from "../../src/http1/index.ts";
import {
  Client,
  createFetch,
  MeerkatAgent,
  request,
  type ClientOptions,
  type HttpsError,
  type RequestOptions,
} from "../../src/index.ts";
import * as six from "../../src/mongoose/index.ts";
import * as seven from "../../src/mongoose/seven/index.ts";
import { mintIdentity, openHttp, rootPem, type Origin } from "../client/origin.ts";
import { caFile } from "../mongoose/stage.ts";
import { pemOf } from "../pki/index.ts";
import { mintRoot } from "../pki/today.ts";

describe("each own property is read once by", () => {
  let origin: Origin;
  beforeAll(async () => {
    origin = await openHttp((_, response) => response.end("x"));
  });
  afterAll(() => origin.close());

  /** The object, in which each property may be read once; objects in it too. */
  function once<T extends object>(values: T): T {
    const read = new Set<PropertyKey>();
    return new Proxy(values, {
      get: (target, name) => {
        if (read.has(name)) throw new Error(`${String(name)} was read again`);
        read.add(name);
        const value: unknown = Reflect.get(target, name);
        const isPlain =
          typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
        return isPlain ? once(value) : value;
      },
    });
  }
  const trust = (): object => ({
    roots: rootPem,
    pins: {},
    resolve: {},
    timeouts: { headMs: 60_000 },
    retry: { attempts: 1, delayMs: 1 },
    resume: { attempts: 1, delayMs: 1 },
    proxyTrust: { roots: rootPem },
    authentication: { scheme: "basic", username: "u", password: "p" },
  });

  test("Client, for its own options and a request's", async () => {
    const options = {
      ...trust(),
      headers: { "x-a": "1" },
      environment: {},
      limits: { headBytes: 9_999 },
      allow: [],
    };
    await using client = new Client(once(options));
    for (const path of ["/", "/other"]) {
      const response = await client.request(
        `${origin.url}${path}`,
        once({ ...trust(), method: "POST", body: "b" }),
      );
      expect(await response.text()).toBe("x");
    }
  });

  test("request", async () => {
    expect((await request(origin.url, once(trust()))).status).toBe(200);
  });

  test("createFetch", async () => {
    await using client = new Client({ roots: rootPem });
    const init = once({ method: "POST", body: "b", headers: { "x-a": "1" } });
    expect((await createFetch(client)(origin.url, init)).status).toBe(200);
  });

  test("MeerkatAgent", async () => {
    await using client = new Client({ roots: rootPem });
    const agent = new MeerkatAgent(client, once({ keepAlive: false, maxSockets: 1 }));
    const status = await new Promise((resolve, reject) => {
      get(origin.url, { agent }, (response) => resolve(response.resume().statusCode)).on("error", reject);
    });
    expect(status).toBe(200);
    const socket = await new Promise<{ destroy(): void }>((resolve, reject) => {
      const where = once({ host: "localhost", port: origin.port, servername: "localhost" });
      agent.createConnection(where, (error, socket) => (error === null ? resolve(socket) : reject(error)));
    });
    socket.destroy();
  });

  test("Mongoose 6", async () => {
    const code = await new Promise((resolve) => {
      const opts = once({ ssl_ca_cert: caFile, error_string: { value: null }, timeouts: { headMs: 9_999 } });
      const handler: six.mg_event_handler<null> = (c, ev, data, _user) => {
        if (ev !== six.MG_EV_HTTP_REPLY) return;
        resolve(data.resp_code);
        c.flags |= six.MG_F_CLOSE_IMMEDIATELY;
      };
      six.mg_connect_http_opt(six.mgos_get_mgr(), handler, null, opts, `${origin.url}/`, null, null);
    });
    expect(code).toBe(200);
  });

  test("Mongoose 7", async () => {
    const kind = await new Promise((resolve) => {
      const handler: seven.mg_event_handler = (c, ev, _data) => {
        if (ev === seven.MG_EV_CONNECT) seven.mg_tls_init(c, once({ ca: rootPem, name: "localhost" }));
        if (ev !== seven.MG_EV_TLS_HS) return;
        resolve(c.trust?.kind);
        c.is_closing = true;
      };
      seven.mg_http_connect(six.mgos_get_mgr(), `${origin.url}/`, handler, null, once({ resolve: {} }));
    });
    expect(kind).toBe("verified");
  });

  test("ResponseReader", () => {
    const reader = new ResponseReader(once({ limits: { headBytes: 9_999 }, allow: [] }));
    expect(reader.phase).toBe("idle");
  });
});

test("pins that are a Map are not taken for no pins, whatever was compiled before", async () => {
  await using client = new Client({ roots: rootPem, environment: {} });
  await using origin = await openHttp((_, response) => response.end("x"));
  expect(await (await client.request(origin.url, { pins: {} })).text()).toBe("x");
  for (const pins of [
    new Map([["localhost", ["sha256/x"]]]),
    Object.create({ localhost: ["x"] }) as object,
    [],
  ]) {
    await expect(client.request(origin.url, { pins: pins as never })).rejects.toMatchObject({
      code: "option-invalid",
    });
  }
});

test("addresses that are a Map are not taken for none", async () => {
  await using client = new Client({ roots: rootPem, environment: {} });
  const resolve = new Map([["localhost:1", "127.0.0.1"]]) as never;
  await expect(client.request("https://localhost:1/", { resolve })).rejects.toMatchObject({
    code: "option-invalid",
  });
});

describe("bytes are taken as they were given, and whoever fills their buffer anew chooses nothing:", () => {
  const stranger = mintRoot("Somebody Else");
  const pems = [rootPem, pemOf(stranger)];
  const length = Math.max(...pems.map((pem) => pem.length));
  /** Both roots, each in as many bytes: the one can be written over the other. */
  const [ours, theirs] = pems.map((pem) => Buffer.from(pem.padEnd(length, "\n"))) as [Buffer, Buffer];
  let origin: Origin;
  let foreign: Origin;
  beforeAll(async () => {
    const serve = (_: unknown, response: { end(text: string): unknown }): void => void response.end("x");
    origin = await openHttp(serve);
    foreign = await openHttp(serve, { tls: mintIdentity({}, stranger) });
  });
  afterAll(() => Promise.all([origin.close(), foreign.close()]));

  const outcomes = (client: Client, options: RequestOptions = {}): Promise<readonly unknown[]> =>
    Promise.all(
      [origin, foreign].map(({ url }) =>
        client.request(url, options).then(
          ({ status }) => status,
          ({ stage }: HttpsError) => stage,
        ),
      ),
    );

  test.each<[string, (bytes: Buffer) => ClientOptions]>([
    ["roots", (bytes) => ({ roots: bytes })],
    ["roots in a list", (bytes) => ({ roots: [bytes] })],
    ["addRoots", (bytes) => ({ addRoots: bytes })],
  ])("a client's %s", async (_, options) => {
    const bytes = Buffer.from(ours);
    await using client = new Client({ environment: {}, ...options(bytes) });
    theirs.copy(bytes);
    expect(await outcomes(client)).toEqual([200, "trust"]);
    // What is compiled anew is compiled of the same.
    expect(await outcomes(client, { redirects: 3 })).toEqual([200, "trust"]);
  });

  test("a request's, each time anew", async () => {
    await using client = new Client({ environment: {} });
    const options = { roots: Buffer.from(ours) };
    expect(await outcomes(client, options)).toEqual([200, "trust"]);
    expect(await outcomes(client, options)).toEqual([200, "trust"]);
    theirs.copy(options.roots);
    expect(await outcomes(client, options)).toEqual(["trust", 200]);
  });

  test("a client certificate", async () => {
    const { cert, key } = mintIdentity();
    const [certBytes, keyBytes] = [Buffer.from(cert), Buffer.from(key)];
    const clientCertificate = { cert: certBytes, key: keyBytes };
    await using client = new Client({ environment: {}, roots: rootPem, clientCertificate });
    for (const bytes of [certBytes, keyBytes]) bytes.fill(0x20);
    expect(await outcomes(client)).toEqual([200, "trust"]);
  });
});

test("what says nothing by properties of its own is not taken for no options", async () => {
  const kinds: readonly object[] = [
    new Map([["pins", {}]]),
    new Set(["insecure"]),
    Promise.resolve({ roots: rootPem }),
    new Headers({ "x-a": "1" }),
    new URLSearchParams("a=b"),
    new AbortController().signal,
    new Date(),
    [],
  ];
  await using client = new Client({ environment: {} });
  for (const kind of kinds) {
    const given = kind as Record<string, never>;
    const refused = { code: "option-invalid", detail: { value: expect.stringContaining("kind") as string } };
    const ways: readonly (() => unknown)[] = [
      () => new Client(given),
      () => new MeerkatAgent(client, given),
      () => client.request("https://localhost:1/", given),
      () => client.request("https://localhost:1/", { timeouts: given }),
    ];
    for (const way of ways) await expect((async () => way())()).rejects.toMatchObject(refused);
  }
  for (const headers of [Promise.resolve({}), new Date(), new AbortController().signal])
    await expect(client.request("https://localhost:1/", { headers: headers as never })).rejects.toMatchObject(
      { code: "option-invalid", detail: { option: "headers" } },
    );
});
