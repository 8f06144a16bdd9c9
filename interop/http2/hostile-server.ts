/** The hostile server, `hostile.py`, as it runs: where it is, and what it says of a client that left. */
import { spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { mintAuthority } from "../servers/authority.ts";
import { findProgram } from "../servers/process.ts";

/** Debian's Python, which has Debian's packages; not one that comes first on the PATH. */
const python = "/usr/bin/python3";

export const hasHostile: boolean =
  findProgram("openssl") !== undefined && spawnSync(python, ["-c", "import h2, hyperframe"]).status === 0;

/** What a client had said on a connection when it was over. */
export interface LastWords {
  readonly path: string;
  /** The error code of its GOAWAY; `null` for none. */
  readonly goaway: number | null;
  /** Those of its RST_STREAM frames. */
  readonly resets: readonly number[];
}

export interface HostileServer extends AsyncDisposable {
  readonly origin: string;
  readonly caFile: string;
  /** Of the next connection that ends after this was asked of it. */
  lastWords(path: string): Promise<LastWords>;
}

export async function startHostile(): Promise<HostileServer> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-h2-hostile-"));
  const { chainFile, keyFile, caFile } = mintAuthority(folder);
  const program = fileURLToPath(new URL("hostile.py", import.meta.url));
  const child = spawn(python, [program, chainFile, keyFile], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const lines = createInterface(child.stdout);
  const [port] = (await once(lines, "line")) as [string];
  const ended = new EventEmitter<Record<string, [LastWords]>>();
  lines.on("line", (line) => {
    const words = JSON.parse(line) as LastWords;
    ended.emit(words.path, words);
  });
  return {
    origin: `https://localhost:${port}`,
    caFile,
    lastWords: async (path) => ((await once(ended, path)) as [LastWords])[0],
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
