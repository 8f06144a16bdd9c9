/** What was not looked at of a host is told by its address and the reason, and only where its other addresses told something. */
import { describe, expect, it } from "vitest";
import { HttpsError } from "../../../core/index.ts";
import type { Surveyed } from "../../../survey/index.ts";
import type { HostChain } from "./host-chains.ts";
import { notesOf, type SurveyNote } from "./survey-notes.ts";

const urls = ["https://api.example.com/"];
const chain = {
  chain: [],
  refusal: undefined,
  variant: { of: "api.example.com", addresses: [], version: undefined, keyType: undefined, own: true },
} satisfies HostChain;
const offered = { version: undefined, keyType: undefined };
const silence = { version: undefined, suite: undefined, signature: undefined, keyType: undefined } as const;
const unsaid = {
  openssl: undefined,
  staple: undefined,
  asked: undefined,
  asSent: true,
  error: undefined,
} as const;
const met = (address: string): Surveyed["meetings"][number] => ({
  ...silence,
  ...unsaid,
  address,
  offered,
  chain: [new Uint8Array(1)],
});
const nothing: Surveyed = {
  meetings: [met("192.0.2.1")],
  unreached: [],
  ordinary: [],
  unlearned: [],
  leftOut: [],
  skipped: 0,
};

function tell(changes: Partial<Surveyed>, chains: readonly HostChain[] = [chain]): readonly SurveyNote[] {
  const host = {
    site: "api.example.com",
    urls,
    surveyed: { ...nothing, ...changes },
    chains,
    turnedDownAt: chains.length === 0 ? [] : ["192.0.2.77"],
  };
  return notesOf(host, { sites: [], profile: undefined, given: undefined });
}

function lost(address: string, code: "unreachable" | "connection-refused", outcome: string) {
  const attempts = [{ address, port: 443, outcome, afterMs: 7 }];
  return { address, error: new HttpsError(code, { host: "api.example.com", port: 443, attempts }) };
}

const reset = new HttpsError("handshake-reset", {
  host: "api.example.com",
  bytesSent: 1,
  bytesReceived: 0,
});

describe("of a host that told something", () => {
  it.each<readonly [law: string, changes: Partial<Surveyed>, says: string, unseen: readonly string[]]>([
    [
      "the family that this machine has no way to is the machine's affair",
      {
        unreached: [
          lost("2001:db8::1", "unreachable", "ENETUNREACH"),
          lost("2001:db8::2", "unreachable", "ENETUNREACH"),
        ],
      },
      "api.example.com at 2001:db8::1, 2001:db8::2 could not be reached, because this machine has no way there over IPv6 (ENETUNREACH): a device that uses IPv6 may be shown other certificates.",
      ["2001:db8::1 unreachable", "2001:db8::2 unreachable"],
    ],
    [
      "one address without a way there, of a family that was reached, is not",
      { unreached: [lost("192.0.2.2", "unreachable", "EHOSTUNREACH")] },
      "api.example.com at 192.0.2.2 could not be reached (EHOSTUNREACH): what certificates it shows there is not known.",
      ["192.0.2.2 unreachable"],
    ],
    [
      "an address that answers no handshake",
      {
        meetings: [
          met("192.0.2.1"),
          {
            ...met("192.0.2.3"),
            chain: [],
            error: reset,
          },
        ],
      },
      "api.example.com at 192.0.2.3 showed no certificates (",
      ["192.0.2.3 handshake-reset"],
    ],
    [
      "an address that turned the hello down is told by itself, and another that was silent here",
      {
        meetings: [
          met("192.0.2.1"),
          { ...met("192.0.2.77"), chain: [], error: reset },
          { ...met("192.0.2.3"), chain: [], error: reset },
        ],
      },
      "api.example.com at 192.0.2.3 showed no certificates (",
      ["192.0.2.3 handshake-reset"],
    ],
    [
      "a part of the offer that was cut off, at two addresses",
      {
        unlearned: ["192.0.2.1", "192.0.2.3"].map((address) => ({
          ...met(address),
          offered: { version: "TLSv1.2", keyType: "ECDSA" } as const,
          chain: [],
          error: reset,
        })),
      },
      "What api.example.com shows to an offer of TLS 1.2 with ECDSA keys was not learned (",
      [],
    ],
    [
      "more addresses than are asked",
      { leftOut: [{ address: "192.0.2.9", why: "limit" }] },
      "api.example.com at 192.0.2.9 was not looked at, because no more addresses of one host are: what certificates it shows there is not known.",
      ["192.0.2.9 left-out"],
    ],
    [
      "an address for which there was no time",
      { leftOut: [{ address: "192.0.2.9", why: "time" }] },
      "api.example.com at 192.0.2.9 was not looked at, because the time for it was over: what certificates it shows there is not known.",
      ["192.0.2.9 left-out"],
    ],
    [
      "a part of the offer for which there was no time",
      { skipped: 2 },
      "api.example.com was not asked with every part of what the device offers, because the time for it was over: it may have further chains.",
      [],
    ],
  ])("%s", (_law, changes, says, unseen) => {
    const [note, ...others] = tell(changes);
    expect(others).toEqual([]);
    expect(note?.says.slice(0, says.length)).toBe(says);
    expect(note?.unseen.map(({ address, code }) => `${address} ${code}`)).toEqual(unseen);
    expect(note?.urls).toEqual(urls);
  });
});

it("of a host that told nothing the failure says it, and no note does", () => {
  expect(
    tell({ meetings: [], unreached: [lost("192.0.2.2", "connection-refused", "ECONNREFUSED")] }, []),
  ).toEqual([]);
});
