/** Starts a server program in the foreground, waits until its port answers, and stops it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";

const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];

/** The full path of a program, or `undefined` where it is not installed. */
export function findProgram(name: string): string | undefined {
  return folders
    .map((folder) => `${folder}/${name}`)
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A port that was free a moment ago: a server program cannot take port 0 and say which it got. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A server that is running. */
export interface RunningServer {
  stop(): Promise<void>;
}

/** One that is a program of its own. */
export interface RunningProgram extends RunningServer {
  signal(name: NodeJS.Signals): void;
}

const startWithinMs = 15_000;

/** Runs `program` until it is stopped. Rejects with what it said when it ends or stays mute instead of listening. */
export async function startServer(
  program: string,
  args: readonly string[],
  port: number,
): Promise<RunningProgram> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const closed = once(child, "close");
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await closed;
  };
  const deadlineAt = performance.now() + startWithinMs;
  while (!(await answers(port))) {
    if (child.exitCode === null && performance.now() < deadlineAt) continue;
    await stop();
    throw new Error(`${program} did not listen on port ${port}: ${said}`);
  }
  return { stop, signal: (name) => void child.kill(name) };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    // Refused: the server is not there yet. A short pause, so that waiting for it does not keep it from starting.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return false;
  } finally {
    socket.destroy();
  }
}
