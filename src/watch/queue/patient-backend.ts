/**
 * BullMQ's own backend for PostgreSQL, with three things added for a database that goes away.
 *
 * A worker of BullMQ asks again at once after an error that it does not know, and of PostgreSQL it knows a refused connection
 * alone. With a connection that was cut the answer is there without any wait, so that it asks for ever and nothing else of the
 * process runs: neither the timer that would try again nor the socket that would tell of the end. Here, every error waits.
 *
 * What it knows it tries again by itself, as it does on Redis: a cut connection is told to it as a refused one. And the client that
 * listens is heard from the start.
 */
import type { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type * as BullMq from "bullmq";
import { messageOf } from "../../core/index.ts";
import { isUnconnected } from "../database/away.ts";
import { workLimits } from "../limits.ts";
import type { QueueHealth } from "./health.ts";

type MakeBackend = typeof BullMq.createPostgresBackend;
type Backend = ReturnType<MakeBackend>;

export function patientBackends(make: MakeBackend, health: QueueHealth): MakeBackend {
  return (name, options, more) => {
    const backend = make(name, options, more);
    hearFromTheStart(backend);
    return patient(backend, health);
  };
}

/** What is changed of BullMQ's connection: the class of pg by which it makes the client that listens. */
interface Listening {
  readonly connection?: { pgModule?: { readonly Client: ClientClass } };
}
type ClientClass = new (settings: object) => EventEmitter;

/**
 * BullMQ hears errors of the client that listens only once its connect is over: where the server ends in the same moment, nobody
 * does, and the process would end. Ours hears them from the start, and tells BullMQ when it listens.
 */
function hearFromTheStart(backend: object): void {
  const { connection } = backend as Listening;
  const { pgModule } = connection ?? {};
  if (connection === undefined || pgModule === undefined) return;
  const { Client } = pgModule;
  connection.pgModule = {
    ...pgModule,
    Client: class extends Client {
      constructor(settings: object) {
        super(settings);
        this.on("error", (error) => {
          if (this.listenerCount("error") === 1)
            setImmediate(() => this.listenerCount("error") > 1 && this.emit("error", error));
        });
      }
    },
  };
}

function patient(backend: Backend, health: QueueHealth): Backend {
  return new Proxy(backend, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        const outcome: unknown = Reflect.apply(value, target, args);
        if (!(outcome instanceof Promise)) return outcome;
        return waited(outcome, { health, isAnswer: !local.has(name) });
      };
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

/** What succeeds without PostgreSQL. */
const local: ReadonlySet<string | symbol> = new Set([
  "close",
  "disconnect",
  "disconnectBlocking",
  "reconnectBlocking",
  "waitForJob",
  "waitUntilReady",
]);

async function waited(
  outcome: Promise<unknown>,
  { health, isAnswer }: { readonly health: QueueHealth; readonly isAnswer: boolean },
): Promise<unknown> {
  try {
    const value = await outcome;
    if (isAnswer) health.back();
    return value;
  } catch (error) {
    if (!isUnconnected(error)) {
      await pause(workLimits.retryMs.value);
      throw error;
    }
    health.away(messageOf(error));
    await pause(workLimits.retryMs.value);
    throw Object.assign(new Error(messageOf(error), { cause: error }), { code: "ECONNREFUSED" });
  }
}
