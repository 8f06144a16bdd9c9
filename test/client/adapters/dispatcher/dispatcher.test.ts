/** `MeerkatDispatcher`: what handlers of both generations are told, and undici's own functions and interceptors over it. */
import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as undici from "undici";
import { WebSocketServer } from "ws";
import { dispatchRows } from "../../../../src/client/index.ts";
import { Client, HttpsError, MeerkatDispatcher } from "../../../../src/index.ts";
import { mintRoot } from "../../../pki/today.ts";
import {
  answering,
  mintIdentity,
  openHttp,
  openOrigin,
  reply,
  rootPem,
  until,
  type Origin,
} from "../../origin.ts";
import { askedOf, generations } from "./telling.ts";

let origin: Origin;
let foreign: Origin;
let client: Client;
let dispatcher: MeerkatDispatcher;
beforeAll(async () => {
  origin = await openHttp((request, response) => {
    void buffer(request).then((body) => {
      if (request.url === "/away") return response.writeHead(302, { location: "/" }).end();
      const { "content-type": type = null, "content-length": length = null, connection } = request.headers;
      response.setHeader("x-twice", ["a", "b"]);
      const said = { method: request.method, url: request.url, type, length, connection };
      return response.end(JSON.stringify({ ...said, body: body.toString() }));
    });
  });
  foreign = await openHttp((_, response) => response.end("never"), {
    tls: mintIdentity({}, mintRoot("Somebody Else")),
  });
  client = new Client({ roots: rootPem });
  dispatcher = new MeerkatDispatcher(client);
});
afterAll(async () => {
  await client.close();
  await origin.close();
  await foreign.close();
});

const asUndicis = (given: MeerkatDispatcher): undici.Dispatcher => given as unknown as undici.Dispatcher;
const asked = (of: Origin = origin): ReturnType<typeof askedOf> => askedOf(of);
type Echo = Readonly<Record<"method" | "url" | "type" | "length" | "connection" | "body", unknown>>;
const echo = async (
  options: Omit<undici.Dispatcher.RequestOptions, "origin" | "path" | "method"> & {
    readonly method?: string;
  },
  path = "/",
): Promise<Echo> => {
  const all = { ...options, dispatcher: asUndicis(dispatcher) } as Parameters<typeof undici.request>[1];
  return (await (await undici.request(`${origin.url}${path}`, all)).body.json()) as Echo;
};

