/**
 * Surveys of sixty endpoints that are killed at moments which a seed chose, and go on with `--resume`. All of them write into
 * one store, one run after the other, so that each has a run before it which it could be taken for.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createSecureContext, createServer, type Server, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "../../src/watch/index.ts";
import { type Chance, chanceFrom } from "../fleet/year/chance.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";

const names = Array.from({ length: 60 }, (_, i) => `n${i}.fleet.example`);
const programFile = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface KilledRequest {
  readonly seed: number;
  /** How often a survey is killed. */
  readonly kills: number;
  readonly signal: "SIGKILL" | "SIGTERM";
  /** An empty one. */
  readonly folder: string;
}

export interface KilledOutcome {
  /** When each was killed, and what was kept then. */
  readonly moments: readonly string[];
  /** Whatever is not as it has to be. */
  readonly faults: readonly string[];
}

/** When a survey is killed: so long after it asked so many endpoints; with none, after its start. */
interface Moment {
  readonly asked: number;
  readonly ms: number;
}

export async function killSurveys(request: KilledRequest): Promise<KilledOutcome> {
  const chance = chanceFrom(request.seed);
  const served = await serve(chance);
  try {
    return await new Killing(request, served, chance).run();
  } finally {
    served.close();
  }
}

class Killing {
  readonly #request: KilledRequest;
  readonly #served: Served;
  readonly #chance: Chance;
  readonly #moments: string[] = [];
  readonly #faults: string[] = [];
  readonly #argv: readonly string[];
  readonly #store: string;
  readonly #lines: string;
  /** Of the run that ended last. */
  #before = "";

