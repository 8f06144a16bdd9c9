/**
 * What PostgreSQL says, or that it says nothing, as a sentence. By its SQLSTATE (PostgreSQL 17, appendix A); whatever has none
 * is a connection that could not be made, or was lost. What is a fault of a statement is a fault of ours, and stays as it is.
 */
import { HttpsError, messageOf } from "../../../core/index.ts";
import { isUnreached } from "../../database/away.ts";
import { WatchError } from "../../watch-error.ts";
import { postgresLimits } from "./limits.ts";

type Sentence = readonly [what: string, hint: string];

const away: Sentence = ["is not there at the moment", "A watch that runs goes on when it is back."];
const full: Sentence = ["has no room", "Nothing is lost: make room, and it goes on."];
const refused: Sentence = [
  "does not let this user in",
  "The user and the password are in its URL; pg_hba.conf on the server says who may come from where.",
];

/** By the whole code, else by its class. */
const sentences: ReadonlyMap<string, Sentence> = new Map(
  Object.entries<Sentence>({
    "08": away,
    "28": refused,
    "53": full,
    "53300": ["has no connection left", "Raise max_connections, or put a pooler in front of it."],
    "57": away,
    "57014": ["took too long for a statement", "The server's log says what it waited for."],
    "58": ["could not read or write: its disk failed", "The server's log has more of it."],
    XX: ["is damaged", "The server's log has more of it."],
    "25006": [
      "cannot be written: the server is a standby, or set to read only",
      "Name the primary. After a failover it goes on by itself.",
    ],
    "25P03": away,
    "3D000": ["has no such database", "Make it: CREATE DATABASE, or createdb."],
    "40": ["is written by so many at once that none came through", "It is tried again."],
    "42501": [
      "does not let this user do that",
      "The user needs CREATE on the database, or has to own the schema meerkat.",
    ],
    "55P03": ["did not let go of what was to be written", "It is tried again."],
  }),
);

/** SQLSTATE; `undefined` for what the server did not say. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  return typeof code === "string" && typeof severity === "string" ? code : undefined;
}

/** Of two that wait for each other the server ends one (40P01), and of two that cannot be in either order (40001). */
export function isConflict(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === "40001" || state === "40P01";
}

/** Whether the connection has ended with it, or leads to a server that is no longer the right one. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state === undefined) return true;
  return state.startsWith("08") || state === "25006" || (state.startsWith("57") && state !== "57014");
}

/** `error` is what the library gave for a connection or a statement. `name` shows no credentials. */
export function storeError(error: unknown, name: string): unknown {
  const state = sqlStateOf(error);
  if (state === undefined) return silenceOf(error, name);
  const [what, hint] = sentences.get(state) ?? sentences.get(state.slice(0, 2)) ?? [];
  if (what === undefined) return error;
  const said = `${messageOf(error)}, ${state}`;
  return new WatchError(`The store ${name} ${what} (${said}).`, { ...(hint && { hint }), cause: error });
}

function silenceOf(error: unknown, name: string): WatchError {
  if (isPoolBusy(error)) {
    const { connections, connectMs } = postgresLimits;
    return new WatchError(
      `The store ${name} has too much to do for ${connections.value} connections: none was free for ${connectMs.value / 1_000} s.`,
      { hint: "It is tried again. The server's log says which statements take so long.", cause: error },
    );
  }
  if (isPasswordWanted(error))
    return new WatchError(`The store ${name} asks for a password, and none is given.`, {
      hint: "It stands in its URL, in the variable PGPASSWORD, or in ~/.pgpass.",
      cause: error,
    });
  const reason = reasonOf(error).replace(/\.$/, "");
  const hint =
    error instanceof HttpsError && !isUnreached(error)
      ? `meerkat why ${name} says more. A CA of one's own is named with sslrootcert=FILE; without TLS, sslmode=disable reaches a database on this machine.`
      : away[1];
  return new WatchError(`The store ${name} does not answer: ${reason}.`, { hint, cause: error });
}

/** By its own text: pg-pool gives it no code, and says something else of a connection that takes too long to make. */
function isPoolBusy(error: unknown): boolean {
  return error instanceof Error && error.message === "timeout exceeded when trying to connect";
}

/** By its own text as well: pg finds out before it answers. */
function isPasswordWanted(error: unknown): boolean {
  return error instanceof Error && /^SASL: .*\bpassword must be\b/.test(error.message);
}

/** Where several addresses of a name were tried, Node's error is empty and has one for each. */
function reasonOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(messageOf).join("; ") : messageOf(error);
}