describe.each(generations)("a handler %s", (_, tell) => {
  test("is told the head, the body and the end, once", async () => {
    await using plain = await openOrigin(answering(() => reply("ok", "X-A: 1\r\nx-a: 2\r\n")));
    const told = await tell(dispatcher, asked(plain));
    expect(told.events).toEqual(["start", "head 200", "data ok", "end"]);
    expect(told.headers).toEqual({ "x-a": ["1", "2"], "content-length": "2" });
  });

  test("is told what stands before the answer, and what behind it", async () => {
    const answer =
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n";
    await using hinting = await openOrigin(answering(() => answer));
    const told = await tell(dispatcher, asked(hinting));
    expect(told.events).toEqual(["start", "head 103", "head 200", "data ok", "end"]);
    expect(told.trailers).toEqual({ "x-sum": "1" });
  });

  test("is told of a server that nobody vouches for by Node's name, with the code as its cause's", async () => {
    const told = await tell(dispatcher, asked(foreign));
    expect(told.events).toEqual(["start", "error UNABLE_TO_GET_ISSUER_CERT_LOCALLY"]);
    expect(told.error).toMatchObject({ message: /was not sent/, cause: { code: "missing-intermediate" } });
    expect(foreign.accepted).toEqual([]);
  });

  test("is told of a body that ended early", async () => {
    await using short = await openOrigin(
      answering((_, socket) => {
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
        return undefined;
      }),
    );
    const told = await tell(dispatcher, asked(short));
    expect(told.events).toEqual(["start", "head 200", "data ok", "error ECONNRESET"]);
    expect(told.error).toMatchObject({ cause: { code: "body-truncated" } });
  });

  test("that pauses is told nothing more before it resumes, and the server waits", async () => {
    let sent = 0;
    const size = 65_536;
    await using large = await openHttp((_, response) => {
      const more = (): void => {
        while (sent < 400 && response.write(Buffer.alloc(size, "x"))) sent++;
        if (sent < 400) response.once("drain", () => (sent++, more()));
        else response.end();
      };
      more();
    });
    let atPause = 0;
    let resumed = false;
    let received = 0;
    const told = await tell(dispatcher, asked(large), (event, controller) => {
      if (!resumed) expect(received).toBe(0);
      if (event.startsWith("data ")) received += event.length - 5;
      if (event !== "head 200") return;
      controller.pause();
      void (async () => {
        // Nothing moves any more: all that can hold something is full.
        for (let before = -1; before !== sent;) {
          before = sent;
          for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
        }
        atPause = sent;
        resumed = true;
        controller.resume();
      })();
    });
    expect(atPause).toBeLessThan(400);
    expect(received).toBe(400 * size);
    expect(told.events.at(-1)).toBe("end");
  });

  test.each(["start", "head 200", "data ok"])(
    "that aborts at %s is told its own reason, once",
    async (at) => {
      await using slow = await openOrigin(
        answering((_, socket) => {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok");
          return undefined;
        }),
      );
      const told = await tell(dispatcher, asked(slow), (event, controller) => {
        if (event === at) controller.abort(new Error("mine"));
      });
      expect(told.events.filter((event) => event.startsWith("error"))).toEqual(["error mine"]);
      expect(told.events.at(-1)).toBe("error mine");
      expect(told.events.at(-2)).toBe(at);
      await until(() => slow.open() === 0);
    },
  );

  test("that throws is told what it threw, and the connection is not kept", async () => {
    await using plain = await openOrigin(
      answering((_, socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok");
        return undefined;
      }),
    );
    const told = await tell(dispatcher, asked(plain), (event) => {
      if (event === "head 200") throw new Error("thrown");
    });
    expect(told.events).toEqual(["start", "head 200", "error thrown"]);
    await until(() => plain.open() === 0);
  });

  test.each([
    ["headersTimeout", "", { headersTimeout: 1 }, "head-timeout"],
    ["bodyTimeout", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", { bodyTimeout: 1 }, "body-timeout"],
  ] as const)("is told when %s is over", async (_name, answer, options, code) => {
    await using mute = await openOrigin(answering(() => answer));
    const told = await tell(dispatcher, { ...asked(mute), ...options });
    expect(told.error).toMatchObject({ code: "ETIMEDOUT", cause: { code } });
  });

  test.each([
    [{ typeOfService: 16 }, "typeOfService"],
    [{ throwOnError: true }, "throwOnError"],
    [{ path: "https://elsewhere.example/" }, "path"],
    [{ origin: "elsewhere" }, "origin"],
    [{ headers: ["odd"] }, "headers"],
    [{ headers: { a: {} } }, "headers"],
    [{ body: 5 }, "body"],
    [{ query: "a=b" }, "query"],
  ])("is told of an option that is not taken: %j", async (options, option) => {
    const before = origin.accepted.length;
    const told = await tell(dispatcher, { ...asked(), ...options });
    expect(told.error).toMatchObject({ code: "option-invalid", detail: { option } });
    expect(origin.accepted.length).toBe(before);
  });

  test("is told that a tunnel is not made", async () => {
    const told = await tell(dispatcher, { ...asked(), method: "CONNECT" });
    expect(told.error).toMatchObject({ code: "request-method-invalid" });
  });
});

test("what is not a handler is an exception", () => {
  expect(() => dispatcher.dispatch(asked(), {})).toThrow(TypeError);
});

describe("what is asked for", () => {
  const forms: readonly (readonly [string, object, Partial<Echo>])[] = [
    ["text", { body: "é" }, { body: "é", length: "2", type: null }],
    ["bytes", { body: Buffer.from("ab") }, { body: "ab", length: "2" }],
    ["an ArrayBuffer", { body: new Uint8Array([97]).buffer }, { body: "a", length: "1" }],
    ["nothing", { body: "" }, { body: "" }],
    ["a Blob", { body: new Blob(["ab"], { type: "text/x" }) }, { body: "ab", length: "2", type: "text/x" }],
    ["a stream of Node's", { body: Readable.from(["a", "b"]) }, { body: "ab", length: null }],
    ["a stream of the platform's", { body: new Blob(["ab"]).stream() }, { body: "ab", length: null }],
    ["a list", { body: [Buffer.from("a"), Buffer.from("b")] }, { body: "ab" }],
    [
      "a generator",
      {
        body: (async function* () {
          yield Buffer.from("ab");
        })(),
      },
      { body: "ab" },
    ],
    [
      "a stream with its length",
      { body: Readable.from(["ab"]), headers: { "content-length": "2" } },
      { body: "ab", length: "2" },
    ],
  ];
  test.each(forms)("a body: %s", async (_, options, expected) => {
    expect(await echo({ method: "POST", ...options })).toMatchObject(expected);
  });

  test.each([
    ["the platform's", FormData],
    ["undici's", undici.FormData],
  ])("a form: %s", async (_, Form) => {
    const form = new Form();
    form.append("a", "1");
    const { type, body } = await echo({ method: "POST", body: form as undici.FormData });
    expect(type).toMatch(/^multipart\/form-data; boundary=/);
    expect(body).toContain('name="a"\r\n\r\n1');
  });

  test.each([
    ["by name", { "content-type": "x/y" }],
    ["in turn", ["content-type", "x/y"]],
    ["as pairs", new Map([["content-type", "x/y"]])],
  ])("fields %s", async (_, headers) => {
    expect(await echo({ headers: headers as Record<string, string> })).toMatchObject({ type: "x/y" });
  });

  test("a query, and the connection's end", async () => {
    expect(await echo({ query: { a: "b c", d: [1, 2] }, reset: true }, "/p")).toMatchObject({
      url: "/p?a=b%20c&d=1&d=2",
      connection: "close",
    });
  });

  test("redirects, as far as they are asked for", async () => {
    const options = { dispatcher: asUndicis(dispatcher) };
    expect((await undici.request(`${origin.url}/away`, options)).statusCode).toBe(302);
    const [, tell] = generations[0] ?? [];
    const told = await tell?.(dispatcher, { ...asked(), path: "/away", maxRedirections: 1 });
    expect(told?.events).toContain("head 200");
  });

  test("a name to send and to check", async () => {
    const [, tell] = generations[0] ?? [];
    const told = await tell?.(dispatcher, { ...asked(), servername: "elsewhere.example" });
    expect(told?.error).toMatchObject({ cause: { code: "wrong-host" } });
  });

  test("http: without a verdict", async () => {
    await using plain = await openHttp((_, response) => response.end("plain"), { tls: false });
    const { body } = await undici.request(plain.url, { dispatcher: asUndicis(dispatcher) });
    expect(await body.text()).toBe("plain");
  });

  test("a body that waits for 100 Continue", async () => {
    const heads: (readonly string[])[] = [];
    await using patient = await openOrigin((socket) => {
      socket.once("data", (head: Buffer) => {
        heads.push(head.toString().split("\r\n"));
        socket.write("HTTP/1.1 100 Continue\r\n\r\n");
        socket.once("data", (body: Buffer) => socket.write(reply(body.toString())));
      });
    });
    const [, tell] = generations[0] ?? [];
    const options = { ...asked(patient), method: "POST", body: "later", expectContinue: true };
    const told = await tell?.(dispatcher, options);
    expect(told?.events).toEqual(["start", "head 100", "head 200", "data later", "end"]);
    expect(heads[0]).toContain("Expect: 100-continue");
  });

  test("what is without meaning changes nothing", async () => {
    const idle = { idempotent: false, blocking: true, allowH2: true };
    expect(Object.keys(idle).toSorted()).toEqual(
      Object.keys(dispatchRows)
        .filter((name) => dispatchRows[name]?.kind === "meaningless")
        .toSorted(),
    );
    expect(await echo(idle)).toEqual(await echo({}));
  });
});

describe("undici's own", () => {
  test("fetch undoes codings, and its error has the sentence as its cause", async () => {
    const options = { dispatcher: asUndicis(dispatcher) };
    expect(await (await undici.fetch(origin.url, options)).json()).toMatchObject({ method: "GET" });
    await expect(undici.fetch(foreign.url, options)).rejects.toMatchObject({
      message: "fetch failed",
      cause: { code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", cause: { code: "missing-intermediate" } },
    });
  });

  test("stream and pipeline", async () => {
    const options = { dispatcher: asUndicis(dispatcher), method: "POST" } as const;
    const through = undici.pipeline(origin.url, options, ({ body }) => body);
    through.end("piped");
    expect(JSON.parse((await buffer(through)).toString())).toMatchObject({ body: "piped" });
  });

  test("a signal ends a request", async () => {
    await using mute = await openOrigin(answering(() => undefined));
    const stop = new AbortController();
    const pending = undici.request(mute.url, { dispatcher: asUndicis(dispatcher), signal: stop.signal });
    await until(() => mute.accepted.length === 1);
    stop.abort();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
    await until(() => mute.open() === 0);
  });

  test("interceptors: redirect and retry", async () => {
    let asks = 0;
    await using failing = await openHttp((_, response) => {
      response.statusCode = asks++ === 0 ? 503 : 200;
      response.end("served");
    });
    const retrying = asUndicis(dispatcher).compose(
      undici.interceptors.retry({ minTimeout: 1, maxRetries: 2 }),
    );
    expect(await (await undici.request(failing.url, { dispatcher: retrying })).body.text()).toBe("served");
    expect(asks).toBe(2);
    const following = asUndicis(dispatcher).compose([undici.interceptors.redirect({ maxRedirections: 2 })]);
    const { statusCode } = await undici.request(`${origin.url}/away`, { dispatcher: following });
    expect(statusCode).toBe(200);
  });

  test("RetryAgent decides by Node's names", async () => {
    let lookups = 0;
    await using own = new Client({
      roots: rootPem,
      lookup: (_host, _options, done) =>
        lookups++ === 0
          ? done(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }), [])
          : done(null, [{ address: "127.0.0.1", family: 4 }]),
    });
    const agent = new undici.RetryAgent(asUndicis(new MeerkatDispatcher(own)), { minTimeout: 1 });
    const url = `https://any.localhost:${origin.port}/`;
    expect((await undici.request(url, { dispatcher: agent })).statusCode).toBe(200);
    expect(lookups).toBe(2);
  });
});

