/**
 * TLS sessions kept for resumption. Node's own resumption skips the certificate, the CA set and the name, so a
 * session is kept only after a positive verdict, with the chain that was judged, under a key that holds everything
 * the verdict depended on; and it is offered again only if that chain would be admitted now.
 */
import { assert, canonicalText, RecentMap } from "../core/index.ts";
import { admissionLimits } from "./limits.ts";
import type { TrustPolicy } from "./policy.ts";
import { wouldAdmit, type Evidence } from "./two-keys.ts";

export interface StoredSession {
  readonly ticket: Buffer;
  /** What the verdict was about. */
  readonly evidence: Evidence;
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

export class SessionStore {
  readonly #sessions = new RecentMap<string, StoredSession>(admissionLimits.sessions.value);

  /** A session that may be offered now. It is taken out: RFC 8446 §C.4 has tickets used once. */
  take(scope: SessionScope, policy: TrustPolicy): StoredSession | undefined {
    const stored = this.#sessions.take(keyOf(scope, policy));
    return stored !== undefined && wouldAdmit(stored.evidence, policy) ? stored : undefined;
  }

  keep(scope: SessionScope, policy: TrustPolicy, stored: StoredSession): void {
    // Where nobody can tell whether a session was resumed, none is kept to be offered.
    if (!policy.runtime.shows.sessions) return;
    this.#sessions.set(keyOf(scope, policy), stored);
  }

  clear(): void {
    this.#sessions.clear();
  }
}

function keyOf({ host, port, sni, name, alpn, via }: SessionScope, policy: TrustPolicy): string {
  const text = canonicalText([host, port, sni, name, alpn, via, policy.fingerprint]);
  assert(text !== undefined, "a scope is made of text and numbers");
  return text;
}
