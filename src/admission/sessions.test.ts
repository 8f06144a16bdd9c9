/** A kept TLS session is not a free pass: what it is kept under, and what is asked again before it is offered. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { daysLater, mintChain, mintOcsp, mintRoot, noon } from "../../test/pki/index.ts";
import { spkiPin } from "../x509/index.ts";
import { sha256 } from "./crypto-ports.ts";
import { admissionLimits } from "./limits.ts";
import { compilePolicy, type TrustPolicy } from "./policy.ts";
import type { TrustOptions } from "./trust-options.ts";
import { SessionStore, type SessionScope } from "./sessions.ts";
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
const ticket = Buffer.from("ticket");

function policyOf(options: TrustOptions = {}): TrustPolicy {
  return compilePolicy({ roots: root.der, ...options }, {});
}

/** A store with one session in it. */
function storeOf(policy: TrustPolicy, changes: Partial<Evidence> = {}): SessionStore {
  const store = new SessionStore();
  store.keep(scope, policy, { ticket, evidence: { ...evidence, ...changes } });
  return store;
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: noon }));
afterEach(() => void vi.useRealTimers());

describe("a session", () => {
  test("is offered to the same connection under the same policy, with the evidence of its handshake", () => {
    const policy = policyOf();
    expect(storeOf(policy).take(scope, policy)).toEqual({ ticket, evidence });
    expect(storeOf(policy).take({ ...scope }, policyOf())?.ticket).toBe(ticket);
  });

  test("is offered once", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    expect(store.take(scope, policy)).toBeDefined();
    expect(store.take(scope, policy)).toBeUndefined();
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
    expect(store.take(scope, policy)).toBeUndefined();
    expect(store.take(scope, policy)).toBeUndefined();
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

  test("gives way to the next of the same connection", () => {
    const policy = policyOf();
    const store = storeOf(policy);
    const next = Buffer.from("next");
    store.keep(scope, policy, { ticket: next, evidence });
    expect(store.take(scope, policy)?.ticket).toBe(next);
    expect(store.take(scope, policy)).toBeUndefined();
  });

  test("is forgotten when the store is cleared, and when so many others are kept", () => {
    const policy = policyOf();
    const cleared = storeOf(policy);
    cleared.clear();
    expect(cleared.take(scope, policy)).toBeUndefined();
    const full = storeOf(policy);
    for (let port = 1; port <= admissionLimits.sessions.value; port++)
      full.keep({ ...scope, port: port + 1_000 }, policy, { ticket, evidence });
    expect(full.take(scope, policy)).toBeUndefined();
    expect(full.take({ ...scope, port: 1_001 }, policy)).toBeDefined();
  });
});
