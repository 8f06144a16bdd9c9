/**
 * Which agents of Node's say nothing of a connection but how long it is kept: libraries for node-fetch give every fetch such a
 * one (grammY does), and nothing is lost where the client's own connections stand in for it.
 */
import { Agent } from "node:https";
import { nodeHttp } from "./node-http.ts";

/** How sockets are kept. An agent's `timeout` is not among these: it would be a deadline. */
const keeping: ReadonlySet<string> = new Set([
  "keepAlive",
  "keepAliveMsecs",
  "maxFreeSockets",
  "maxSockets",
  "maxTotalSockets",
  "noDelay",
  "scheduling",
]);
/** What Node's agents say of themselves. */
const own: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["defaultPort", [80, 443]],
  ["protocol", ["http:", "https:"]],
]);

/** Whether it is an agent of Node's own, not of a class on top of it, which keeps sockets and asks for nothing else. */
export function isPlainAgent(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Agent.prototype && prototype !== nodeHttp.Agent.prototype) return false;
  // A function of its own makes sockets in another way.
  if (Object.values(value).some((member) => typeof member === "function")) return false;
  return Object.entries((value as Agent).options).every(
    ([name, said]) =>
      said === undefined || said === null || keeping.has(name) || own.get(name)?.includes(said) === true,
  );
}
