/** What is asked of a queue's connection, and what it comes to. */
import type * as BullMq from "bullmq";
import type { Client } from "../../client/index.ts";
import type { Log } from "../log-line.ts";
import type { Secret } from "../tell/secret.ts";
import type { QueueHealth } from "./health.ts";

export interface WorkRequest {
  /** `rediss://...`, `postgres://...`: with a password, and so a secret. */
  readonly url: Secret;
  readonly client: Client;
  /** Which network the workers are in: each place visits by itself. */
  readonly place: string;
  readonly log: Log;
  /** How long a worker that says nothing keeps its shard, in milliseconds. */
  readonly leaseMs?: number;
  /** Ends the wait for a queue that is away. */
  readonly signal?: AbortSignal;
}

export interface Connected {
  readonly connection: object;
  /** What BullMQ makes its backend with; `undefined`: Redis. */
  readonly factory: object | undefined;
  /** Whether BullMQ is not to look by itself how old the server is. */
  readonly skipVersionCheck: boolean;
  readonly end: () => Promise<void>;
}

export interface ConnectRequest extends WorkRequest {
  readonly bullmq: typeof BullMq;
  readonly health: QueueHealth;
}
