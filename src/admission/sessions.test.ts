/** A kept TLS session is not a free pass: what it is kept under, and what is asked again before it is offered. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { daysLater, mintChain, mintOcsp, mintRoot, noon } from "../../test/pki/index.ts";
import { spkiPin } from "../x509/index.ts";
import { sha256 } from "./crypto-ports.ts";
import { admissionLimits } from "./limits.ts";
import { compilePolicy, type TrustPolicy } from "./policy.ts";
import type { TrustOptions } from "./trust-options.ts";
import { SessionStore, type SessionScope, type StoredSession } from "./sessions.ts";
import type { Evidence } from "./two-keys.ts";

const host = "host.example.com";
const { root, intermediate = mintRoot(), leaf } = mintChain({ leaf: { notAfterAt: daysLater(10) } });
const evidence: Evidence = {
  host,
  name: host,
  sent: [leaf.der, intermediate.der],
  staple: undefined,
  openssl: { accepted: true },
  resumed: true,
};
const scope: SessionScope = { host, port: 443, sni: host, name: host, alpn: ["http/1.1"], via: undefined };

function policyOf(options: TrustOptions = {}): TrustPolicy {
  return compilePolicy({ roots: root.der, ...options }, {});
}

function sessionOf(name: string, changes: Partial<Evidence> = {}): StoredSession {
  return { ticket: Buffer.from(name), evidence: { ...evidence, ...changes }, provenAt: Date.now() };
}

/** A store with one session in it. */
function storeOf(policy: TrustPolicy, changes: Partial<Evidence> = {}): SessionStore {
  const store = new SessionStore();
  store.keep(scope, policy, sessionOf("ticket", changes));
  return store;
}

/** Offers everything that is kept unused. */
function useUp(store: SessionStore, policy: TrustPolicy): void {
  for (let i = 0; i < admissionLimits.tickets.value; i++) store.take(scope, policy);
}

/** What a store can offer: a session that is new, one of several, and one that was offered before. */
const states: readonly (readonly [
  string,
  (policy: TrustPolicy, changes?: Partial<Evidence>) => SessionStore,
])[] = [
  ["a session", storeOf],
  [
    "each of several sessions",
    (policy, changes) => {
      const store = storeOf(policy, changes);
      store.keep(scope, policy, sessionOf("another", changes));
      return store;
    },
  ],
  [
    "a session that was offered before",
    (policy, changes) => {
      const store = new SessionStore();
      const kept = { ...sessionOf("ticket"), evidence: { ...evidence } };
      store.keep(scope, policy, kept);
      useUp(store, policy);
      Object.assign(kept.evidence, changes);
      return store;
    },
  ],
];

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: noon }));
afterEach(() => void vi.useRealTimers());

const names = (store: SessionStore, policy: TrustPolicy, count: number): readonly (string | undefined)[] =>
  Array.from({ length: count }, () => store.take(scope, policy)?.ticket.toString());

