/**
 * Serves recorded responses, byte for byte, to a fresh client each, and prints what it made of them.
 *
 *     npm run replay -- FILE.json
 *
 * FILE is `{ "cases": [{ "name", "method", "input_base64", "end": "fin" | "keep" | "reset", "tls": true | false }] }`;
 * stdout is one JSON array of `{ name, ok, status, body_base64, completeness, code }`, in the order of the cases.
 *
 * The input is written once the request's head is there. Then the server ends the connection: "fin" as servers do,
 * over TLS with close_notify and then FIN; "reset" with a TCP reset; "keep" leaves it open. `ok` says that the body
 * came to its end; the body is what was received, also where it broke off, content codings undone. The client has its
 * default options, but for three: the root it believes, deadlines that let every case end within three seconds, and
 * no redirects, because what they lead to was not recorded.
 */
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { Client, HttpsError, type ClientOptions, type Response } from "../src/index.ts";
import { openOrigin, resetTcp, rootPem } from "../test/client/origin.ts";

interface Case {
  readonly name: string;
  readonly method: string;
  readonly input_base64: string;
  readonly end: "fin" | "keep" | "reset";
  readonly tls: boolean;
}

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly status: number | null;
  readonly body_base64: string;
  readonly completeness: string | null;
  readonly code: string | null;
}

/** Cases at a time: enough that the ones which wait for a deadline do not wait for each other. */
const atOnce = 16;
/** A reset that meets unread bytes is told as a FIN by libuv (uv__stream_io): the client is given the time to read, and the turn. */
const resetAfterMs = 50;
const options: ClientOptions = {
  roots: rootPem,
  timeouts: { headMs: 3_000, bodyIdleMs: 3_000, sendMs: 3_000, totalMs: 9_000 },
  redirects: 0,
  environment: {},
};

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("error: no file given\nhint: npm run replay -- FILE.json\n");
  process.exitCode = 2;
} else {
  process.stdout.write(`${JSON.stringify(await replayAll(readCases(file)), undefined, 1)}\n`);
}

function readCases(path: string): readonly Case[] {
  const { cases } = JSON.parse(readFileSync(path, "utf8")) as { readonly cases: readonly Case[] };
  return cases;
}

async function replayAll(cases: readonly Case[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; ; at = next++) {
      const one = cases[at];
      if (one === undefined) return;
      outcomes[at] = await replay(one);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

async function replay({ name, method, input_base64: input, end, tls }: Case): Promise<Outcome> {
  const bytes = Buffer.from(input, "base64");
  const onConnection = (socket: Socket): void => onceAsked(socket, () => serve(socket, bytes, end));
  await using origin = await openOrigin(onConnection, tls ? {} : { tls: false });
  const client = new Client(options);
  const chunks: Uint8Array[] = [];
  let response: Response | undefined;
  let code: string | null = null;
  try {
    response = await client.request(origin.url, { method });
    for await (const chunk of response) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    ({ code } = error);
  } finally {
    client.destroy();
  }
  return {
    name,
    ok: code === null,
    status: response?.status ?? null,
    body_base64: Buffer.concat(chunks).toString("base64"),
    completeness: response?.completeness ?? null,
    code,
  };
}

/** Runs `then` when the head of a request has come; what follows it is read and dropped. */
function onceAsked(socket: Socket, then: () => void): void {
  let seen = "";
  const look = (chunk: Buffer): void => {
    seen += chunk.toString("latin1");
    if (!seen.includes("\r\n\r\n")) return;
    socket.off("data", look).resume();
    then();
  };
  socket.on("data", look);
}

function serve(socket: Socket, bytes: Uint8Array, end: Case["end"]): void {
  switch (end) {
    case "fin":
      return void socket.end(bytes);
    case "keep":
      return void socket.write(bytes);
    case "reset":
      return void socket.write(bytes, () =>
        setTimeout(() => setImmediate(() => resetTcp(socket)), resetAfterMs),
      );
  }
}