describe("a WebSocket of undici's", () => {
  const talk = async (server: Origin): Promise<string> => {
    const socket = new undici.WebSocket(server.url.replace("https:", "wss:"), {
      dispatcher: asUndicis(dispatcher),
    });
    return new Promise((resolve) => {
      socket.addEventListener("open", () => socket.send("hello"));
      socket.addEventListener("message", ({ data }) => {
        resolve(String(data));
        socket.close();
      });
      socket.addEventListener("error", () => resolve("error"));
    });
  };

  test("carries messages over a connection that both keys admitted, and opens no other", async () => {
    const sockets = new WebSocketServer({ noServer: true });
    sockets.on("connection", (socket) =>
      socket.on("message", (data: Buffer) => socket.send(`echo ${data.toString()}`)),
    );
    const http = createServer();
    http.on("upgrade", (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws)),
    );
    await using secured = await openOrigin((socket) => http.emit("connection", socket));
    expect(await talk(secured)).toBe("echo hello");
    expect(await talk(foreign)).toBe("error");
    expect(foreign.accepted).toEqual([]);
  });

  test("is refused by a server that answers something else, and late by one that does not answer", async () => {
    const [, tell] = generations[0] ?? [];
    const upgrade = { upgrade: "websocket", headersTimeout: 1_000 };
    const other = await tell?.(dispatcher, { ...asked(), ...upgrade });
    expect(other?.error).toMatchObject({ code: "websocket-refused" });
    await using mute = await openOrigin(answering(() => undefined));
    const late = await tell?.(dispatcher, { ...asked(mute), ...upgrade, headersTimeout: 1 });
    expect(late?.error).toMatchObject({ cause: { code: "head-timeout" } });
    await until(() => mute.open() === 0);
  });
});

