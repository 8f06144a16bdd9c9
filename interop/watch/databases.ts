/** Redis and PostgreSQL as Debian builds them: on loopback, each with its own folder, and started again after a kill. */
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram, freePort, type RunningProgram, startServer } from "../servers/process.ts";

export interface Database {
  readonly url: string;
  /** kill -9, and a start over the same folder. */
  killAndStart(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Recipe {
  readonly url: (port: number) => string;
  readonly folder: string;
  readonly run: (port: number) => Promise<RunningProgram>;
}

async function keep({ url, folder, run }: Recipe): Promise<Database> {
  const port = await freePort();
  let server = await run(port);
  const kill = async (): Promise<void> => {
    server.signal("SIGKILL");
    await server.stop();
  };
  const start = async (): Promise<void> => {
    // The processes of a killed PostgreSQL take a moment to notice, and it does not start beside them.
    for (let tries = 100; ; tries--)
      try {
        server = await run(port);
        return;
      } catch (error) {
        if (tries === 0) throw error;
      }
  };
  return {
    url: url(port),
    kill,
    start,
    killAndStart: async () => {
      await kill();
      await start();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const hasRedis: boolean = findProgram("redis-server") !== undefined;

/** A server's files in PEM; it is spoken to over TLS then, and not in plain. */
export interface TlsFiles {
  readonly chainFile: string;
  readonly keyFile: string;
}

/** It keeps what it is told, as BullMQ wants it. */
export async function startRedis({
  tls,
  password,
}: { readonly tls?: TlsFiles; readonly password?: string } = {}): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-redis-"));
  const settings = ["--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes", "--save", ""];
  // By default a busy disk puts off by seconds what is written, and a kill loses that.
  const policy = ["--maxmemory-policy", "noeviction", "--appendfsync", "always"];
  const listen = (port: number): readonly string[] =>
    tls === undefined
      ? ["--port", String(port)]
      : ["--port", "0", "--tls-port", String(port), "--tls-auth-clients", "no"].concat(
          ["--tls-cert-file", tls.chainFile],
          ["--tls-key-file", tls.keyFile],
        );
  const secret = password === undefined ? [] : ["--requirepass", password];
  return keep({
    folder,
    url: (port) => (tls === undefined ? `redis://127.0.0.1:${port}` : `rediss://localhost:${port}`),
    run: (port) => startServer("redis-server", [...listen(port), ...settings, ...policy, ...secret], port),
  });
}

const postgresFolder = ((): string => {
  const root = "/usr/lib/postgresql";
  const newest = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a))[0] : "none";
  return join(root, newest ?? "none", "bin");
})();

export const hasPostgres: boolean = existsSync(join(postgresFolder, "initdb"));

/** Not waiting for the disk loses nothing when a process is killed: what was written is with the system. */
export async function startPostgres(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-postgres-"));
  chmodSync(folder, 0o755);
  const isRoot = userInfo().uid === 0;
  const runner = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  if (isRoot) {
    const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(folder, id("-u"), id("-g"));
  }
  const data = join(folder, "data");
  const [initdb, ...rest] = [...runner, join(postgresFolder, "initdb")];
  const settled = ["-D", data, "-A", "trust", "-U", "meerkat", "--no-sync"];
  await promisify(execFile)(initdb, [...rest, ...settled], { cwd: folder });
  const settings = ["fsync=off", "max_connections=300", `unix_socket_directories=${folder}`];
  return keep({
    folder,
    url: (port) => `postgres://meerkat@127.0.0.1:${port}/postgres?sslmode=disable`,
    run: (port) => {
      const [program, ...args] = [...runner, join(postgresFolder, "postgres"), "-D", data];
      const listen = ["-h", "127.0.0.1", "-p", String(port)];
      return startServer(program, [...args, ...listen, ...settings.flatMap((one) => ["-c", one])], port);
    },
  });
}
