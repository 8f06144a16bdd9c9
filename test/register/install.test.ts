/** `installGlobally` from within a program: what it puts where, once, and back again. */
import { createServer } from "node:http";
import https, { globalAgent as bound } from "node:https";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { getGlobalDispatcher, setGlobalDispatcher, Agent } from "undici";
import { WebSocketServer } from "ws";
import {
  Client,
  HttpsError,
  installGlobally,
  MeerkatAgent,
  MeerkatDispatcher,
  trustOf,
} from "../../src/index.ts";
import { mintIdentity, openHttp, openOrigin, rootPem, whenEmpty, type Origin } from "../client/origin.ts";
import { mintRoot } from "../pki/today.ts";
import { buildDoors, run } from "./built.ts";

const key = Symbol.for("undici.globalDispatcher.1");
const here = (): readonly unknown[] => [https.globalAgent, fetch, Reflect.get(globalThis, key)];

let origin: Origin;
let foreign: Origin;
const clients: Client[] = [];
const installed: { uninstall: () => void }[] = [];
const newClient = (): Client => {
  const client = new Client({ roots: rootPem });
  clients.push(client);
  return client;
};
const install = (client: Client): ReturnType<typeof installGlobally> => {
  const installation = installGlobally(client);
  installed.push(installation);
  return installation;
};
beforeAll(async () => {
  origin = await openHttp((_, response) => response.end("hello"));
  foreign = await openHttp((_, response) => response.end("never"), {
    tls: mintIdentity({}, mintRoot("Somebody Else")),
  });
});
afterEach(async () => {
  for (const { uninstall } of installed.splice(0).toReversed()) uninstall();
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await origin.close();
  await foreign.close();
});

/** What the process is warned of while something is done. */
async function warningsOf(act: () => void): Promise<readonly string[]> {
  const codes: string[] = [];
  const note = (warning: Error & { readonly code?: string }): void => void codes.push(String(warning.code));
  process.on("warning", note);
  act();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  return codes;
}

test("it is in its three places, by every name, and gone again", async () => {
  getGlobalDispatcher();
  const before = here();
  const { uninstall } = install(newClient());
  expect(here().map((one, at) => one === before[at])).toEqual([false, false, false]);
  expect(https.globalAgent).toBeInstanceOf(MeerkatAgent);
  expect(getGlobalDispatcher()).toBeInstanceOf(MeerkatDispatcher);
  expect(bound).toBe(https.globalAgent);
  const { name, length } = fetch;
  expect([name, length]).toEqual(["fetch", 1]);
  expect(trustOf(await fetch(origin.url))?.kind).toBe("verified");
  uninstall();
  expect(here()).toEqual(before);
  expect(bound).toBe(https.globalAgent);
  uninstall();
  expect(here()).toEqual(before);
});

test("the same client again changes nothing, and nobody is warned", async () => {
  const client = newClient();
  const first = install(client);
  const between = here();
  expect(await warningsOf(() => expect(install(client)).toBe(first))).toEqual([]);
  expect(here()).toEqual(between);
});

describe("another client", () => {
  test("takes the place, which is said, and gives it back", async () => {
    install(newClient());
    const first = here();
    let second: ReturnType<typeof installGlobally> | undefined;
    expect(await warningsOf(() => (second = install(newClient())))).toEqual(["installed-twice"]);
    expect(here().map((one, at) => one === first[at])).toEqual([false, false, false]);
    second?.uninstall();
    expect(here()).toEqual(first);
  });

  test("stays when the one below it goes, and then gives back what was there before both", () => {
    const before = here();
    const first = install(newClient());
    const second = install(newClient());
    const top = here();
    first.uninstall();
    expect(here()).toEqual(top);
    second.uninstall();
    expect(here()).toEqual(before);
  });
});

test("what somebody put there since is left there", async () => {
  const { uninstall } = install(newClient());
  const own = new https.Agent();
  const agent = new Agent();
  const earlier = getGlobalDispatcher();
  https.globalAgent = own;
  setGlobalDispatcher(agent);
  uninstall();
  expect([https.globalAgent, getGlobalDispatcher()]).toEqual([own, agent]);
  https.globalAgent = new https.Agent({ keepAlive: true });
  setGlobalDispatcher(earlier);
  await agent.close();
});

test("a dispatcher in an init is refused, but the one that is there anyway", async () => {
  install(newClient());
  const asking = (dispatcher: unknown): Promise<Response> => fetch(origin.url, { dispatcher } as RequestInit);
  expect((await asking(getGlobalDispatcher())).status).toBe(200);
  const agent = new Agent();
  await expect(asking(agent)).rejects.toMatchObject({ cause: { code: "option-invalid" } });
  await agent.close();
});

