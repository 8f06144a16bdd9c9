/**
 * Watches that are ended at moments which a seed chose, while servers change their faults and a receiver loses answers. In each
 * round everything is due once; afterwards it is asked who was visited, which alerts there are, and which were told.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createSecureContext, createServer, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import type { Alert } from "../../src/fleet/index.ts";
import { openDatabase, openSqliteStore, type Store } from "../../src/watch/index.ts";
import { type Chance, chanceFrom } from "../fleet/year/chance.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { dayMs, mintLeaf, mintRoot, now } from "../pki/today.ts";

/** Those of the first kind change between rounds, those of the second whenever they are asked. */
const steady = Array.from({ length: 16 }, (_, i) => `s${i}.fleet.example`);
const restless = Array.from({ length: 8 }, (_, i) => `r${i}.fleet.example`);
const names = [...steady, ...restless];
const programFile = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface EndedRequest {
  readonly seed: number;
  readonly times: number;
  readonly signal: "SIGKILL" | "SIGTERM";
  /** An empty one. */
  readonly folder: string;
}

export interface EndedOutcome {
  /** When each was ended, and who was visited by then. */
  readonly moments: readonly string[];
  /** Whatever is not as it has to be. */
  readonly faults: readonly string[];
  /** How often alerts were delivered, and how many keys these had. */
  readonly told: { readonly deliveries: number; readonly keys: number };
}

export async function endWatches(request: EndedRequest): Promise<EndedOutcome> {
  const chance = chanceFrom(request.seed);
  const servers = await serve(chance);
  const receiver = await receive(chance);
  try {
    return await new Ending(request, { servers, receiver, chance }).run();
  } finally {
    servers.close();
    receiver.close();
  }
}

interface World {
  readonly servers: Servers;
  readonly receiver: Receiver;
  readonly chance: Chance;
}

class Ending {
  readonly #request: EndedRequest;
  readonly #world: World;
  readonly #moments: string[] = [];
  readonly #faults: string[] = [];

  constructor(request: EndedRequest, world: World) {
    this.#request = request;
    this.#world = world;
  }

