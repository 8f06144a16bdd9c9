/**
 * Handlers that throw: each callback of both generations, over undici's own agent and over `MeerkatDispatcher`, which tell the
 * same. A handler is told one outcome; what it throws at that is an exception of the program's, and never a promise's.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Agent } from "undici";
import type { EarlierHandler, Handler } from "../../../../src/client/index.ts";
import { Client, MeerkatDispatcher } from "../../../../src/index.ts";
import { answering, openOrigin, reply, settle, until, whenEmpty } from "../../origin.ts";

const kinds = ["uncaughtException", "unhandledRejection"] as const;
const raised: string[] = [];
let others: (readonly [(typeof kinds)[number], readonly unknown[]])[] = [];

// vitest has listeners of its own, which would fail the run.
beforeEach(() => {
  raised.splice(0);
  others = kinds.map((kind) => [kind, process.listeners(kind as "uncaughtException")] as const);
  for (const kind of kinds) {
    process.removeAllListeners(kind);
    process.on(kind, (error: unknown) => void raised.push(`${kind} ${String(error)}`));
  }
});
afterEach(() => {
  for (const [kind, listeners] of others) {
    process.removeAllListeners(kind);
    for (const listener of listeners) process.on(kind, listener as () => void);
  }
});

const callbacks = {
  "of undici 7": {
    start: "onRequestStart",
    started: "onResponseStarted",
    head: "onResponseStart",
    data: "onResponseData",
    end: "onResponseEnd",
    error: "onResponseError",
  },
  "of undici 6": {
    start: "onConnect",
    started: "onResponseStarted",
    head: "onHeaders",
    data: "onData",
    end: "onComplete",
    error: "onError",
  },
} as const;
type Generation = keyof typeof callbacks;
type Callback = keyof (typeof callbacks)["of undici 7"];

/** Writes down what it is told, and throws at the callbacks that are named. */
function throwing(
  generation: Generation,
  ...at: readonly Callback[]
): { readonly told: string[]; readonly handler: Handler & EarlierHandler } {
  const told: string[] = [];
  const names = Object.entries(callbacks[generation]) as [Callback, string][];
  const handler = Object.fromEntries(
    names.map(([callback, name]) => [
      name,
      (...given: readonly unknown[]) => {
        const { message = "" } = callback === "error" ? (given.at(-1) as Error) : {};
        told.push(message.startsWith("at ") ? `error ${message}` : callback);
        if (at.includes(callback)) throw new Error(`at ${callback}`);
        return true;
      },
    ]),
  );
  return { told, handler };
}

const made = {
  undici: () => new Agent() as unknown as MeerkatDispatcher,
  Meerkat: () => new MeerkatDispatcher(new Client({ environment: {} })),
};

interface Seen {
  readonly told: readonly string[];
  readonly raised: readonly string[];
}

/** What is told of an answer over one of the two, and what becomes of what is thrown at the end. */
async function seenBy(
  name: keyof typeof made,
  answer: string,
  { told, handler }: ReturnType<typeof throwing>,
): Promise<Seen> {
  raised.splice(0);
  await using origin = await openOrigin(
    answering((_, socket) => void socket.end(answer)),
    { tls: false },
  );
  const dispatcher = made[name]();
  dispatcher.dispatch({ origin: origin.url, path: "/", method: "GET" }, handler);
  await until(() => /^(?:end|error)/.test(told.at(-1) ?? ""));
  await settle();
  await dispatcher.destroy().catch(() => {});
  // Whatever else there would be to tell has been told by then.
  await whenEmpty(origin);
  await settle();
  return { told, raised: [...raised] };
}

const whole = reply("ok");
const cut = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok";
const hinted = `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${whole}`;

const all: readonly Callback[] = ["start", "started", "head", "data", "end", "error"];
const cases: readonly (readonly [what: string, answer: string, at: readonly Callback[]])[] = [
  ...all.map((at) => [`a whole answer, at ${at}`, whole, [at]] as const),
  ...all.map((at) => [`an answer that is cut off, at ${at}`, cut, [at]] as const),
  // Not where undici tells no end at all ("start"), or says that nobody caught it ("started").
  ...all.slice(2).map((at) => [`a whole answer, at ${at} and at the error`, whole, [at, "error"]] as const),
];

describe.each(Object.keys(callbacks) as Generation[])("a handler %s that throws", (generation) => {
  test.each(cases)("is told the same as by undici: %s", async (_what, answer, at) => {
    const ours = await seenBy("Meerkat", answer, throwing(generation, ...at));
    expect(ours).toEqual(await seenBy("undici", answer, throwing(generation, ...at)));
    expect(ours.told.filter((told) => told.startsWith("error")).length).toBeLessThanOrEqual(1);
    expect(ours.raised.filter((one) => one.startsWith("unhandledRejection"))).toEqual([]);
  });

  test("at whatever it is told is told the end once", async () => {
    const { told, raised: uncaught } = await seenBy("Meerkat", whole, throwing(generation, ...all));
    expect([told, uncaught]).toEqual([["start", "error at start"], []]);
  });

  test("at a head before the answer has its request ended", async () => {
    const { told } = await seenBy("Meerkat", hinted, throwing(generation, "head"));
    expect(told).toEqual(["start", "head", "error at head"]);
  });
});

test("what is thrown at a switch of protocols closes its socket, and is told once", async () => {
  const answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
  await using origin = await openOrigin(
    answering(() => answer),
    { tls: false },
  );
  const dispatcher = made.Meerkat();
  const told: string[] = [];
  dispatcher.dispatch(
    { origin: origin.url, path: "/", method: "GET", upgrade: "x" },
    {
      onRequestUpgrade: () => {
        throw new Error("at upgrade");
      },
      onResponseError: (_, error) => void told.push(error.message),
    },
  );
  await until(() => told.length > 0);
  await whenEmpty(origin);
  await dispatcher.destroy();
  expect([told, raised]).toEqual([["at upgrade"], []]);
});

test("an error that a handler has no callback for is an exception of the program's", async () => {
  await using origin = await openOrigin((socket) => socket.destroy(), { tls: false });
  const dispatcher = made.Meerkat();
  dispatcher.dispatch({ origin: origin.url, path: "/", method: "GET" }, { onRequestStart: () => {} });
  await until(() => raised.length > 0);
  expect(raised).toEqual([expect.stringMatching(/^uncaughtException Error: The server ended/)]);
  await dispatcher.destroy();
});