test("an option that would weaken is refused where no agent is named, too", async () => {
  install(newClient());
  const before = foreign.accepted.length;
  for (const options of [
    { rejectUnauthorized: false },
    { ca: rootPem },
    { agent: false, rejectUnauthorized: false },
  ]) {
    const error = await new Promise((resolve) => {
      https.get(foreign.url, options as https.RequestOptions, resolve).on("error", resolve);
    });
    expect(error).toMatchObject({ code: "option-invalid" });
  }
  expect(foreign.accepted.length).toBe(before);
});

test("agent: false keeps no connection", async () => {
  await using own = await openHttp((_, response) => response.end("once"));
  install(newClient());
  await new Promise((resolve) => {
    https.get(own.url, { agent: false }, (response) => response.resume().on("end", resolve));
  });
  await whenEmpty(own);
  expect(own.accepted).toHaveLength(1);
});

test("the error of fetch keeps its message, and is printed with the sentence and the hint", async () => {
  install(newClient());
  const error: unknown = await fetch(foreign.url).catch((error: unknown) => error);
  const { message, stack, cause } = error as Error;
  const told = (cause as Error).cause as HttpsError;
  expect(error).toBeInstanceOf(TypeError);
  expect(message).toBe("fetch failed");
  expect(cause).toMatchObject({ code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" });
  expect(told).toBeInstanceOf(HttpsError);
  expect(stack?.split("\n")[0]).toBe(`TypeError: fetch failed: ${told.message} ${told.hint}`);
});

/** What is refused, wherever it was asked for. */
async function refusalOf(asking: Promise<unknown>): Promise<HttpsError | undefined> {
  let error: unknown = await asking.catch((reason: unknown) => reason);
  while (error instanceof Error && !(error instanceof HttpsError)) error = error.cause;
  return error instanceof HttpsError ? error : undefined;
}

test.each<readonly [string, () => Promise<unknown>]>([
  [
    "node:https",
    () =>
      new Promise((resolve, reject) => {
        https.get(origin.url, { ca: rootPem }, resolve).on("error", reject);
      }),
  ],
  [
    "node:https with an agent of its own",
    () =>
      new Promise((resolve, reject) => {
        https.get(origin.url, { agent: false, ca: rootPem }, resolve).on("error", reject);
      }),
  ],
  ["fetch", () => fetch(origin.url, { dispatcher: new Agent() } as RequestInit)],
])("what is refused to %s is for the program's client, and no adapter is named", async (_name, ask) => {
  install(newClient());
  const refusal = await refusalOf(ask());
  expect(refusal).toMatchObject({ code: "option-invalid" });
  expect(refusal?.hint).not.toMatch(/MeerkatAgent|MeerkatDispatcher|createFetch/);
  expect(refusal?.hint).toMatch(
    /^(?:The client has .* for that: installGlobally\(new Client\(\{ \w+ \}\)\)|Leave )/,
  );
});

describe("Node's own fetch and WebSocket", () => {
  test.each(["0", "1"])(
    "use the dispatcher, also where they have begun: %s",
    async (EARLY) => {
      const sockets = new WebSocketServer({ noServer: true });
      sockets.on("connection", (socket) => socket.send("heard"));
      const http = createServer();
      http.on("upgrade", (request, socket, head) =>
        sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws)),
      );
      await using talking = await openOrigin((socket) => http.emit("connection", socket));
      using built = await buildDoors("esm");
      const args = [built.meerkat, origin.url, foreign.url, talking.url.replace("https:", "wss:")];
      const env = { NODE_EXTRA_CA_CERTS: built.write("root.pem", rootPem), EARLY };
      const { stdout, stderr } = await run(["native-fetch.mjs"], { args, env });
      const { heard, ...told } = JSON.parse(stdout === "" ? stderr : stdout) as Record<string, unknown>;
      expect(told).toEqual({
        text: "hello",
        refused: ["fetch failed", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "missing-intermediate"],
        closed: "client-closed",
        after: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      });
      // Node 20 has none.
      expect(["heard", "none"]).toContain(heard);
    },
    60_000,
  );
});

test("an undici that was loaded meanwhile has a dispatcher left, with the way of its own handlers", async () => {
  using doors = await buildDoors("esm");
  await using plain = await openHttp(
    (request, response) => {
      response.setHeader("x-twice", ["a", "b"]);
      request.resume().on("end", () => response.end(request.method));
    },
    { tls: false },
  );
  const { stdout, stderr, exitCode } = await run(["later-undici.mjs"], { args: [doors.meerkat, plain.url] });
  expect([exitCode, stderr]).toEqual([0, ""]);
  const told = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  const whole = { events: ["start", "head 200", "data", "end"], twice: ["a", "b"] };
  const raw = expect.any(Number) as number;
  expect(told).toEqual([
    { ...whole, body: "POST", raw },
    { ...whole, body: "GET", raw },
    { ...whole, events: ["start", "head 200", "error enough"], body: "", raw },
    { ...whole, body: "POST", raw },
  ]);
});
