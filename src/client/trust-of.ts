/** Trust reports of objects that have no room for one: a platform's response, a socket. */
import type { TrustReport } from "../trust/index.ts";

const reports = new WeakMap<object, TrustReport>();

/** Who vouched for the server behind a response of `createFetch`'s, or behind a socket of `MeerkatAgent`'s. */
export function trustOf(holder: object): TrustReport | undefined {
  return reports.get(holder);
}

export function rememberTrust(holder: object, trust: TrustReport): void {
  reports.set(holder, trust);
}