  constructor(request: KilledRequest, served: Served, chance: Chance) {
    this.#request = request;
    this.#served = served;
    this.#chance = chance;
    const [list, root] = [this.#at("list.txt"), this.#at("root.pem")];
    this.#store = this.#at("kept.db");
    this.#lines = this.#at("lines.jsonl");
    const resolved = names.flatMap((name, i) => ["--resolve", `${name}:${served.port}:127.1.${i}.1`]);
    const files = ["-o", this.#store, "--json", this.#lines, "--cacert", root];
    this.#argv = ["survey", list, ...files, ...resolved];
  }

  async run(): Promise<KilledOutcome> {
    await writeFile(this.#at("root.pem"), this.#served.root);
    await writeFile(this.#at("list.txt"), names.map((name) => `${name}:${this.#served.port}\n`).join(""));
    await this.#end(this.#start([]), "the first run");
    while (this.#moments.length < this.#request.kills) await this.#oneRun();
    return { moments: this.#moments, faults: this.#faults };
  }

  /** One run to its end, killed at least once. */
  async #oneRun(): Promise<void> {
    let flags: readonly string[] = [];
    let kept: readonly string[] = [];
    do {
      const met = this.#served.met.length;
      await this.#kill(this.#start(flags));
      const asked = this.#served.met.slice(met);
      this.#checkAgain(asked, kept);
      const now = await this.#look();
      const hasBegun = now.run !== this.#before;
      if (!hasBegun && asked.length > 0) this.#fault(`${asked.length} were asked before the run began`);
      kept = hasBegun ? now.kept : [];
      this.#moments.push(`${this.#moments.pop() ?? ""}: ${hasBegun ? `${kept.length} kept` : "not begun"}`);
      flags = hasBegun ? ["--resume"] : [];
    } while (this.#moments.length < this.#request.kills && this.#chance.isTrue(0.25));
    const met = this.#served.met.length;
    await this.#end(this.#start(flags), this.#moments.at(-1) ?? "");
    const asked = this.#served.met.slice(met);
    this.#checkAgain(asked, kept);
    const lacking = names.filter((name) => !kept.includes(name) && !asked.includes(name));
    if (lacking.length > 0) this.#fault(`${lacking.join(" ")} never asked`);
  }

  #start(flags: readonly string[]): ChildProcess {
    const stdio = ["ignore", "ignore", "pipe", "ipc"] as const;
    return fork(programFile, [...this.#argv, ...flags], { execArgv: ["--import", "tsx"], stdio: [...stdio] });
  }

  async #kill(child: ChildProcess): Promise<void> {
    const moment = this.#nextMoment();
    const { asked, ms } = moment;
    this.#moments.push(`${asked} asked, ${ms} ms`);
    const ended = once(child, "exit");
    await Promise.race([this.#served.asked(asked), ended]);
    await Promise.race([pause(ms), ended]);
    child.kill(this.#request.signal);
    const [code] = (await ended) as [number | null];
    if (this.#request.signal === "SIGTERM" && ![0, 143].includes(code ?? -1))
      this.#fault(`it ended with ${code}: ${await textOf(child)}`);
  }

  /** Before the first, in the midst, and while it ends. */
  #nextMoment(): Moment {
    const { below, next } = this.#chance;
    const kind = next();
    if (kind < 0.1) return { asked: 0, ms: 200 + below(1_500) };
    if (kind < 0.8) return { asked: 1 + below(names.length), ms: below(80) };
    return { asked: names.length, ms: below(500) };
  }

  async #end(child: ChildProcess, what: string): Promise<void> {
    const stderr = textOf(child);
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) this.#fault(`${what}: it ended with ${code}: ${await stderr}`);
    const { run, kept } = await this.#look();
    if (run === this.#before) this.#fault(`${what}: the run before was gone on with`);
    if (kept.toSorted().join(" ") !== names.toSorted().join(" ")) this.#fault(`${what}: ${kept.length} kept`);
    const lines = (await readFile(this.#lines, "utf8")).trimEnd().split("\n");
    const told = lines.map((line) => JSON.parse(line) as { readonly endpoint: string; readonly run: string });
    if (told.map(({ endpoint }) => endpoint.replace(/:\d+$/, "")).join(" ") !== names.join(" "))
      this.#fault(`${what}: ${told.length} lines`);
    if (told.some((line) => line.run !== run)) this.#fault(`${what}: a line of another run`);
    this.#before = run;
  }

  /** The run that the store has begun last, and whom it has of that. */
  async #look(): Promise<{ readonly run: string; readonly kept: readonly string[] }> {
    const store = await openSqliteStore({ path: this.#store });
    try {
      const run = (await store.lastRun())?.name ?? "";
      const left = await store.unvisited({ run, place: "here", limit: 1_000 });
      const hosts = new Set(left.map(({ host }) => host));
      return { run, kept: names.filter((name) => !hosts.has(name)) };
    } finally {
      await store.close();
    }
  }

  #checkAgain(asked: readonly string[], kept: readonly string[]): void {
    const again = asked.filter((name, i) => kept.includes(name) || asked.indexOf(name) !== i);
    if (again.length > 0) this.#fault(`${again.join(" ")} asked twice`);
  }

  #fault(what: string): void {
    this.#faults.push(`seed ${this.#request.seed}, kill ${this.#moments.length}: ${what}`);
  }

  #at(name: string): string {
    return join(this.#request.folder, name);
  }
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stderr ?? []) text += String(chunk);
  return text;
}

interface Served {
  readonly port: number;
  readonly root: string;
  /** The names that were asked for, in their order. */
  readonly met: readonly string[];
  /** When so many more were asked than now. */
  readonly asked: (count: number) => Promise<void>;
  readonly close: () => void;
}

/** One server at every loopback address, which takes a moment for each: as long as chance has it. */
async function serve(chance: Chance): Promise<Served> {
  const root = mintRoot("Root");
  const context = createSecureContext(identityOf(mintLeaf("*.fleet.example", root)));
  const met: string[] = [];
  const waiting = new Set<() => void>();
  const server: Server = createServer({
    SNICallback: (name, done) => {
      met.push(name);
      for (const look of waiting) look();
      setTimeout(() => done(null, context), chance.below(400));
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
    met,
    async asked(count) {
      const most = met.length + count;
      if (count === 0) return;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (met.length < most) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
