/** A listener of the caller's that throws: the request has its one outcome, and the caller gets the exception. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Client, type ClientEvent, type ClientOptions, type RequestOptions } from "../../src/index.ts";
import { answering, openOrigin, reply, rootPem, whenEmpty } from "./origin.ts";

const boom = (): never => {
  throw new Error("boom");
};

/** What nobody caught while a test ran. */
let uncaught: unknown[];
let others: NodeJS.UncaughtExceptionListener[];
const note = (error: unknown): void => void uncaught.push(error);
beforeEach(() => {
  uncaught = [];
  others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", note);
});
afterEach(() => {
  process.off("uncaughtException", note);
  for (const listener of others) process.on("uncaughtException", listener);
});

const interim = "HTTP/1.1 103 Early Hints\r\n\r\n";

async function* chunks(): AsyncGenerator<string> {
  yield "a";
  await Promise.resolve();
  yield "bc";
}

/** Two requests, one after the other, on a connection that has to survive the first. */
async function ask(clientOptions: ClientOptions, options: RequestOptions): Promise<void> {
  await using origin = await openOrigin(answering(() => interim + reply("abc")));
  const client = new Client({ roots: rootPem, proxy: null, environment: {}, ...clientOptions });
  const first = await client.request(origin.url, options);
  expect(await first.text()).toBe("abc");
  const second = await client.request(origin.url);
  expect(await second.text()).toBe("abc");
  expect(second.connection.reused).toBe(true);
  await client.close();
  await whenEmpty(origin);
}

test.each<[string, RequestOptions]>([
  ["onDownloadProgress", { onDownloadProgress: boom }],
  ["onInformational", { onInformational: boom }],
  ["onUploadProgress, of a body in hand", { method: "POST", body: "x", onUploadProgress: boom }],
  ["onUploadProgress, of a stream", { method: "POST", body: chunks(), onUploadProgress: boom }],
])("%s", async (_, options) => {
  await ask({}, options);
  expect(uncaught.length).toBeGreaterThan(0);
  for (const error of uncaught) expect(error).toMatchObject({ message: "boom" });
});

const kinds = ["phase", "connected", "sent", "informational", "response", "retired"] as const;

test.each(kinds)("onEvent, of the kind %s", async (kind) => {
  const onEvent = (event: ClientEvent): void => void (event.kind === kind && boom());
  await ask({ onEvent }, {});
  expect(uncaught.length).toBeGreaterThan(0);
});

test("onEvent, of the kind failed, does not take the place of the failure", async () => {
  await using origin = await openOrigin((socket) => socket.once("data", () => socket.end("no HTTP\r\n\r\n")));
  await using client = new Client({ roots: rootPem, proxy: null, environment: {}, onEvent: boom });
  await expect(client.request(origin.url)).rejects.toMatchObject({ name: "HttpsError", stage: "http" });
  expect(uncaught.length).toBeGreaterThan(0);
});

test("a subscriber of the diagnostics channel", async () => {
  subscribe("meerkat:request", boom);
  try {
    await ask({}, {});
  } finally {
    unsubscribe("meerkat:request", boom);
  }
  expect(uncaught.length).toBeGreaterThan(0);
});

test("every listener at once, and an exception that is not an error", async () => {
  const thrown = { any: "thing" };
  const listener = (): never => {
    throw thrown;
  };
  await ask(
    { onEvent: listener },
    {
      method: "POST",
      body: "x",
      onInformational: listener,
      onUploadProgress: listener,
      onDownloadProgress: listener,
    },
  );
  expect(new Set(uncaught)).toEqual(new Set([thrown]));
});
