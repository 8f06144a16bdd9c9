/** What each of these servers is, once it runs, and what it is begun with. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mintAuthority, type AuthorityFiles } from "../../servers/authority.ts";
import { findProgram, freePort, startServer } from "../../servers/process.ts";
import { files, Site } from "../site.ts";

/** Whether a server can be run, whose certificates `openssl` makes. */
export function isThere(program: string): boolean {
  return findProgram(program) !== undefined && findProgram("openssl") !== undefined;
}

/** Requests of one connection at once that every one of these servers takes, where it is told how many. */
export const streamsAtOnce = 100;

export interface Setting {
  /** Streams of one connection at once. */
  readonly streams?: number;
  /** Lines of its configuration that go beside those of every test, in the server's block. */
  readonly lines?: string;
  /** Whether a master minds it, so that it can be reloaded. */
  readonly isReloadable?: boolean;
}

export interface Http2Server extends AuthorityFiles, AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  readonly site: Site;
  /** Has it begin again with what `x-generation` counts one up, as its administrator would. */
  reload(): void;
  /** Sends a signal to its process. */
  signal(name: NodeJS.Signals): void;
}

export interface Place extends AuthorityFiles {
  readonly folder: string;
  readonly port: number;
  /** Of the application, over HTTP/1.1. */
  readonly backendPort: number;
  readonly streams: number;
  readonly lines: string;
  /** What the answers' field `x-generation` says. */
  readonly generation: number;
  readonly isReloadable: boolean;
}

/** How a program is started in a place, and by which signal it reads what was written there again. */
export interface Recipe {
  readonly program: string;
  /** Writes its configuration; its arguments. */
  readonly argsOf: (place: Place) => readonly string[];
  readonly reloadSignal: NodeJS.Signals;
}

/** Starts a program with the site's files in its folder, and the application behind it. */
export async function startFront(recipe: Recipe, setting: Setting = {}): Promise<Http2Server> {
  const { streams = streamsAtOnce, lines = "", isReloadable = false } = setting;
  const folder = mkdtempSync(join(tmpdir(), `meerkat-h2-${recipe.program}-`));
  const authority = mintAuthority(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, "site", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const site = new Site();
  const backend = createServer(site.handle).listen(0, "127.0.0.1");
  await once(backend, "listening");
  const backendPort = (backend.address() as AddressInfo).port;
  const port = await freePort();
  let generation = 1;
  const configure = (): readonly string[] =>
    recipe.argsOf({ ...authority, folder, port, backendPort, streams, lines, generation, isReloadable });
  const program = await startServer(findProgram(recipe.program) ?? recipe.program, configure(), port);
  return {
    ...authority,
    ...addressOf(port),
    site,
    reload: () => {
      generation++;
      configure();
      program.signal(recipe.reloadSignal);
    },
    signal: (name) => program.signal(name),
    [Symbol.asyncDispose]: async () => {
      backend.close();
      backend.closeAllConnections();
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function addressOf(port: number): Pick<Http2Server, "origin" | "port"> {
  return { origin: `https://localhost:${port}`, port };
}
