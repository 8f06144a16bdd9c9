/**
 * A whole program through one client: what Node's https uses where no agent is given, the global `fetch`, and the dispatcher
 * that undici, and Node's own copy of it, uses where none is given.
 */
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { bare, HttpsError, ownValue, showControls } from "../../core/index.ts";
import type { Client } from "../client.ts";
import { globalDispatcher, type MeerkatDispatcher } from "./dispatcher/dispatcher.ts";
import { EarlierDispatcher, isDispatcher } from "./dispatcher/earlier-dispatcher.ts";
import { MeerkatAgent, type MeerkatAgentOptions } from "./agent.ts";
import { createFetch } from "./fetch/create-fetch.ts";
import { inNodesNames } from "./node-names.ts";
import { nameDoor, requireClient, type Door } from "./refusal.ts";

/** A client that a whole program goes through, until it is uninstalled. */
export interface Installation {
  /**
   * Puts back what was there before, where nobody has put something else there since. The client stays open. Where undici 8 and
   * later look, and Node 20 and 22 have nothing, the dispatcher of Node's own undici is put.
   */
  readonly uninstall: () => void;
}

/** A place that the whole program shares. */
interface Place {
  readonly read: () => unknown;
  readonly write: (value: unknown) => void;
}

const places: readonly Place[] = [
  {
    read: () => https.globalAgent,
    write: (value) => {
      https.globalAgent = value as https.Agent;
      // For `import { globalAgent } from "node:https"`.
      syncBuiltinESMExports();
    },
  },
  {
    read: () => globalThis.fetch,
    write: (value) => void (globalThis.fetch = value as typeof fetch),
  },
  // Up to undici 7, and from undici 7 on. undici leaves what it finds there.
  ...["undici.globalDispatcher.1", "undici.globalDispatcher.2"].map((name): Place => {
    const key = Symbol.for(name);
    return {
      read: () => Reflect.get(globalThis, key) as unknown,
      // Its own attributes: it defines the property again when another is set.
      write: (value) => {
        const attributes = { writable: true, enumerable: false, configurable: false };
        Object.defineProperty(globalThis, key, bare({ value, ...attributes }));
      },
    };
  }),
];

interface Installed extends Installation {
  readonly client: Client;
  /** What was put into each place, and what was there before. */
  readonly put: readonly unknown[];
  readonly before: unknown[];
}

/** The first one first. Two copies of Meerkat in one program know of each other's. */
function installations(): Installed[] {
  const key = Symbol.for("meerkat.installations");
  const known = Reflect.get(globalThis, key) as Installed[] | undefined;
  if (known !== undefined) return known;
  const none: Installed[] = [];
  Object.defineProperty(globalThis, key, bare({ value: none }));
  return none;
}

/**
 * Has the whole program's requests go through the client: those of node:https without an agent, the global `fetch`, and those
 * of undici without a dispatcher. Installing a client again changes nothing; another one takes its place, and the process is
 * warned of that.
 *
 * @example
 * const { uninstall } = installGlobally(new Client({ roots: "system" }));
 */
export function installGlobally(client: Client): Installation {
  requireClient(client);
  const all = installations();
  const known = all.find((one) => one.client === client);
  if (known !== undefined) return known;
  if (all.length > 0) {
    const options = { type: "MeerkatWarning", code: "installed-twice" };
    process.emitWarning(
      "Another client takes the place of the one that was installed globally before it.",
      bare(options),
    );
  }
  // Node loads its undici, which then makes the dispatcher that is to be put back: it makes none where it finds one.
  void globalThis.Headers;
  const before = places.map(({ read }) => read());
  const [, , upTo7, from7] = before;
  if (from7 === undefined && isDispatcher(upTo7)) before[3] = new EarlierDispatcher(upTo7);
  const dispatcher = globalDispatcher(client);
  const put = [makeAgent(client), makeFetch(client, dispatcher), ...places.slice(2).map(() => dispatcher)];
  const installed: Installed = { client, put, before, uninstall: () => uninstall(installed) };
  all.push(installed);
  places.forEach(({ write }, at) => write(put[at]));
  return installed;
}

function uninstall(installed: Installed): void {
  const all = installations();
  const index = all.indexOf(installed);
  if (index === -1) return;
  all.splice(index, 1);
  places.forEach(({ read, write }, at) => {
    const put = installed.put[at];
    if (read() === put) return write(installed.before[at]);
    // Whoever was installed on top of it puts back what is below both.
    const above = all.find(({ before }) => before[at] === put);
    if (above !== undefined) above.before[at] = installed.before[at];
  });
}

/** Whoever is refused an option has called none of the constructors, and perhaps nothing of Meerkat's. */
const door: Door = (option) =>
  `installGlobally(new Client({ ${option} })), which a file of your own calls in place of meerkat/register`;

/** As Node makes its own; `agent: false` makes another one by this one's constructor, without an argument. */
function makeAgent(client: Client): MeerkatAgent {
  class GlobalAgent extends MeerkatAgent {
    constructor(options: MeerkatAgentOptions = {}) {
      super(client, { keepAlive: false, ...options });
      nameDoor(this, door);
    }
  }
  return new GlobalAgent({ keepAlive: true, scheduling: "lifo", timeout: 5_000 });
}

function makeFetch(client: Client, dispatcher: MeerkatDispatcher): typeof fetch {
  const own = createFetch(client);
  nameDoor(own, door);
  return async function fetch(input, ...[init]: [init?: RequestInit]) {
    try {
      return await own(input, withoutDispatcher(init, dispatcher));
    } catch (error) {
      throw explained(error);
    }
  };
}

/** Whoever names the dispatcher that is there anyway asks for nothing else. */
function withoutDispatcher(
  init: RequestInit | undefined,
  dispatcher: MeerkatDispatcher,
): RequestInit | undefined {
  if (init === undefined || ownValue(init as { dispatcher?: unknown }, "dispatcher") !== dispatcher)
    return init;
  return { ...init, dispatcher: undefined } as RequestInit;
}

/**
 * The message stays: libraries know a failure of the network by it. What is printed begins with the sentence and the hint, and
 * the cause has the code that Node's fetch gives there.
 */
function explained(error: unknown): unknown {
  if (!(error instanceof TypeError) || !(error.cause instanceof HttpsError)) return error;
  const { message, hint } = error.cause;
  error.cause = inNodesNames(error.cause);
  const sentences = [message, hint].map(showControls).join(" ");
  error.stack = (error.stack ?? "").replace(/^TypeError: fetch failed/, (first) => `${first}: ${sentences}`);
  return error;
}
