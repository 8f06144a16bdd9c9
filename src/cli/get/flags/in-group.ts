/** A family of flags under a heading of its own in the help. */
import type { Flag } from "../../frame/flags.ts";

/** Flags that other commands have too are headed there as well: only what is declared here is marked. */
export function inGroup<const L extends readonly Flag<never>[]>(heading: string, flags: L): L {
  for (const flag of flags) groups.set(flag, heading);
  return flags;
}

const groups = new WeakMap<Flag<never>, string>();

/** The heading above a flag in the help of `get` and `curl`. */
export function headingOf(flag: Flag<never>): string | undefined {
  return groups.get(flag);
}
