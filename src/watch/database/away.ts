/**
 * Whether a database is away, so that waiting mends it, as opposed to one that is there and is not what it should be. Over our own
 * socket that is said by an `HttpsError`, in plain text by Node, by the server's SQLSTATE, or in words of pg and ioredis.
 */
import { HttpsError, messageOf } from "../../core/index.ts";

const stages: ReadonlySet<HttpsError["stage"]> = new Set(["dns", "tcp", "timeout"]);

/** Who is stopped, or started, in the middle of a handshake leaves it so. */
const cut: ReadonlySet<HttpsError["code"]> = new Set(["handshake-closed", "handshake-reset"]);

/** Whether nobody was there to speak to. What our own client refused has its reasons in TLS, and waiting changes nothing. */
export function isUnreached({ stage, code }: HttpsError): boolean {
  return (stages.has(stage) && code !== "aborted") || cut.has(code);
}

/** Node's codes; PostgreSQL's classes 08 and 57P, and no connection left. */
const codes = /^(?:E[A-Z]+|08\w{3}|57P0[1-5]|53300)$/;
const words = /connection|not queryable|shutting down|timeout|^LOADING/i;

export function isAway(error: unknown): boolean {
  if (error instanceof HttpsError) return isUnreached(error);
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? codes.test(code) : words.test(messageOf(error));
}

/** Whether there is no connection, for whatever reason. */
export function isUnconnected(error: unknown): boolean {
  return error instanceof HttpsError || isAway(error);
}
