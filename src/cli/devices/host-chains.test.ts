/** A chain is good only where everything that was said of it, in each handshake, is. */
import { expect, it } from "vitest";
import { compilePolicy } from "../../admission/index.ts";
import { HttpsError } from "../../core/index.ts";
import { wholeOffer, type Meeting } from "../../survey/index.ts";
import { mintOcsp, pemOf } from "../../../test/pki/index.ts";
import { dayMs, mintLeaf, mintRoot, now } from "../../../test/pki/today.ts";
import { chainsOf } from "./host-chains.ts";

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
  authorities: undefined,
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
  const [chain] = chainsOf({ authority: host, host }, { meetings }, policy);
  expect([chain?.chain.length, chain?.refusal?.code]).toEqual([1, code]);
});
