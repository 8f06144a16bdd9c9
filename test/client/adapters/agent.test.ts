/** `MeerkatAgent` under the libraries that take an agent of Node's: they keep both keys without knowing. */
import { constants } from "node:crypto";
import { createServer, type ClientRequest } from "node:http";
import { get } from "node:https";
import type { TLSSocket } from "node:tls";
import axios from "axios";
import { got } from "got";
import nodeFetch from "node-fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Client, MeerkatAgent, trustOf } from "../../../src/index.ts";
import { mintRoot } from "../../pki/today.ts";
import { identity, mintIdentity, openHttp, openOrigin, rootPem, type Origin } from "../origin.ts";

describe("MeerkatAgent", () => {
  let origin: Origin;
  let foreign: Origin;
  let client: Client;
  let agent: MeerkatAgent;
  let stranger: MeerkatAgent;
  beforeAll(async () => {
    origin = await openHttp((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => response.end(`${request.method} ${Buffer.concat(chunks).toString()}`));
    });
    foreign = await openHttp((_, response) => response.end("never"), {
      tls: mintIdentity({}, mintRoot("Somebody Else")),
    });
    client = new Client({ roots: rootPem });
    agent = new MeerkatAgent(client);
    stranger = new MeerkatAgent(new Client());
  });
  afterAll(async () => {
    agent.destroy();
    await client.close();
    await origin.close();
    await foreign.close();
  });

  const libraries: readonly (readonly [string, (url: string, agent: MeerkatAgent) => Promise<string>])[] = [
    ["node:https", (url, agent) => getText(url, agent)],
    ["axios", async (url, httpsAgent) => (await axios.post<string>(url, "body", { httpsAgent })).data],
    [
      "got",
      (url, agent) => got.post(url, { body: "body", agent: { https: agent }, retry: { limit: 0 } }).text(),
    ],
    [
      "node-fetch",
      async (url, agent) => (await nodeFetch(url, { agent, method: "POST", body: "body" })).text(),
    ],
  ];

  test.each(libraries)("%s reaches a server that both keys admit", async (name, ask) => {
    using fresh = disposable(new MeerkatAgent(client));
    expect(await ask(origin.url, fresh.agent)).toBe(name === "node:https" ? "GET " : "POST body");
  });

  test.each(libraries)("%s is refused a server whose root nobody trusts, and says why", async (name, ask) => {
    for (const [url, by] of [
      [foreign.url, agent],
      [origin.url, stranger],
    ] as const) {
      const error: unknown = await ask(url, by).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", message: /was not sent/ });
      // node-fetch passes the sentence and Node's code on, and no cause.
      if (name !== "node-fetch") expect(deepCode(error)).toBe("missing-intermediate");
    }
  });

  test("a connection is kept and used again", async () => {
    const before = origin.accepted.length;
    await axios.get(origin.url, { httpsAgent: agent });
    await axios.get(origin.url, { httpsAgent: agent });
    expect(origin.accepted.length - before).toBeLessThanOrEqual(1);
  });

  test("the trust report is to be had from the response's socket", async () => {
    const report = await new Promise((resolve, reject) => {
      get(origin.url, { agent }, (response) => {
        resolve(trustOf(response.socket)?.kind);
        response.resume();
      }).on("error", reject);
    });
    expect(report).toBe("verified");
  });

  test.each([
    { rejectUnauthorized: false },
    { ca: rootPem },
    { checkServerIdentity: () => undefined },
    { cert: identity.cert, key: identity.key },
    { minVersion: "TLSv1" },
    { ciphers: "DEFAULT:@SECLEVEL=0" },
    { secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT },
  ] as const)("a request cannot say whom to trust: %o", async (options) => {
    const error: unknown = await new Promise((resolve) => {
      get(foreign.url, { agent, ...options }, resolve).on("error", resolve);
    });
    expect(error).toMatchObject({ code: "option-invalid", detail: { option: Object.keys(options)[0] } });
    expect(foreign.accepted).toEqual([]);
  });

  test("the name in servername is the one sent and the one checked", async () => {
    const ask = (servername: string): Promise<unknown> =>
      new Promise((resolve) => {
        get(origin.url.replace("localhost", "127.0.0.1"), { agent, servername }, (response) => {
          resolve((response.socket as TLSSocket & { servername?: string }).servername);
          response.resume();
        }).on("error", resolve);
      });
    expect(await ask("localhost")).toBe("localhost");
    expect(await ask("elsewhere.example")).toMatchObject({ cause: { code: "wrong-host" } });
  });

  test("an abort while the socket is being made ends the request, once", async () => {
    await using mute = await openOrigin(() => {}, { tls: false });
    const controller = new AbortController();
    const pending = nodeFetch(mute.url.replace("http:", "https:"), { agent, signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
  });

  describe("a look-up of the request's", () => {
    const ask = async (url: string, options: object): Promise<unknown> => {
      using fresh = disposable(new MeerkatAgent(client));
      return await new Promise((resolve) => {
        get(url, { agent: fresh.agent, ...options }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on("error", resolve);
      });
    };
    const saying =
      (...answer: readonly unknown[]) =>
      (_host: string, _options: object, done: (...answer: readonly unknown[]) => void): void =>
        done(...answer);

    test.each([
      ["forbids", saying(new Error("blocked"))],
      [
        "throws",
        () => {
          throw new Error("thrown");
        },
      ],
      ["says what is not an address", saying(null, "localhost", 4)],
      ["says nothing", saying(null)],
    ] as const)("that %s ends the request, and nothing is reached", async (_, lookup) => {
      const before = origin.accepted.length;
      expect(await ask(origin.url, { lookup })).toMatchObject({ cause: { code: "dns-failed" } });
      expect(origin.accepted.length).toBe(before);
    });

    test.each([
      ["an address", saying(null, "127.0.0.1", 4)],
      ["a list", saying(null, [{ address: "127.0.0.1", family: 4 }])],
    ] as const)("that gives %s says where to connect", async (_, lookup) => {
      const { port } = origin;
      expect(await ask(`https://localhost:${port}/`, { lookup })).toBe(200);
    });

    test("of a family gets no other", async () => {
      const lookup = saying(null, [{ address: "::1", family: 6 }]);
      expect(await ask(origin.url, { lookup, family: 4 })).toMatchObject({
        cause: { code: "name-not-found" },
      });
    });
  });

  describe("a request's timeout", () => {
    const waits: readonly (readonly [string, object, (request: ClientRequest) => void])[] = [
      ["as an option", { timeout: 20 }, () => {}],
      ["set afterwards", {}, (request) => void request.setTimeout(20)],
    ];
    test.each(waits)("%s is told while TLS hangs", async (_, options, then) => {
      await using mute = await openOrigin(() => {}, { tls: false });
      const request = get(mute.url.replace("http:", "https:"), { agent, ...options });
      then(request);
      const ended = new Promise((resolve) => request.on("error", resolve));
      await new Promise<void>((resolve) => request.on("timeout", resolve));
      request.destroy();
      await ended;
    });
  });

  test.each(["evil.example/", "a b", "user@host", "host:1", "[::1]"])(
    "a host is a host, and not more of a URL: %s",
    async (host) => {
      const error: unknown = await new Promise((resolve) => {
        get({ host, agent, setHost: false }, resolve).on("error", resolve);
      });
      expect(error).toMatchObject({ code: "option-invalid", detail: { option: "host" } });
    },
  );

  test("what nothing here could honour is refused, not dropped", async () => {
    const error: unknown = await new Promise((resolve) => {
      get(origin.url, { agent, localAddress: "127.0.0.1" }, resolve).on("error", resolve);
    });
    expect(error).toMatchObject({ code: "option-invalid", detail: { option: "localAddress" } });
  });

  test("a WebSocket of ws opens, and carries messages both ways", async () => {
    const server = new WebSocketServer({ noServer: true });
    server.on("connection", (socket) =>
      socket.on("message", (data: Buffer) => socket.send(`echo ${data.toString()}`)),
    );
    const http = createServer();
    http.on("upgrade", (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (ws) => server.emit("connection", ws)),
    );
    await using secured = await openOrigin((socket) => http.emit("connection", socket));
    const socket = new WebSocket(secured.url.replace("https:", "wss:"), { agent });
    const message = await new Promise<string>((resolve, reject) => {
      socket.on("open", () => socket.send("hello"));
      socket.on("message", (data: Buffer) => resolve(data.toString()));
      socket.on("error", reject);
    });
    expect(message).toBe("echo hello");
    socket.terminate();
    const refused = new WebSocket(foreign.url.replace("https:", "wss:"), { agent });
    expect(await new Promise((resolve) => refused.on("error", resolve))).toMatchObject({
      cause: { code: "missing-intermediate" },
    });
  });
});

function disposable(agent: MeerkatAgent): Disposable & { readonly agent: MeerkatAgent } {
  return { agent, [Symbol.dispose]: () => agent.destroy() };
}

function getText(url: string, agent: MeerkatAgent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

/** The code of the error itself, or of what it was caused by. */
function deepCode(error: unknown): unknown {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return typeof code === "string" && code.includes("-") ? code : cause === undefined ? code : deepCode(cause);
}
