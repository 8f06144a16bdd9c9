/** How each profile is known: the days on which libraries were run and sources read. */
import type { Confirmation } from "../profile.ts";

/** Held against this version of the library by `npm run interop`. */
export function run(version: string): Confirmation {
  return { how: "run", version, on: "2026-11-29" };
}

/** Taken from this version's source, and not run. */
export function read(version: string, on: string): Confirmation {
  return { how: "read", version, on };
}
