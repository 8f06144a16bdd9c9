/** Requests through an agent that end before they have a socket: at once, with their own error, and at no other's cost. */
import type { ClientRequest } from "node:http";
import { get, type RequestOptions } from "node:https";
import { expect, test } from "vitest";
import { Client, MeerkatAgent } from "../../../src/index.ts";
import { holdClock } from "../../clock.ts";
import { until } from "../origin.ts";

type OwnOptions = NonNullable<ConstructorParameters<typeof MeerkatAgent>[1]>;

/** An agent whose look-ups are asked and never answered. */
function openMute(options: OwnOptions = {}): Disposable & {
  readonly agent: MeerkatAgent;
  readonly asked: () => number;
  readonly send: (options?: RequestOptions) => Sent;
} {
  const agent = new MeerkatAgent(new Client({ environment: {}, timeouts: { dnsMs: 600_000 } }), options);
  let asked = 0;
  const lookup = (): void => void asked++;
  return {
    agent,
    asked: () => asked,
    send: (more) => follow(get({ host: "looked-up.example", agent, lookup, ...more })),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

interface Sent {
  readonly request: ClientRequest;
  /** What it told, in order, up to its close. */
  readonly told: Promise<readonly string[]>;
}

function follow(request: ClientRequest): Sent {
  const told: string[] = [];
  request.on("error", (error: Error & { code?: string }) => told.push(error.code ?? error.message));
  return {
    request,
    told: new Promise((resolve) => request.on("close", () => resolve([...told, "close"]))),
  };
}

/** What `maxTotalSockets` bounds; Node's types leave it out. */
function countOf(agent: MeerkatAgent): number {
  return (agent as unknown as { readonly totalSocketCount: number }).totalSocketCount;
}

const ways: readonly (readonly [string, (request: ClientRequest) => void, string])[] = [
  ["an error", (request) => void request.destroy(new Error("mine")), "mine"],
  ["none", (request) => void request.destroy(), "ECONNRESET"],
];

test("a signal that had aborted already ends the request, and nothing is looked up", async () => {
  using mute = openMute();
  expect(await mute.send({ signal: AbortSignal.abort() }).told).toEqual(["ABORT_ERR", "close"]);
  expect(mute.asked()).toBe(0);
  expect(countOf(mute.agent)).toBe(0);
});

test("a signal that aborts ends the look-up's wait", async () => {
  using mute = openMute();
  const controller = new AbortController();
  const { told } = mute.send({ signal: controller.signal });
  await until(() => mute.asked() === 1);
  controller.abort();
  expect(await told).toEqual(["ABORT_ERR", "close"]);
});

test.each(ways)("so does destroy() with %s", async (_, destroy, code) => {
  using mute = openMute();
  const { request, told } = mute.send();
  await until(() => mute.asked() === 1);
  destroy(request);
  destroy(request);
  expect(await told).toEqual([code, "close"]);
});

test.each(ways)(
  "a request that waits for another's socket ends as soon: destroy() with %s",
  async (_, destroy, code) => {
    using mute = openMute({ maxSockets: 1 });
    mute.send();
    const { request, told } = mute.send();
    await until(() => mute.asked() === 1);
    destroy(request);
    expect(await told).toEqual([code, "close"]);
    expect(Object.keys(mute.agent.requests)).toEqual([]);
  },
);

test("what ended a request is not the end of the one that waited behind it", async () => {
  using mute = openMute({ maxSockets: 1 });
  const controller = new AbortController();
  const first = mute.send({ signal: controller.signal });
  const second = mute.send();
  await until(() => mute.asked() === 1);
  controller.abort();
  expect(await first.told).toEqual(["ABORT_ERR", "close"]);
  await until(() => mute.asked() === 2);
  second.request.destroy(new Error("mine"));
  expect(await second.told).toEqual(["mine", "close"]);
});

test("a timeout is the request's own, and is told of a request that waits too", async () => {
  using mute = openMute({ maxSockets: 1 });
  using clock = holdClock();
  const first = mute.send({ timeout: 600_000 });
  const second = mute.send({ timeout: 100 });
  const timeouts = [first, second].map(({ request }) => {
    let count = 0;
    request.on("timeout", () => count++);
    return () => count;
  });
  clock.pass(100);
  expect(timeouts.map((count) => count())).toEqual([0, 1]);
  second.request.destroy(new Error("late"));
  expect(await second.told).toEqual(["late", "close"]);
});

test("sockets that never were are not counted", async () => {
  using mute = openMute({ maxTotalSockets: 1 });
  for (let asked = 1; asked <= 3; asked++) {
    const { request, told } = mute.send();
    await until(() => mute.asked() === asked);
    request.destroy();
    await told;
    await until(() => Object.keys(mute.agent.sockets).length === 0);
  }
  expect(countOf(mute.agent)).toBe(0);
});
