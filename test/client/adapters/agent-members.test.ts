/** What a MeerkatAgent is made with, and its members: each row of the tables has the effect that it says. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request, type Agent, type RequestOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentMemberRows, agentRefusedNames, agentRows, requestRows } from "../../../src/client/index.ts";
import { Client, MeerkatAgent, trustOf, type MeerkatAgent as Made } from "../../../src/index.ts";
import { answering, openOrigin, reply, rootPem, until, type Origin } from "../origin.ts";
import { ask, type Came } from "./asking.ts";

type OwnOptions = NonNullable<ConstructorParameters<typeof MeerkatAgent>[1]>;

let origin: Origin;
let client: Client;
/** Answers to requests for /wait, which are given when a test says so. */
const waiting: (() => void)[] = [];
beforeAll(async () => {
  origin = await openOrigin(
    answering(({ head }, socket) => {
      if (head[0]?.includes(" /wait ") !== true) return reply("ok");
      waiting.push(() => socket.write(reply("ok")));
      return undefined;
    }),
  );
  client = new Client({ roots: rootPem });
});
afterAll(async () => {
  await client.close();
  await origin.close();
});

interface Held extends Disposable {
  readonly agent: Made;
  readonly ask: (path?: string) => Promise<Came>;
}

function holding(options: OwnOptions = {}, agent: Made = new MeerkatAgent(client, options)): Held {
  const place: RequestOptions = { host: "localhost", port: origin.port };
  return {
    agent,
    ask: (path = "/") => ask(agent, { ...place, path }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

const lengths = (lists: Agent["requests"] | Agent["sockets"]): number =>
  Object.values(lists).reduce((sum, list) => sum + (list?.length ?? 0), 0);

/** Two requests at once; how many sockets they had, and how many are kept. */
async function askTwo({
  agent,
  ask: asking,
}: Held): Promise<{ readonly had: number; readonly kept: number }> {
  const both = [asking("/wait"), asking("/wait")];
  const most = Math.min(agent.maxSockets, agent.maxTotalSockets, 2);
  await until(() => waiting.length === most);
  const had = lengths(agent.sockets);
  expect(lengths(agent.requests)).toBe(2 - had);
  waiting.shift()?.();
  await until(() => waiting.length === 1);
  waiting.shift()?.();
  await Promise.all(both);
  return { had, kept: lengths(agent.freeSockets) };
}

const settings: Readonly<Record<string, () => Promise<void>>> = {
  keepAlive: async () => {
    using usual = holding();
    await usual.ask();
    expect(lengths(usual.agent.freeSockets)).toBe(1);
    using closing = holding({ keepAlive: false });
    await closing.ask();
    expect(lengths(closing.agent.freeSockets)).toBe(0);
  },
  keepAliveMsecs: async () => {
    using held = holding({ keepAliveMsecs: 50_000 });
    await held.ask();
    const [socket] = Object.values(held.agent.freeSockets).flat() as Socket[];
    const left = tcpTimerSeconds((socket?.address() as AddressInfo | undefined)?.port ?? 0);
    if (left !== undefined) expect(Math.round(left / 10)).toBe(5);
  },
  maxFreeSockets: async () => {
    using one = holding({ maxFreeSockets: 1 });
    expect(await askTwo(one)).toEqual({ had: 2, kept: 1 });
  },
  maxSockets: async () => {
    using one = holding({ maxSockets: 1 });
    expect(await askTwo(one)).toEqual({ had: 1, kept: 1 });
  },
  maxTotalSockets: async () => {
    using one = holding({ maxTotalSockets: 1 });
    expect(await askTwo(one)).toEqual({ had: 1, kept: 1 });
  },
  scheduling: async () => {
    const used = async (scheduling: "fifo" | "lifo"): Promise<number> => {
      using held = holding({ scheduling });
      await askTwo(held);
      const kept = Object.values(held.agent.freeSockets).flat() as Socket[];
      const { socket } = await held.ask();
      return kept.findIndex((one) => one === socket);
    };
    expect([await used("fifo"), await used("lifo")]).toEqual([0, 1]);
  },
  timeout: async () => {
    await using mute = await openOrigin(() => {}, { tls: false });
    using held = holding({ timeout: 20 });
    const asked = request({ agent: held.agent, host: "localhost", port: mute.port });
    asked.on("error", () => {});
    await once(asked, "timeout");
    asked.destroy();
  },
};

describe("what an agent is made with", () => {
  test.each(Object.entries(settings))("%s", async (_, effect) => effect());

  test.each(
    [...Object.keys(requestRows), ...agentRefusedNames].filter((name) => !Object.hasOwn(agentRows, name)),
  )("is refused where it is none of these: %s", (name) => {
    expect(() => new MeerkatAgent(client, { [name]: 1 })).toThrow(
      expect.objectContaining({ code: "option-unknown" }) as Error,
    );
  });

  test("names the client's option, as its user writes it", () => {
    expect(() => new MeerkatAgent(client, { ca: rootPem } as OwnOptions)).toThrow(
      expect.objectContaining({ hint: "Did you mean new MeerkatAgent(new Client({ addRoots }))?" }) as Error,
    );
  });
});

const effects: Readonly<Record<string, () => Promise<void>>> = {
  createConnection: async () => {
    using held = holding();
    const socket = await new Promise<Duplex>((resolve, reject) => {
      held.agent.createConnection({ host: "localhost", port: origin.port }, (error, made) =>
        error === null ? resolve(made) : reject(error),
      );
    });
    expect(trustOf(socket)?.kind).toBe("verified");
    socket.destroy();
    expect(() => held.agent.createConnection({ host: "localhost", port: origin.port })).toThrow(
      expect.objectContaining({ code: "option-invalid" }) as Error,
    );
  },
  destroy: async () => {
    const held = holding();
    await held.ask();
    const [socket] = Object.values(held.agent.freeSockets).flat() as Socket[];
    held.agent.destroy();
    expect(socket?.destroyed).toBe(true);
    expect((await client.request(origin.url)).status).toBe(200);
  },
  freeSockets: async () => {
    using held = holding();
    const { socket } = await held.ask();
    expect(Object.values(held.agent.freeSockets).flat()[0]).toBe(socket);
  },
  getName: () => {
    using held = holding();
    const one = { host: "a", lookup: () => {} };
    const names = [{ host: "a" }, one, { host: "a", lookup: () => {} }, { host: "b" }].map((options) =>
      held.agent.getName(options),
    );
    expect(new Set(names).size).toBe(4);
    expect(held.agent.getName(one)).toBe(names[1]);
    return Promise.resolve();
  },
  keepSocketAlive: async () => {
    class Closing extends MeerkatAgent {
      override keepSocketAlive(): boolean {
        return false;
      }
    }
    using held = holding({}, new Closing(client));
    await held.ask();
    expect(lengths(held.agent.freeSockets)).toBe(0);
  },
  maxFreeSockets: async () => {
    using held = holding();
    held.agent.maxFreeSockets = 1;
    expect(await askTwo(held)).toEqual({ had: 2, kept: 1 });
  },
  maxSockets: async () => {
    using held = holding();
    held.agent.maxSockets = 1;
    expect(await askTwo(held)).toEqual({ had: 1, kept: 1 });
  },
  maxTotalSockets: async () => {
    using held = holding();
    held.agent.maxTotalSockets = 1;
    expect(await askTwo(held)).toEqual({ had: 1, kept: 1 });
  },
  options: async () => {
    using held = holding();
    (held.agent.options as Record<string, unknown>)["ca"] = rootPem;
    expect((await held.ask()).error).toMatchObject({ detail: { option: "ca" } });
  },
  requests: async () => {
    using held = holding({ maxSockets: 1 });
    expect(lengths(held.agent.requests)).toBe(0);
    await askTwo(held);
  },
  reuseSocket: async () => {
    let reused = 0;
    class Counting extends MeerkatAgent {
      override reuseSocket(...given: Parameters<Agent["reuseSocket"]>): void {
        reused++;
        super.reuseSocket(...given);
      }
    }
    using held = holding({}, new Counting(client));
    await held.ask();
    await held.ask();
    expect(reused).toBe(1);
  },
  sockets: async () => {
    using held = holding();
    const asked = held.ask("/wait");
    await until(() => waiting.length === 1);
    expect(lengths(held.agent.sockets)).toBe(1);
    waiting.shift()?.();
    await asked;
  },
  'on("keylog")': () => {
    using held = holding();
    expect(() => held.agent.on("keylog", () => {})).toThrow(
      expect.objectContaining({ code: "option-invalid" }) as Error,
    );
    return Promise.resolve();
  },
};

describe("a member of an agent", () => {
  test.each(Object.entries(effects))("%s", async (_, effect) => effect());
});

test("each row has its test", () => {
  expect(Object.keys(settings).toSorted()).toEqual(Object.keys(agentRows).toSorted());
  expect(Object.keys(effects).toSorted()).toEqual(Object.keys(agentMemberRows).toSorted());
});

test("an agent that is destroyed gives up what it was opening", async () => {
  await using mute = await openOrigin(() => {}, { tls: false });
  const held = holding();
  const asked = ask(held.agent, { host: "localhost", port: mute.port });
  await until(() => mute.accepted.length === 1);
  held.agent.destroy();
  expect((await asked).error).toBeDefined();
});

test("a socket that cannot be opened leaves its place to the next request", async () => {
  using held = holding({ maxSockets: 1 });
  const nowhere = { host: "localhost", port: 1 };
  const both = await Promise.all([ask(held.agent, nowhere), ask(held.agent, nowhere)]);
  expect(both.map(({ error }) => error)).toMatchObject([{ code: "ECONNREFUSED" }, { code: "ECONNREFUSED" }]);
  expect(lengths(held.agent.sockets)).toBe(0);
});

test("a request's timeout is told while it waits for a socket, too", async () => {
  using held = holding({ maxSockets: 1 });
  const first = held.ask("/wait");
  await until(() => waiting.length === 1);
  const place = { agent: held.agent, host: "localhost", port: origin.port };
  const second = request({ ...place, timeout: 20 });
  second.on("error", () => {});
  await once(second, "timeout");
  second.destroy();
  waiting.shift()?.();
  await first;
});

/** How long the timer of a connection has to run, where the system shows it: proc(5), /proc/net/tcp. */
function tcpTimerSeconds(port: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n");
  const timer = lines
    .map((line) => line.trim().split(/\s+/))
    .find(([, place]) => place?.endsWith(local))?.[5];
  const [active, when = ""] = timer?.split(":") ?? [];
  return active === "02" ? Number.parseInt(when, 16) / 100 : undefined;
}
