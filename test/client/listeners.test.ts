/** A listener of the caller's that throws: the request has its one outcome, and the process is warned, not ended. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Client, type ClientEvent, type ClientOptions, type RequestOptions } from "../../src/index.ts";
import { answering, openOrigin, reply, rootPem, whenEmpty } from "./origin.ts";

const boom = (): never => {
  throw new Error("boom");
};

/** What nobody caught, and what the process was warned of, while a test ran. */
let uncaught: unknown[];
let warnings: Error[];
let others: NodeJS.UncaughtExceptionListener[];
const note = (error: unknown): void => void uncaught.push(error);
const noteWarning = (warning: Error): void => void warnings.push(warning);
beforeEach(() => {
  uncaught = [];
  warnings = [];
  others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", note);
  process.on("warning", noteWarning);
});
afterEach(() => {
  process.off("warning", noteWarning);
  process.off("uncaughtException", note);
  for (const listener of others) process.on("uncaughtException", listener);
});

/** The process was warned, and nothing was left for it to die of. */
function expectWarning(message = "boom"): void {
  expect(uncaught).toEqual([]);
  expect(warnings).not.toEqual([]);
  for (const warning of warnings)
    expect(warning).toMatchObject({ name: "MeerkatWarning", message: `A listener failed: ${message}` });
}

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
  ["onDownloadProgress", { onDownloadProgress: () => boom() }],
  ["onInformational", { onInformational: () => boom() }],
  ["onUploadProgress, of a body in hand", { method: "POST", body: "x", onUploadProgress: () => boom() }],
  ["onUploadProgress, of a stream", { method: "POST", body: chunks(), onUploadProgress: () => boom() }],
])("%s", async (_, options) => {
  await ask({}, options);
  expectWarning();
});

test("a listener that is a promise which fails", async () => {
  const failing: () => unknown = async () => boom();
  await ask({}, { onDownloadProgress: failing });
  expectWarning();
});

test("a listener that fails at every chunk is told of once", async () => {
  const own = (): never => boom();
  await ask({}, { onDownloadProgress: own, onUploadProgress: own, method: "POST", body: chunks() });
  expect(warnings.length).toBe(1);
});

const kinds = ["phase", "connected", "sent", "informational", "response", "retired"] as const;

test.each(kinds)("onEvent, of the kind %s", async (kind) => {
  const onEvent = (event: ClientEvent): void => void (event.kind === kind && boom());
  await ask({ onEvent }, {});
  expectWarning();
});

test("onEvent, of the kind failed, does not take the place of the failure", async () => {
  await using origin = await openOrigin((socket) => socket.once("data", () => socket.end("no HTTP\r\n\r\n")));
  const onEvent = (): never => boom();
  await using client = new Client({ roots: rootPem, proxy: null, environment: {}, onEvent });
  await expect(client.request(origin.url)).rejects.toMatchObject({ name: "HttpsError", stage: "http" });
  expectWarning();
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
  const listener = (): never => {
    // oxlint-disable-next-line typescript/only-throw-error -- That is what it is about.
    throw Object.create(null);
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
  expectWarning("something that cannot be written as text");
});
