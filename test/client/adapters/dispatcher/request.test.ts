/** `dispatcher.request(options)`: what undici's own dispatchers give, for libraries that call it. */
import { EventEmitter } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as undici from "undici";
import { Client, HttpsError, MeerkatDispatcher } from "../../../../src/index.ts";
import { mintRoot } from "../../../pki/today.ts";
import {
  answering,
  mintIdentity,
  openHttp,
  openOrigin,
  rootPem,
  settle,
  until,
  type Origin,
} from "../../origin.ts";
import { askedOf } from "./telling.ts";

let origin: Origin;
let foreign: Origin;
let client: Client;
let dispatcher: MeerkatDispatcher;
beforeAll(async () => {
  const answer =
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
    'HTTP/1.1 201 Made\r\nX-A: 1\r\nx-a: 2\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{"a":1\r\n1\r\n}\r\n0\r\nX-Sum: 1\r\n\r\n';
  origin = await openOrigin(answering(() => answer));
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

const asked = (of: Origin = origin): ReturnType<typeof askedOf> => askedOf(of);
const failure = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("an answer", () => {
  test("has what undici's own has", async () => {
    await using agent = disposable(new undici.Agent({ connect: { ca: rootPem } }));
    const [ours, theirs] = await Promise.all([
      dispatcher.request({ ...asked(), opaque: "mine" }),
      agent.given.request({ ...asked(), method: "GET", opaque: "mine" }),
    ]);
    const [body, theirBody] = await Promise.all([ours.body.json(), theirs.body.json()]);
    const { statusCode, headers, trailers, opaque } = theirs;
    expect(ours).toMatchObject({ statusCode, headers, trailers, opaque });
    expect(ours.trailers).toEqual({ "x-sum": "1" });
    expect(body).toEqual(theirBody);
  });

  test("has its fields as they came where that is asked for, and tells what stands before it", async () => {
    const told: unknown[] = [];
    const onInfo = (info: unknown): unknown => told.push(info);
    const { headers, body } = await dispatcher.request({ ...asked(), onInfo, responseHeaders: "raw" });
    await body.dump();
    expect(headers).toEqual(["X-A", "1", "x-a", "2", "Transfer-Encoding", "chunked"]);
    expect(told).toEqual([{ statusCode: 103, headers: ["Link", "</a>"] }]);
  });

  test.each([
    ["text", '{"a":1}'],
    ["json", { a: 1 }],
    ["bytes", new TextEncoder().encode('{"a":1}')],
  ] as const)("gives its body as %s, once", async (form, whole) => {
    const { body } = await dispatcher.request(asked());
    expect(body.bodyUsed).toBe(false);
    expect(await body[form]()).toEqual(whole);
    expect(body.bodyUsed).toBe(true);
    await expect(body[form]()).rejects.toThrow("Body is unusable");
  });

  test("is told to a callback too", async () => {
    const [error, { statusCode, body }] = await new Promise<[Error | null, never]>((resolve) =>
      dispatcher.request(asked(), (...came) => resolve(came as never)),
    );
    expect([error, statusCode]).toEqual([null, 201]);
    expect(await (body as Blob).text()).toBe('{"a":1}');
  });
});

describe("who is not admitted", () => {
  test("is an error with Node's name, whose cause says why", async () => {
    const error = (await failure(dispatcher.request(asked(foreign)))) as Error;
    expect(error).toMatchObject({ code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" });
    expect(error.cause).toBeInstanceOf(HttpsError);
  });

  test("is told to a callback, with what is its caller's own", async () => {
    const [error, came] = await new Promise<unknown[]>((resolve) =>
      dispatcher.request({ ...asked(foreign), opaque: 7 }, (...all) => resolve(all)),
    );
    expect(error).toMatchObject({ cause: { code: "missing-intermediate" } });
    expect(came).toEqual({ opaque: 7 });
  });
});

describe("a signal", () => {
  const reason = new Error("enough");

  test("that was aborted asks nothing", async () => {
    const before = origin.accepted.length;
    expect(await failure(dispatcher.request({ ...asked(), signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(origin.accepted.length).toBe(before);
  });

  test("ends a request that waits for its answer", async () => {
    await using mute = await openOrigin(() => {});
    const stop = new AbortController();
    const asking = failure(dispatcher.request({ ...asked(mute), signal: stop.signal }));
    await until(() => mute.accepted.length === 1);
    stop.abort(reason);
    expect(await asking).toBe(reason);
  });

  test("ends a body that is being read, and may be an emitter of events", async () => {
    await using endless = await openOrigin(
      answering(() => "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"),
    );
    const stop = new EventEmitter();
    const { body } = await dispatcher.request({ ...asked(endless), signal: stop });
    const reading = failure(body.text());
    await until(() => body.readableDidRead);
    stop.emit("abort");
    expect(await reading).toMatchObject({ code: "UND_ERR_ABORTED" });
    expect(stop.listenerCount("abort")).toBe(0);
  });
});

test("a body that is left gives up its connection", async () => {
  await using endless = await openOrigin(answering(() => "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"));
  const { body } = await dispatcher.request(asked(endless));
  body.destroy();
  await until(() => endless.open() === 0);
});

test("a body that ended early is an error for who reads it, and for nobody else", async () => {
  await using short = await openOrigin(
    answering((_, socket) => {
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome");
      return undefined;
    }),
  );
  const unread = await dispatcher.request(asked(short));
  await new Promise((resolve) => unread.body.once("close", resolve));
  const { body } = await dispatcher.request(asked(short));
  expect(await failure(body.text())).toMatchObject({ cause: { code: "body-truncated" } });
});

test("a reader that waits makes the server wait", async () => {
  await using long = await openHttp((_, response) => response.end(Buffer.alloc(8_000_000)));
  const { body } = await dispatcher.request({ ...asked(long), highWaterMark: 1_000 });
  await until(() => body.readableLength > 0);
  for (let turns = 0; turns < 20; turns++) await settle();
  expect(body.readableLength).toBeLessThan(1_000_000);
  expect((await body.bytes()).length).toBe(8_000_000);
});

test("a composed dispatcher's request goes through its interceptors", async () => {
  const seen: unknown[] = [];
  const composed = dispatcher.compose((dispatch) => (options, handler) => {
    seen.push(options["path"]);
    return dispatch(options, handler);
  });
  const { statusCode, body } = await composed.request(asked());
  await body.dump();
  expect([seen, statusCode]).toEqual([["/"], 201]);
});

function disposable(given: undici.Agent): AsyncDisposable & { readonly given: undici.Agent } {
  return { given, [Symbol.asyncDispose]: () => given.close() };
}