describe("the life of a dispatcher", () => {
  const open = async (): Promise<readonly [Origin, MeerkatDispatcher, Promise<unknown>]> => {
    const mute = await openOrigin(
      answering((_, socket) => {
        socket.once("data", () => {});
        return undefined;
      }),
    );
    const own = new MeerkatDispatcher(client);
    const pending = undici.request(mute.url, { dispatcher: asUndicis(own) });
    pending.catch(() => {});
    await until(() => mute.accepted.length === 1);
    return [mute, own, pending];
  };

  test("close takes no more, and waits for what is under way; the client stays open", async () => {
    const [mute, own, pending] = await open();
    let told = false;
    const closed = own.close(() => (told = true));
    expect([own.closed, own.destroyed, told]).toEqual([true, false, false]);
    const [, tell] = generations[0] ?? [];
    expect((await tell?.(own, asked()))?.error).toMatchObject({ code: "client-closed" });
    mute.accepted[0]?.write(reply("late"));
    expect(await ((await pending) as undici.Dispatcher.ResponseData).body.text()).toBe("late");
    await closed;
    expect(told).toBe(true);
    expect((await client.request(origin.url)).status).toBe(200);
    await mute.close();
  });

  test("destroy ends what is under way with the error, and the composed one with it", async () => {
    const [mute, own, pending] = await open();
    const composed = own.compose((dispatch) => dispatch);
    await composed.destroy(new Error("over"));
    await expect(pending).rejects.toThrow("over");
    expect([own.destroyed, own.closed, composed.destroyed]).toEqual([true, true, true]);
    await mute.close();
  });

  test("it is an emitter that nobody needs to hear", async () => {
    const drained = once(dispatcher, "drain", { signal: AbortSignal.timeout(1) }).catch(() => "silent");
    expect(await drained).toBe("silent");
  });
});

test("an error that Node has no name for is the HttpsError itself", async () => {
  const [, tell] = generations[1] ?? [];
  const told = await tell?.(dispatcher, { ...asked(), headers: { "bad name": "x" } });
  expect(told?.error).toBeInstanceOf(HttpsError);
});
