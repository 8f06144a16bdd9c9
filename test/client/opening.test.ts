/** Connections that are not there yet: nothing of them stays when nobody wants them any more. */
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { Client, type RequestOptions } from "../../src/index.ts";
import { holdClock } from "../clock.ts";
import { answering, openHttp, openOrigin, rootPem, until, whenEmpty, type Origin } from "./origin.ts";

/** The handshake has no end of its own within a test. */
const patient = { environment: {}, timeouts: { tlsMs: 600_000 } };

/** Accepts, and never says a word of TLS. */
const openSilent = (): Promise<Origin> => openOrigin((socket) => socket.resume(), { tls: false });
const urlOf = ({ port }: Origin): string => `https://localhost:${port}/`;
const codeOf = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => "answered",
    (error: { code?: unknown }) => error.code,
  );

/** A look-up that is asked, and never answers. */
function openMute(): { readonly lookup: () => void; readonly asked: () => number } {
  let count = 0;
  return { lookup: () => void count++, asked: () => count };
}

/** Patient, and impatient: a request's deadlines are its own, whoever else asks the same host. */
const late = { timeouts: { dnsMs: 600_000 } };
const soon = { timeouts: { dnsMs: 100 } };
const url = "https://looked-up.example/";

test.each<[string, (client: Client) => unknown]>([
  ["destroy()", (client) => client.destroy()],
  ["close()", (client) => client.close()],
])("%s ends a handshake that is under way, and its call", async (_, end) => {
  await using origin = await openSilent();
  const client = new Client({ ...patient });
  const code = codeOf(client.request(urlOf(origin)));
  await once(origin.server, "connection");
  await end(client);
  expect(await code).toBe("client-closed");
  await whenEmpty(origin);
});

test.each<[string, (client: Client) => unknown]>([
  ["destroy()", (client) => client.destroy()],
  ["close()", (client) => client.close()],
])("%s ends a look-up that is under way for a socket of the caller's", async (_, end) => {
  const { lookup, asked } = openMute();
  const client = new Client({ environment: {}, lookup, ...late });
  const code = codeOf(client.connect(url));
  await until(() => asked() === 1);
  await end(client);
  expect(await code).toBe("client-closed");
});

test("a signal ends it as well", async () => {
  const { lookup } = openMute();
  const client = new Client({ environment: {}, lookup, ...late });
  const controller = new AbortController();
  const reason = new Error("enough");
  const failed = client.connect(url, { signal: controller.signal }).catch((error: unknown) => error);
  controller.abort(reason);
  expect(await failed).toMatchObject({ code: "aborted", cause: reason, detail: { phase: "dns" } });
  const signal = AbortSignal.abort(reason);
  expect(await client.connect(url, { signal }).catch((error: unknown) => error)).toMatchObject({
    code: "aborted",
    cause: reason,
  });
});

test("a call that gives up takes the connection along that was being opened for it", async () => {
  await using origin = await openSilent();
  await using client = new Client({ ...patient });
  using clock = holdClock();
  const code = codeOf(client.request(urlOf(origin), { timeouts: { totalMs: 100, tlsMs: 600_000 } }));
  await once(origin.server, "connection");
  clock.pass(100);
  expect(await code).toBe("total-timeout");
  await whenEmpty(origin);
});

test("and whoever waits behind it gets one of its own", async () => {
  await using origin = await openSilent();
  await using client = new Client({ ...patient, connections: 1 });
  const [first, second] = [new AbortController(), new AbortController()];
  const codes = [first, second].map(({ signal }) => codeOf(client.request(urlOf(origin), { signal })));
  await once(origin.server, "connection");
  first.abort();
  expect(await codes[0]).toBe("aborted");
  await until(() => origin.accepted.length === 2);
  await until(() => origin.open() === 1);
  second.abort();
  expect(await codes[1]).toBe("aborted");
  await whenEmpty(origin);
});

test("each request waits for its own connection, as long as it said itself", async () => {
  const { lookup, asked } = openMute();
  const client = new Client({ environment: {}, lookup, protocol: "http/1.1" });
  using clock = holdClock();
  const codes = [late, soon].map((options) => codeOf(client.request(url, options)));
  await until(() => asked() === 2);
  clock.pass(100);
  expect(await codes[1]).toBe("dns-timeout");
  client.destroy();
  expect(await codes[0]).toBe("client-closed");
});

