/**
 * TLS sessions kept for resumption. Node's own resumption skips the certificate, the CA set and the name, so a
 * session is kept only after a positive verdict, with the chain that was judged, under a key that holds everything
 * the verdict depended on; and it is offered, each time, only if that chain would be admitted now.
 *
 * Each ticket is used once while there are others (RFC 8446 §C.4); where a burst of connections has used them up, the
 * last that came is offered again, to all of them (decision 21).
 */
import { assert, canonicalText, RecentMap } from "../core/index.ts";
import { admissionLimits } from "./limits.ts";
import type { TrustPolicy } from "./policy.ts";
import { wouldAdmit, type Evidence } from "./two-keys.ts";

export interface StoredSession {
  readonly ticket: Buffer;
  /** What the verdict was about. */
  readonly evidence: Evidence;
  /** When the server last proved that it has its key: in a whole handshake, not in one that resumed. */
  readonly provenAt: number;
}

/** What two connections must share before one may resume the other's session. */
export interface SessionScope {
  readonly host: string;
  readonly port: number;
  readonly sni: string | null | undefined;
  readonly name: string;
  readonly alpn: readonly string[];
  /** The proxy or the Unix socket between. */
  readonly via: string | undefined;
}

/** The sessions of one scope. */
interface Shelf {
  /** Never offered yet, oldest first. */
  readonly unused: StoredSession[];
  /** The last that came, offered or not; `undefined` once the server did not take it. */
  last: StoredSession | undefined;
}

export class SessionStore {
  readonly #shelves = new RecentMap<string, Shelf>(admissionLimits.sessions.value);

  /** A session that may be offered now. Who finds that the server does not take it drops it. */
  take(scope: SessionScope, policy: TrustPolicy): StoredSession | undefined {
    const shelf = this.#shelves.get(keyOf(scope, policy));
    if (shelf === undefined) return undefined;
    for (let stored = shelf.unused.pop(); stored !== undefined; stored = shelf.unused.pop()) {
      if (mayResume(stored, policy)) return stored;
      forget(shelf, stored);
    }
    const { last } = shelf;
    if (last === undefined || mayResume(last, policy)) return last;
    shelf.last = undefined;
    return undefined;
  }

  keep(scope: SessionScope, policy: TrustPolicy, stored: StoredSession): void {
    // Where nobody can tell whether a session was resumed, none is kept to be offered.
    if (!policy.runtime.shows.sessions) return;
    const key = keyOf(scope, policy);
    const unused = this.#shelves.get(key)?.unused ?? [];
    unused.push(stored);
    if (unused.length > admissionLimits.tickets.value) unused.shift();
    this.#shelves.set(key, { unused, last: stored });
  }

  /** The server did not take it up, or broke the handshake off: it is offered to nobody else. */
  drop(scope: SessionScope, policy: TrustPolicy, stored: StoredSession): void {
    const shelf = this.#shelves.get(keyOf(scope, policy));
    if (shelf !== undefined) forget(shelf, stored);
  }

  clear(): void {
    this.#shelves.clear();
  }
}

function mayResume({ evidence, provenAt }: StoredSession, policy: TrustPolicy): boolean {
  const age = Date.now() - provenAt;
  return age >= 0 && age <= admissionLimits.sessionMs.value && wouldAdmit(evidence, policy);
}

function forget(shelf: Shelf, stored: StoredSession): void {
  if (shelf.last === stored) shelf.last = undefined;
}

function keyOf({ host, port, sni, name, alpn, via }: SessionScope, policy: TrustPolicy): string {
  const text = canonicalText([host, port, sni, name, alpn, via, policy.fingerprint]);
  assert(text !== undefined, "a scope is made of text and numbers");
  return text;
}
