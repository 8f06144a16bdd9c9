/** Options of a table of their own among those of a request. */
import { type Checks } from "../../core/index.ts";
import type { RequestOptions } from "./options.ts";

/** The options of a table, and all others; the very object where there are none of the table. */
export function divide<T>(
  options: object,
  checks: Checks<T>,
): { readonly own: object; readonly rest: RequestOptions } {
  if (typeof options !== "object" || options === null || !Object.keys(options).some(isOwn))
    return { own: {}, rest: options };
  const entries = Object.entries(options);
  return {
    own: Object.fromEntries(entries.filter(([name]) => isOwn(name))),
    rest: Object.fromEntries(entries.filter(([name]) => !isOwn(name))),
  };
  function isOwn(name: string): boolean {
    return Object.hasOwn(checks, name);
  }
}
