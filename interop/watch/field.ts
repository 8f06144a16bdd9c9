/** A watch of many names with its PostgreSQL and its queue, as a test lays it out, and the workers that it is given. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { Client } from "../../src/client/index.ts";
import { databaseAddress, openPostgresStore, type Store } from "../../src/watch/index.ts";
import { RunningWatch } from "../../test/watch/running.ts";
import { type Database, startPostgres, startRedis } from "./databases.ts";
import { domain, groupedBy, type ManySites, openManySites, tooMany } from "./many-sites.ts";
import { newDatabase } from "./postgres.ts";

export type QueueKind = "redis" | "postgres";

export interface Field {
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  readonly places: readonly string[];
  readonly store: Store;
  /** The URL of the store. */
  readonly url: string;
  readonly sites: ManySites;
  readonly names: readonly string[];
  readonly postgres: Database;
  /** PostgreSQL's own server is another one than the store's. */
  readonly queue: Database;
  close(): Promise<void>;
}

export interface Layout {
  readonly queue: QueueKind;
  readonly networks: number;
  readonly addresses: number;
  readonly names: number;
  /** More of the configuration. */
  readonly more?: { readonly places?: readonly string[] } & Readonly<Record<string, unknown>>;
  /** An endpoint where nobody listens, too. */
  readonly hasDead?: boolean;
}

/** Names at the addresses of many networks, and the configuration that watches them. */
export async function layOut({
  queue,
  networks,
  addresses,
  names,
  more,
  hasDead = false,
}: Layout): Promise<Field> {
  const folder = await mkdtemp(join(tmpdir(), "meerkat-workers-"));
  const postgres = await startPostgres();
  const queued = queue === "redis" ? await startRedis() : await startPostgres();
  const client = new Client();
  const sites = await openManySites();
  const addressOf = new Map<string, string>();
  for (let network = 0; network < networks; network++)
    for (let address = 1; address <= addresses; address++)
      for (let name = 0; name < names; name++)
        addressOf.set(`n${network}-${address}-${name}.${domain}`, `127.9.${network}.${address}`);
  const at = (name: string): string => join(folder, name);
  const url = await newDatabase(postgres.url);
  const config = {
    endpoints: [at("list.txt")],
    store: { env: "STORE" },
    queue: { [queue]: { env: "QUEUE" } },
    places: ["berlin-dmz"],
    roots: [at("root.pem")],
    resolve: Object.fromEntries([...addressOf].map(([name, address]) => [`${name}:${sites.port}`, address])),
    ...more,
  };
  await writeFile(
    at("list.txt"),
    [...addressOf.keys()].map((name) => `${name}:${sites.port}\n`).join("") +
      (hasDead ? "127.9.0.1:1\n" : ""),
  );
  await writeFile(at("root.pem"), sites.root);
  await writeFile(at("watch.json"), JSON.stringify(config));
  const store = await openPostgresStore({ address: databaseAddress(url), client });
  return {
    config: at("watch.json"),
    env: { STORE: url, QUEUE: queued.url },
    places: config.places,
    store,
    url,
    sites,
    names: [...addressOf.keys()],
    postgres,
    queue: queued,
    close: async () => {
      await store.close();
      await sites.close();
      await client.close();
      await queued.stop();
      await postgres.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export function begin({ config, env }: Field): RunningWatch {
  return new RunningWatch(["--config", config], { env });
}

export function hire({ config, env, places: [first = ""] }: Field, place: string = first): RunningWatch {
  return new RunningWatch(["--config", config, "--place", place], { kind: "worker", env });
}

export const programFile: string = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export function workerArguments({ config, places: [place = ""] }: Field): readonly string[] {
  return ["watch", "worker", "--config", config, "--place", place];
}

/** A worker that is a process of its own, to be killed. */
export function hireProcess(field: Field): ChildProcess {
  return fork(programFile, workerArguments(field), {
    env: { ...process.env, ...field.env },
    execArgv: ["--import", "tsx"],
    stdio: "ignore",
  });
}

export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}

/** Waits until so many handshakes were begun. */
export async function untilDialled({ sites }: Field, count: number): Promise<void> {
  if (sites.names.length >= count) return;
  await new Promise<void>((resolve) => {
    sites.onName = () => sites.names.length >= count && resolve();
  });
}

export async function untilVisited({ store }: Field): Promise<void> {
  for (;;) {
    // Where it is away, it is asked again.
    const states = await store.overview({ now: Date.now() }).then(
      (overview) => overview.states,
      () => undefined,
    );
    if (states?.unvisited === 0 && Object.values(states).some((count) => count > 0)) return;
    await pause(100);
  }
}

export function expectPolite({ sites }: Field): void {
  for (const [address, own] of groupedBy(sites.arrivals, (one) => one.address))
    expect([address, tooMany(own, 2)]).toEqual([address, 0]);
  for (const [network, own] of groupedBy(sites.arrivals, ({ address }) => address.replace(/\.\d+$/, "")))
    expect([network, tooMany(own, 8)]).toEqual([network, 0]);
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}
