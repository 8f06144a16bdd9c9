/** A chain is good only where everything that was said of it, in each handshake, is. */
import { expect, it } from "vitest";
import { compilePolicy } from "../../../admission/index.ts";
import { HttpsError } from "../../../core/index.ts";
import { wholeOffer, type Meeting } from "../../../survey/index.ts";
import { mintOcsp, pemOf } from "../../../../test/pki/index.ts";
import { dayMs, mintLeaf, mintRoot, now } from "../../../../test/pki/today.ts";
import { chainsOf, findUnreadable } from "./host-chains.ts";

const host = "a.example";
const root = mintRoot("Root");
const leaf = mintLeaf(host, root);
const policy = compilePolicy({ roots: pemOf(root) }, {});
const revoked = mintOcsp(leaf, root, { status: "revoked", thisUpdateAt: now - 1, nextUpdateAt: now + dayMs });

const good: Meeting = {
  address: "192.0.2.1",
  offered: wholeOffer,
  version: "TLSv1.2",
  suite: undefined,
  signature: undefined,
  keyType: "ECDSA",
  chain: [leaf.der],
  openssl: { accepted: true },
  staple: undefined,
  asked: undefined,
  asSent: true,
  error: undefined,
};
const closed = new HttpsError("handshake-closed", { host, bytesSent: 1, bytesReceived: 1 });
const brokenOff: Meeting = { ...good, openssl: undefined, error: closed };
const refusedByOpenssl = {
  ...good,
  openssl: { accepted: false, code: "X", reason: "its own" },
} satisfies Meeting;

it.each<readonly [law: string, meetings: readonly Meeting[], code: string | undefined]>([
  ["with both keys' word", [good], undefined],
  ["of which one handshake of several broke off", [brokenOff, good], undefined],
  ["that nobody has shown to be theirs", [brokenOff, brokenOff], "handshake-closed"],
  ["that OpenSSL refused once", [good, refusedByOpenssl], "keys-disagree"],
  ["of which one address says that it is revoked", [good, { ...good, staple: revoked }], "revoked"],
])("a chain %s", (_law, meetings, code) => {
  const [chain] = chainsOf({ site: host, host }, { meetings }, policy);
  expect([chain?.chain.length, chain?.refusal?.code]).toEqual([1, code]);
});

/** BER, and not DER: what says true is not 0xff (X.690 §11.1). OpenSSL reads it. */
const unreadable: Meeting = { ...good, chain: [spoilBoolean(leaf.der), root.der] };

function spoilBoolean(der: Uint8Array): Uint8Array {
  const bytes = Buffer.from(der);
  const at = bytes.indexOf(Uint8Array.of(1, 1, 0xff));
  expect(at).toBeGreaterThan(0);
  bytes[at + 2] = 1;
  return bytes;
}

it.each<readonly [law: string, meetings: readonly Meeting[], chains: number, code: string | undefined]>([
  ["is told, and its issuer does not stand in its place", [unreadable], 0, "malformed-certificate"],
  ["is told beside a chain of another address", [good, unreadable], 1, "malformed-certificate"],
  ["of a narrower offer is nobody's", [good, { ...unreadable, offered: { ...wholeOffer } }], 1, undefined],
  [
    "that nobody has shown to be theirs is not read",
    [{ ...brokenOff, chain: unreadable.chain }],
    0,
    "handshake-closed",
  ],
])("a leaf that cannot be read %s", (_law, meetings, chains, code) => {
  expect(chainsOf({ site: host, host }, { meetings }, policy)).toHaveLength(chains);
  expect(findUnreadable(host, { meetings }, policy)?.code).toBe(code);
});
