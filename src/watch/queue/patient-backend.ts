/**
 * BullMQ's own backend for PostgreSQL over a pool of ours, with three things added for a database that goes away.
 *
 * A worker of BullMQ asks again at once after an error that it does not know, and of PostgreSQL it knows a refused connection
 * alone. With a connection that was cut the answer is there without any wait, so that it asks for ever and nothing else of the
 * process runs: neither the timer that would try again nor the socket that would tell of the end. Here, every error waits.
 *
 * What it knows it tries again by itself, as it does on Redis: a cut connection is told to it as a refused one. And a backend whose
 * first question met a database that was away would answer with that failure for ever: ours waits until it is back.
 */
import { setTimeout as pause } from "node:timers/promises";
import type * as BullMq from "bullmq";
import type { Pool } from "pg";
import { messageOf } from "../../core/index.ts";
import { isUnconnected } from "../database/away.ts";
import { workLimits } from "../limits.ts";
import type { QueueHealth } from "./health.ts";

type MakeBackend = BullMq.BackendFactory;
type Backend = BullMq.PostgresQueueBackend;

/** Of queues and workers whose `connection` is the pool. */
export function patientBackends(bullmq: typeof BullMq, health: QueueHealth): MakeBackend {
  return (name, options, { withBlockingConnection = false } = {}) => {
    const connection = patientConnection(bullmq, options.connection as unknown as Pool, health);
    // By its name a worker is counted: BullMQ's own factory has it so.
    const workerName = withBlockingConnection ? name : undefined;
    return patient(
      new bullmq.PostgresQueueBackend(connection, name, options as never, true, workerName),
      health,
    );
  };
}

function patientConnection(
  bullmq: typeof BullMq,
  pool: Pool,
  health: QueueHealth,
): BullMq.PostgresConnection {
  class PatientConnection extends bullmq.PostgresConnection {
    #ready: Promise<void> | undefined;

    override async waitUntilReady(): Promise<void> {
      this.#ready ??= this.#untilReady();
      try {
        await this.#ready;
      } catch (error) {
        this.#ready = undefined;
        throw error;
      }
    }

    async #untilReady(): Promise<void> {
      for (;;)
        try {
          await this.#check();
          return;
        } catch (error) {
          if (this.isClosing || !isUnconnected(error)) throw error;
          health.away(messageOf(error));
          await pause(workLimits.retryMs.value);
        }
    }

    async #check(): Promise<void> {
      const client = await pool.connect();
      try {
        await bullmq.assertSchemaCompatibility(client, this.schema);
      } finally {
        client.release();
      }
    }
  }
  return new PatientConnection(pool as never);
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