describe.each(states)("%s", (_, storeOf) => {
  test("is offered to the same connection under the same policy, with the evidence of its handshake", () => {
    const policy = policyOf();
    expect(storeOf(policy).take(scope, policy)?.evidence).toEqual(evidence);
    expect(storeOf(policy).take({ ...scope }, policyOf())).toBeDefined();
  });

  test.each<[string, Partial<SessionScope>]>([
    ["host", { host: "other.example.com" }],
    ["port", { port: 8443 }],
    ["server name", { sni: "other.example.com" }],
    ["server name, where none is sent", { sni: null }],
    ["name to check", { name: "other.example.com" }],
    ["protocol", { alpn: ["h2"] }],
    ["protocol, where one more is offered", { alpn: ["http/1.1", "h2"] }],
    ["way", { via: "http://proxy.example:3128" }],
  ])("is not offered to another %s", (_, changes) => {
    const policy = policyOf();
    const store = storeOf(policy);
    expect(store.take({ ...scope, ...changes }, policy)).toBeUndefined();
    expect(store.take(scope, policy)).toBeDefined();
  });

  test("is not offered under another policy", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    const stranger = mintRoot({ name: "Stranger" });
    expect(store.take(scope, policyOf({ addRoots: stranger.der }))).toBeUndefined();
    expect(store.take(scope, policyOf({ insecure: { reason: "a test" } }))).toBeUndefined();
    expect(store.take(scope, policy)).toBeDefined();
  });

  test.each<[law: string, changes: Partial<Evidence>]>([
    ["whose chain does not lead to a root any more", { sent: [leaf.der] }],
    ["whose certificate is for another name", { name: "other.example.com" }],
    ["that OpenSSL did not accept", { openssl: { accepted: false, code: "CERT_REJECTED", reason: "no" } }],
    ["of a handshake without a certificate", { sent: [] }],
    ["whose staple says revoked", { staple: mintOcsp(leaf, intermediate, { status: "revoked" }) }],
  ])("%s is not offered, and is gone", (_, changes) => {
    const policy = policyOf();
    const store = storeOf(policy, changes);
    expect(names(store, policy, 3)).toEqual([undefined, undefined, undefined]);
  });

  test("is offered until its certificate ends, and not a second longer", () => {
    const policy = policyOf();
    vi.setSystemTime(daysLater(10));
    expect(storeOf(policy).take(scope, policy)).toBeDefined();
    const store = storeOf(policy);
    vi.setSystemTime(daysLater(10) + 1_000);
    expect(store.take(scope, policy)).toBeUndefined();
  });

  test("is offered only where the pins still suit, though they stand in the same policy", () => {
    const pin = spkiPin(leaf.certificate, sha256);
    const policy = policyOf({ pins: { [host]: [pin], "other.example.com": [pin] } });
    expect(storeOf(policy).take(scope, policy)).toBeDefined();
    const wrong = spkiPin(mintRoot().certificate, sha256);
    const pinned = policyOf({ pins: { [host]: [wrong] } });
    expect(storeOf(pinned).take(scope, pinned)).toBeUndefined();
  });

  test("at another moment of validation is judged by that moment", () => {
    const policy = policyOf();
    const later = policyOf({ at: daysLater(11) });
    // The moment is not a part of the key: it is asked about instead.
    expect(storeOf(policy).take(scope, later)).toBeUndefined();
    expect(storeOf(policy).take(scope, policyOf({ at: daysLater(9) }))).toBeDefined();
  });

  test("is offered for a day after the whole handshake, and not a millisecond longer", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    vi.setSystemTime(noon + admissionLimits.sessionMs.value);
    expect(store.take(scope, policy)).toBeDefined();
    vi.setSystemTime(noon + admissionLimits.sessionMs.value + 1);
    expect(names(store, policy, 3)).toEqual([undefined, undefined, undefined]);
  });

  test("is not offered by a clock that was put back to before its handshake", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    vi.setSystemTime(noon - 1);
    expect(store.take(scope, policy)).toBeUndefined();
  });

  test("is forgotten when the store is cleared", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    store.clear();
    expect(store.take(scope, policy)).toBeUndefined();
  });
});

describe("several sessions", () => {
  test("are each offered once, the newest first; then the last that came, as often as it is asked for", () => {
    const policy = policyOf();
    const store = new SessionStore();
    for (const name of ["first", "second", "third"]) store.keep(scope, policy, sessionOf(name));
    expect(names(store, policy, 6)).toEqual(["third", "second", "first", "third", "third", "third"]);
  });

  test("that were used up give way to the next that comes", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    useUp(store, policy);
    store.keep(scope, policy, sessionOf("next"));
    expect(names(store, policy, 3)).toEqual(["next", "next", "next"]);
  });

  test("are kept up to a limit, and the oldest goes first", () => {
    const policy = policyOf();
    const store = new SessionStore();
    const { value: most } = admissionLimits.tickets;
    for (let i = 0; i <= most; i++) store.keep(scope, policy, sessionOf(String(i)));
    const kept = Array.from({ length: most }, (_, at) => String(most - at));
    expect(names(store, policy, most + 2)).toEqual([...kept, String(most), String(most)]);
  });

  test("of which one would not be admitted leave the others", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    store.keep(scope, policy, sessionOf("wrong", { name: "other.example.com" }));
    expect(names(store, policy, 2)).toEqual(["ticket", undefined]);
  });

  test("of which one was not taken up leave the others, and it is offered to nobody else", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    const refused = sessionOf("refused");
    store.keep(scope, policy, refused);
    expect(store.take(scope, policy)).toBe(refused);
    store.drop(scope, policy, refused);
    expect(names(store, policy, 2)).toEqual(["ticket", undefined]);
  });

  test("are not touched by the end of one that others came after", () => {
    const policy = policyOf();
    const store = new SessionStore();
    const early = sessionOf("early");
    store.keep(scope, policy, early);
    store.keep(scope, policy, sessionOf("late"));
    store.drop(scope, policy, early);
    useUp(store, policy);
    expect(names(store, policy, 1)).toEqual(["late"]);
  });

  test("are forgotten when so many others are kept", () => {
    const policy = policyOf();
    const full = storeOf(policy);
    for (let port = 1; port <= admissionLimits.sessions.value; port++)
      full.keep({ ...scope, port: port + 1_000 }, policy, sessionOf("other"));
    expect(full.take(scope, policy)).toBeUndefined();
    expect(full.take({ ...scope, port: 1_001 }, policy)).toBeDefined();
  });
});
