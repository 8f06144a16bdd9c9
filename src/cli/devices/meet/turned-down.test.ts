/** A device is said to be turned down at an address where that was seen, and at no other. */
import { expect, it } from "vitest";
import { HttpsError } from "../../../core/index.ts";
import { wholeOffer, type Meeting, type Surveyed } from "../../../survey/index.ts";
import { turnedDown } from "./turned-down.ts";

const error = new HttpsError("tls-alert", { host: "a.example", alert: "handshake_failure", number: 40 });
const refused = (address: string): Meeting => ({
  address,
  offered: wholeOffer,
  version: undefined,
  suite: undefined,
  signature: undefined,
  keyType: undefined,
  chain: [],
  asSent: true,
  openssl: undefined,
  staple: undefined,
  asked: undefined,
  error,
});
const shown = (address: string, version: "TLSv1.2" | "TLSv1.3"): Meeting => ({
  ...refused(address),
  version,
  chain: [new Uint8Array(1)],
  error: undefined,
});
const surveyed: Surveyed = {
  meetings: ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(refused),
  unreached: [],
  ordinary: [shown("192.0.2.1", "TLSv1.3"), refused("192.0.2.2"), shown("192.0.2.3", "TLSv1.2")],
  unlearned: [],
  leftOut: [],
  skipped: 0,
};

it("only where an ordinary client was given a chain at the same address, and with what was given there", () => {
  const downs = turnedDown(surveyed, undefined);
  expect(downs.map(({ address }) => address)).toEqual(["192.0.2.1", "192.0.2.3"]);
  expect(downs.map(({ because }) => /was given (TLS 1\.\d)/.exec(because)?.[1])).toEqual([
    "TLS 1.3",
    "TLS 1.2",
  ]);
});
