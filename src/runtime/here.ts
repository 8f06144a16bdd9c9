/** Which runtime this is. Bun and Deno say so beside the version of Node that they follow. */
import { bun, deno, node, type Runtime } from "./facts.ts";

/** By `process.versions`; a runtime that names neither is taken for Node. */
export function runtimeOf(versions: Readonly<Record<string, string | undefined>>): Runtime {
  if (Object.hasOwn(versions, "bun")) return bun;
  return Object.hasOwn(versions, "deno") ? deno : node;
}

export const runtimeHere: Runtime = runtimeOf(process.versions);