  async run(): Promise<EndedOutcome> {
    await this.#configure();
    await this.#finish("the first round", new Map());
    while (this.#moments.length < this.#request.times) await this.#oneRound();
    await this.#checkTold();
    const { deliveries } = this.#world.receiver;
    const keys = new Set(deliveries.map(({ key }) => key)).size;
    return { moments: this.#moments, faults: this.#faults, told: { deliveries: deliveries.length, keys } };
  }

  async #configure(): Promise<void> {
    const { servers, receiver } = this.#world;
    await writeFile(this.#at("root.pem"), servers.root);
    await writeFile(this.#at("hook-url"), receiver.url);
    await writeFile(this.#at("hook-key"), `whsec_${Buffer.alloc(32, 7).toString("base64")}`);
    await writeFile(this.#at("list.txt"), names.map((name) => `${name}:${servers.port}\n`).join(""));
    const config = {
      endpoints: ["list.txt"],
      store: "kept.db",
      roots: ["root.pem"],
      resolve: Object.fromEntries(names.map((name, i) => [`${name}:${servers.port}`, `127.2.${i}.1`])),
      alerts: { webhook: [{ url: { file: "hook-url" }, secrets: [{ file: "hook-key" }] }] },
    };
    await writeFile(this.#at("watch.json"), JSON.stringify(config));
  }

  /** Everything is due; the watch is ended once or more, and then lets the round come to its end. */
  async #oneRound(): Promise<void> {
    const { servers, chance } = this.#world;
    for (const name of steady) if (chance.isTrue(0.2)) servers.change(name);
    await this.#letTimePass();
    const before = await this.#marks();
    let kept = new Map<string, string>();
    do {
      await this.#end(this.#start([]));
      const marks = await this.#marks();
      this.#checkKept(kept, marks);
      kept = new Map([...marks].filter(([host, mark]) => before.get(host) !== mark));
      this.#moments.push(`${this.#moments.pop() ?? ""}: ${kept.size} visited`);
    } while (this.#moments.length < this.#request.times && chance.isTrue(0.25));
    await this.#finish(this.#moments.at(-1) ?? "", kept);
    const after = await this.#marks();
    const missing = names.filter((name) => after.get(name) === before.get(name));
    if (missing.length > 0) this.#fault(`${missing.join(" ")} not visited`);
    await this.#checkOpen();
  }

  #start(flags: readonly string[]): ChildProcess {
    const argv = ["watch", "--config", this.#at("watch.json"), "--listen", "127.0.0.1:0", ...flags];
    const child = fork(programFile, argv, {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    // Somebody looks at the page meanwhile.
    child.stdout?.on("data", (chunk: Buffer) => {
      const url = /^The page is at (\S+)$/m.exec(chunk.toString())?.[1];
      if (url !== undefined)
        void fetch(url).then(
          (page) => page.text(),
          () => {},
        );
    });
    return child;
  }

  async #end(child: ChildProcess): Promise<void> {
    const { chance, servers } = this.#world;
    const stderr = textOf(child);
    const isEarly = chance.isTrue(0.1);
    const [asked, ms] = isEarly ? [0, 200 + chance.below(2_000)] : [1 + chance.below(32), chance.below(200)];
    this.#moments.push(`${asked} asked, ${ms} ms`);
    const ended = once(child, "exit");
    await Promise.race([servers.asked(asked, 10_000), ended]);
    await Promise.race([pause(ms), ended]);
    child.kill(this.#request.signal);
    const [code, signal] = (await ended) as [number | null, string | null];
    // Before it listens to signals, a program ends as any other does.
    if (signal !== this.#request.signal && ![0, 143].includes(code ?? -1))
      this.#fault(`it ended with ${code}: ${await stderr}`);
  }

  /** Until nothing is due any more, and all that can be told is told. */
  async #finish(what: string, kept: ReadonlyMap<string, string>): Promise<void> {
    const child = this.#start(["--once"]);
    const stderr = textOf(child);
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) this.#fault(`${what}: --once ended with ${code}: ${await stderr}`);
    this.#checkKept(kept, await this.#marks());
  }

  /** Who was visited in this round is not visited again in it. */
  #checkKept(kept: ReadonlyMap<string, string>, marks: ReadonlyMap<string, string>): void {
    const again = [...kept].filter(([host, mark]) => marks.get(host) !== mark).map(([host]) => host);
    if (again.length > 0) this.#fault(`${again.join(" ")} visited twice`);
  }

  /** A fault that stands is an alert that is open, and one that is over is none. */
  async #checkOpen(): Promise<void> {
    const open = await this.#withStore((store) => store.alerts({ state: "open", limit: 1_000 }));
    const ended = new Set(
      open.rows.flatMap(({ alert, endpoint }) => (alert.rule === "path-ends" ? [endpoint.host] : [])),
    );
    for (const name of steady)
      if (ended.has(name) !== this.#world.servers.isExpired(name))
        this.#fault(`${name} is ${ended.has(name) ? "told and well" : "expired and not told"}`);
  }

  /** Of each alert, what is to be told of it was told, and nothing else; what came twice has one key and says the same. */
  async #checkTold(): Promise<void> {
    const { receiver } = this.#world;
    receiver.isKind = true;
    while (
      await this.#withStore(async (store) =>
        (await store.waitingTellings()).some(({ waiting }) => waiting > 0),
      )
    ) {
      await this.#withDatabase("UPDATE telling SET next_at = 0");
      await this.#finish("what was left to tell", new Map());
    }
    const alerts = await this.#withStore(async (store) => [
      ...(await store.alerts({ state: "open", limit: 10_000 })).rows,
      ...(await store.alerts({ state: "closed", limit: 10_000 })).rows,
    ]);
    const said = new Map<string, string>();
    for (const { key, body } of receiver.deliveries) {
      if ((said.get(key) ?? body) !== body)
        this.#fault(`a key came with two texts: ${body} and ${said.get(key)}`);
      said.set(key, body);
    }
    const wanted = new Set(alerts.flatMap(({ alert }) => keysOf(alert, said)));
    for (const [key, body] of said) if (!wanted.has(key)) this.#fault(`told of nothing: ${body}`);
    for (const key of wanted) if (!said.has(key)) this.#fault(`never told: ${key}`);
    if (alerts.length === 0) this.#fault("there was no alert");
  }

  /** Which visit of each endpoint is the last. */
  #marks(): Promise<ReadonlyMap<string, string>> {
    return this.#withStore(async (store) => {
      const { rows } = await store.endpoints({ sort: "name", limit: 1_000 });
      const views = await Promise.all(rows.map(({ endpoint }) => store.endpoint(endpoint.id)));
      return new Map(
        views.map((view) => [
          view?.history.endpoint.host ?? "",
          view?.history.places.map(({ run, at }) => `${run} ${at}`).join() ?? "",
        ]),
      );
    });
  }

  /** As if the hour were over until which nobody is visited, and the minutes for which a telling is lent. */
  #letTimePass(): Promise<void> {
    return this.#withDatabase("UPDATE mark SET next_at = 0; UPDATE telling SET next_at = 0");
  }

  async #withDatabase(sql: string): Promise<void> {
    const database = await openDatabase(this.#at("kept.db"));
    try {
      database.exec(sql);
    } finally {
      database.close();
    }
  }

  async #withStore<T>(look: (store: Store) => Promise<T>): Promise<T> {
    const store = await openSqliteStore({ path: this.#at("kept.db") });
    try {
      return await look(store);
    } finally {
      await store.close();
    }
  }

  #fault(what: string): void {
    this.#faults.push(`seed ${this.#request.seed}, end ${this.#moments.length}: ${what}`);
  }

  #at(name: string): string {
    return join(this.#request.folder, name);
  }
}