test("a connection that was given up holds nobody who waited behind it", async () => {
  const { lookup, asked } = openMute();
  const client = new Client({ environment: {}, lookup, connections: 1 });
  const first = new AbortController();
  using clock = holdClock();
  const codes = [{ ...late, signal: first.signal }, soon].map((options) =>
    codeOf(client.request(url, options)),
  );
  await until(() => asked() === 1);
  first.abort();
  await until(() => asked() === 2);
  clock.pass(100);
  expect(await Promise.all(codes)).toEqual(["aborted", "dns-timeout"]);
  client.destroy();
});

test("a connection is its request's, whoever waits longer for one of theirs", async () => {
  await using origin = await openHttp((_, response) => response.end("x"));
  let asked = 0;
  const lookup = (_: string, __: object, then: (...answer: readonly unknown[]) => void): void => {
    if (asked++ > 0) then(null, "127.0.0.1", 4);
  };
  const events: string[][] = [[], []];
  const client = new Client({ environment: {}, roots: rootPem, lookup: lookup as never });
  const sent = events.map((heard) =>
    client.request(origin.url, { ...late, onEvent: ({ kind }) => heard.push(kind) }),
  );
  const response = await sent[1];
  expect(events).toEqual([["phase"], ["phase", "phase", "phase", "connected", "sent", "head", "response"]]);
  expect(await response?.text()).toBe("x");
  // It is free now, and the other waits.
  expect(await (await sent[0])?.text()).toBe("x");
  expect(events[0]).toEqual(["phase", "sent", "head", "response"]);
  client.destroy();
});

test("what why() asks is ended by the caller's signal, and by the client's end", async () => {
  const { lookup, asked } = openMute();
  const client = new Client({ environment: {}, lookup });
  const controller = new AbortController();
  const reason = new Error("enough");
  const ended = client.why(url, { signal: controller.signal }).catch((error: unknown) => error);
  await until(() => asked() === 1);
  controller.abort(reason);
  expect(await ended).toMatchObject({ code: "aborted", detail: { phase: "why" }, cause: reason });
  const signal = AbortSignal.abort(reason);
  expect(await codeOf(client.why(url, { signal }))).toBe("aborted");
  const code = codeOf(client.why(url));
  await until(() => asked() === 2);
  client.destroy();
  expect(await code).toBe("client-closed");
});

describe("a client that ends does so for requests that wait for something of their own:", () => {
  const never = (): Promise<never> => new Promise(() => {});
  const late = { timeouts: { cookiesMs: 600_000 } };
  const nothing = async (): Promise<string> => "";
  /** Each with what is heard when it has begun. */
  const waits: Readonly<Record<string, (began: () => void) => RequestOptions>> = {
    "the pause before another attempt": (began) => ({
      retry: { attempts: 1 },
      onEvent: ({ kind }) => void (kind === "retry" && began()),
    }),
    "a jar that is asked": (began) => ({
      ...late,
      cookies: { setCookie: nothing, getCookieString: () => (began(), never()) },
    }),
    "a jar that is given something": (began) => ({
      ...late,
      cookies: { getCookieString: nothing, setCookie: () => (began(), never()) },
    }),
  };
  test.each<[string, "destroy" | "close"]>([
    ["the pause before another attempt", "destroy"],
    ["the pause before another attempt", "close"],
    ["a jar that is asked", "destroy"],
    ["a jar that is asked", "close"],
    ["a jar that is given something", "destroy"],
  ])("%s, by %s()", async (wait, end) => {
    const fields = "Retry-After: 50\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n";
    await using origin = await openOrigin(answering(() => `HTTP/1.1 503 Busy\r\n${fields}`));
    const client = new Client({ environment: {}, roots: rootPem });
    let began = false;
    const options = waits[wait]?.(() => (began = true));
    const code = codeOf(client.request(origin.url, options));
    await until(() => began);
    await client[end]();
    expect(await code).toBe("client-closed");
  });
});
