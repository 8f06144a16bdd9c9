/**
 * A pool on the bench: its calls, its connections and its server are in the test's hand. A connection is opened when the
 * test says so, and a request is answered when the test says so; between them, sockets are real.
 */
import { compilePolicy } from "../../src/admission/index.ts";
import {
  Call,
  Connection,
  mergeTimeouts,
  Pool,
  type PooledConnection,
  type PoolOptions,
  type Timeouts,
} from "../../src/client/index.ts";
import type { HttpsError } from "../../src/index.ts";
import { dial, directly, type Link } from "../../src/net/index.ts";
import { answering, openOrigin, reply, until, type Origin } from "./origin.ts";

/** A connection that the pool asked for. */
export interface Opening {
  readonly call: Call;
  /** Of the pool: whether it wants it no more. */
  readonly signal: AbortSignal;
  /** A link to the server, which the pool has not been given. */
  dial(): Promise<Link>;
  /** Gives the pool a link; it has it in its next turn. */
  give(link: Link): void;
  /** Opens the connection; the pool has it when this ends. */
  admit(): Promise<void>;
  refuse(error: Error): void;
}

/** A request that the server has. */
export interface Asked {
  readonly path: string;
  /** From 0, in the order in which the server accepted them. */
  readonly connection: number;
  readonly answer: (fields?: string) => void;
  /** Ends the connection without an answer. */
  readonly hangUp: () => void;
}

export interface Bench extends AsyncDisposable {
  readonly pool: Pool;
  readonly origin: Origin;
  readonly openings: readonly Opening[];
  readonly asked: readonly Asked[];
  readonly opened: readonly PooledConnection[];
  /** The connections that were retired, by their place in `opened`, and why. */
  readonly retired: readonly (readonly [connection: number, reason: string])[];
  /** How often the pool said that nothing is left. */
  emptied(): number;
  /** Paths, in the order in which the server got them. */
  paths(): readonly string[];
  /** Hands a new call to the pool. */
  call(path: string, changes?: CallChanges): Call;
  opening(at: number): Opening;
  /** Ends when the server has so many requests; gives the last of them. */
  request(count: number): Promise<Asked>;
}

export interface CallChanges {
  readonly timeouts?: Partial<Timeouts>;
  readonly outgoing?: Partial<Call["outgoing"]>;
  readonly needsFresh?: boolean;
}

/** What a test does within a port of the pool's. */
export interface Hooks {
  readonly onOpened?: (bench: Bench) => void;
  readonly onRetired?: (bench: Bench) => void;
}

const policy = compilePolicy({}, {});
const never = Infinity;
const patient = { dnsMs: never, connectMs: never, proxyMs: never, tlsMs: never };
/** No timer but those that a test asks for. */
const untimed = mergeTimeouts({ poolMs: never, sendMs: never, headMs: never, bodyIdleMs: never });

function newCall(path: string, { timeouts, outgoing, needsFresh = false }: CallChanges = {}): Call {
  const call = new Call(
    {
      method: "GET",
      host: "localhost",
      octets: undefined,
      head: `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      body: { kind: "none" },
      secretHeaders: undefined,
      closes: false,
      expectContinueMs: undefined,
      idempotent: true,
      timeouts: mergeTimeouts(timeouts, untimed),
      asker: { onEvent: undefined, onSending: () => {}, onInformational: () => {} },
      onUploadProgress: undefined,
      onDownloadProgress: undefined,
      ...outgoing,
    },
    performance.now(),
  );
  // Whoever wants to know looks at `failure`.
  call.answer.catch(() => {});
  call.needsFresh = needsFresh;
  return call;
}

/** Ends when the call is over, before anything else happens on its connection. */
export function whenOver(call: Call): Promise<void> {
  return new Promise((resolve) => call.whenOver(resolve));
}

/** The code with which the call failed. */
export function failureOf({ failure }: Call): string | undefined {
  return (failure as HttpsError | undefined)?.code;
}

export async function openBench(options: Partial<PoolOptions> = {}, hooks: Hooks = {}): Promise<Bench> {
  const asked: Asked[] = [];
  const openings: Opening[] = [];
  const opened: PooledConnection[] = [];
  const retired: [number, string][] = [];
  let emptied = 0;
  const serve = answering(({ head: [line = ""], connection }, socket) => {
    asked.push({
      path: line.split(" ")[1] ?? "",
      connection,
      answer: (fields) => void socket.write(reply("x", fields)),
      hangUp: () => void socket.destroy(),
    });
    return undefined;
  });
  const origin = await openOrigin(serve, { tls: false });
  const open = (call: Call, signal: AbortSignal): Promise<Link> =>
    new Promise((give, refuse) => {
      signal.addEventListener("abort", () => refuse(new Error("nobody wants it any more")));
      const { port } = origin;
      const way = { scheme: "http", host: "127.0.0.1", port, alpn: [], policy } as const;
      const dialIt = (): Promise<Link> => dial({ ...directly, ...way, timeouts: patient, signal: undefined });
      const admit = async (): Promise<void> => give(await dialIt());
      openings.push({ call, signal, dial: dialIt, give, admit, refuse });
    });
  const pool: Pool = new Pool(
    {
      connections: 1,
      waiting: never,
      idleMs: never,
      lifetimeMs: never,
      limits: undefined,
      allow: undefined,
      pipelining: 1,
      pingMs: never,
      ...options,
    },
    {
      spoken: { protocol: "http/1.1" },
      open: async (call, signal) => ({
        link: await open(call, signal),
        speak: (link, owner) =>
          new Connection(link, owner, {
            limits: undefined,
            allow: undefined,
            pipelining: 1,
            pingMs: never,
            ...options,
          }),
      }),
      onOpened: (connection) => {
        opened.push(connection);
        hooks.onOpened?.(bench);
      },
      onRetired: (connection, reason) => {
        retired.push([opened.indexOf(connection), reason]);
        hooks.onRetired?.(bench);
      },
      onEmpty: () => void emptied++,
    },
  );
  const bench: Bench = {
    pool,
    origin,
    openings,
    asked,
    opened,
    retired,
    emptied: () => emptied,
    paths: () => asked.map(({ path }) => path),
    call: (path, changes) => {
      const call = newCall(path, changes);
      pool.dispatch(call);
      return call;
    },
    opening: (at) => required(openings[at]),
    request: async (count) => {
      await until(() => asked.length >= count);
      return required(asked[count - 1]);
    },
    [Symbol.asyncDispose]: async () => {
      pool.destroy();
      await origin.close();
    },
  };
  return bench;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("there is none yet");
  return value;
}