/** The keys of all that is told in an alert's life. What is told in between is told as worse or as a repetition, and not as both. */
function keysOf({ id, times, closedAt }: Alert, said: ReadonlyMap<string, string>): readonly string[] {
  const between = Array.from({ length: times - 1 }, (_, i) => {
    const both = ["worse", "repeated"].map((kind) => webhookId(`${id}:${kind}:${i + 2}`));
    return both.find((key) => said.has(key)) ?? `${id}:worse or repeated:${i + 2}`;
  });
  const last = closedAt === undefined ? [] : [webhookId(`${id}:closed:${times}`)];
  return [webhookId(`${id}:opened:1`), ...between, ...last];
}

function webhookId(key: string): string {
  return `msg_${createHash("sha256").update(key).digest("base64url")}`;
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stderr ?? []) text += String(chunk);
  return text;
}

interface Servers {
  readonly port: number;
  readonly root: string;
  readonly isExpired: (name: string) => boolean;
  readonly change: (name: string) => void;
  /** When so many more were asked than now, or nobody was for so long. */
  readonly asked: (count: number, mostMs: number) => Promise<void>;
  readonly close: () => void;
}

/** One server at every loopback address, whose names are expired or not. */
async function serve(chance: Chance): Promise<Servers> {
  const root = mintRoot("Root");
  const fresh = createSecureContext(identityOf(mintLeaf("*.fleet.example", root)));
  const times = { notBeforeAt: now - 90 * dayMs, notAfterAt: now - dayMs };
  const old = createSecureContext(identityOf(mintLeaf("*.fleet.example", root, times)));
  const expired = new Set<string>();
  const change = (name: string): void => void (expired.delete(name) || expired.add(name));
  let count = 0;
  const waiting = new Set<() => void>();
  const server = createServer({
    SNICallback: (name, done) => {
      count++;
      for (const look of waiting) look();
      if (restless.includes(name) && chance.isTrue(0.3)) change(name);
      setTimeout(() => done(null, expired.has(name) ? old : fresh), chance.below(200));
    },
  });
  const sockets = new Set<TLSSocket>();
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "0.0.0.0"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    root: pemOf(root),
    isExpired: (name) => expired.has(name),
    change,
    async asked(more, mostMs) {
      const most = count + more;
      if (more === 0) return;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (count < most) return;
          end();
        };
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        const timer = setTimeout(end, mostMs);
        waiting.add(look);
      });
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

interface Receiver {
  readonly url: string;
  readonly deliveries: { readonly key: string; readonly body: string }[];
  /** Whether it answers everything. */
  isKind: boolean;
  readonly close: () => void;
}

/** Takes every alert, answers when it likes to, and sometimes not at all. */
async function receive(chance: Chance): Promise<Receiver> {
  const deliveries: Receiver["deliveries"] = [];
  const server = createHttpServer((request, response) => {
    void request.toArray().then(
      async (chunks: Buffer[]) => {
        const key = String(request.headers["webhook-id"]);
        deliveries.push({ key, body: Buffer.concat(chunks).toString() });
        const isLost = !receiver.isKind && chance.isTrue(0.15);
        await pause(chance.below(100));
        if (isLost) request.socket.destroy();
        else response.end();
      },
      () => {},
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    deliveries,
    isKind: false,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
}
