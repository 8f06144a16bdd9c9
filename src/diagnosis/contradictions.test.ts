/** A law over all combinations of the two keys' words and of where an attempt ended: no sentence contradicts the headline. */
import { describe, expect, test } from "vitest";
import { mintChain, noon } from "../../test/pki/index.ts";
import { judgeChain } from "../../test/trust/scenario.ts";
import { endedBy, local } from "../../test/why/made-up.ts";
import { HttpsError } from "../core/index.ts";
import type { OpensslWord, Verdict } from "../trust/index.ts";
import { diagnose, type Diagnosis } from "./diagnose.ts";
import type { ExperimentResult } from "./experiment.ts";
import type { AttemptSeen } from "./observation.ts";

const chain = mintChain();
const verdicts = {
  trusted: judgeChain(chain, { profile: "private" }),
  refused: judgeChain(chain, { profile: "private", ask: { anchors: [] } }),
  none: undefined,
} as const;
const words = {
  accepts: { accepted: true },
  refuses: { accepted: false, code: "CERT_REJECTED", reason: "certificate rejected" },
} as const;

const facts = { subject: "host.example.com", issuer: "Test Intermediate", fingerprint: "00" } as const;
const obstacle = { kind: "taken-for-self-signed", subject: "host.example.com", isLeaf: true } as const;
const disagree = { opensslCode: "CERT_REJECTED", reason: "certificate rejected", anchor: "Test Root" };
const ends = {
  "keys-disagree": new HttpsError("keys-disagree", { ...facts, ...disagree }),
  "keys-disagree with an obstacle": new HttpsError("keys-disagree", { ...facts, ...disagree, obstacle }),
  "missing-intermediate": new HttpsError("missing-intermediate", { ...facts, role: "leaf", urls: [] }),
  expired: new HttpsError("expired", { ...facts, role: "leaf", notAfterAt: noon - 1, at: noon }),
  "expired root": new HttpsError("expired", { ...facts, role: "root", notAfterAt: noon - 1, at: noon }),
  "pin-mismatch": new HttpsError("pin-mismatch", { ...facts, host: "a", expected: ["b"], seen: ["c"] }),
  "handshake-closed": new HttpsError("handshake-closed", { host: "a", bytesSent: 1, bytesReceived: 2 }),
  nothing: undefined,
} as const;

function diagnosisOf(
  verdict: Verdict | undefined,
  openssl: OpensslWord,
  error: HttpsError | undefined,
  results: readonly ExperimentResult[] = [],
): Diagnosis {
  const differ = verdict !== undefined && verdict.trusted !== openssl.accepted;
  const sent = [chain.leaf, chain.intermediate ?? chain.root];
  const attempt: AttemptSeen = {
    url: "https://host.example.com/",
    scheme: "https",
    host: "host.example.com",
    port: 443,
    sni: "host.example.com",
    reach: undefined,
    tls: undefined,
    trust: {
      name: "host.example.com",
      at: noon,
      chain: sent.map(({ certificate }) => ({ certificate, fingerprint: "00" })),
      verdict,
      openssl,
      disagreement: differ ? "The two differ." : undefined,
      stapled: false,
      asSent: true,
      library: "OpenSSL",
      unseen: [],
      notes: [],
    },
    exchange: undefined,
    ended: error && endedBy(error),
    timings: {},
  };
  return diagnose({
    question: {
      url: attempt.url,
      fields: [],
      ownRoots: true,
      privateRoots: true,
      hasClientCertificate: false,
    },
    attempts: [attempt],
    results,
    local: { ...local, at: noon },
    mayExperiment: false,
  });
}

describe.each(Object.entries(verdicts))("the engine's verdict: %s", (_, verdict) => {
  describe.each(Object.entries(words))("OpenSSL %s", (__, openssl) => {
    test.each(Object.entries(ends))("ended by %s: no sentence contradicts another", (___, error) => {
      const diagnosis = diagnosisOf(verdict, openssl, error);
      const said = [
        ...diagnosis.findings.flatMap(({ evidence }) => evidence),
        ...diagnosis.notes,
        ...diagnosis.ruledOut,
      ].join("\n");
      const admitted = verdict?.trusted === true && openssl.accepted && error?.stage !== "trust";
      if (!admitted) expect(said).not.toMatch(/Not the certificate|verified by Test Root/);
      if (!admitted) expect(said).not.toContain("this client puts them in order");
      if (verdict?.trusted === true) expect(said).not.toMatch(/refused it too|is refused too/);
      if (openssl.accepted) expect(said).not.toMatch(/OpenSSL refused/);
      if (diagnosis.headline.code === "healthy") expect(diagnosis.findings).toEqual([]);
    });
  });
});

test("a server that the engine trusts and OpenSSL refuses is not said to be trusted", () => {
  const ended = endedBy(ends["keys-disagree"]);
  const met = { leaf: "00", trusted: true, ended } as const;
  const { experiments } = diagnosisOf(verdicts.trusted, words.refuses, ends["keys-disagree"], [
    {
      kind: "reach",
      experiment: { kind: "reach", address: "127.0.0.1" },
      gave: { connected: true, outcome: "connected", met },
      ms: 1,
      undone: undefined,
    },
  ]);
  expect(experiments.map(({ outcome }) => outcome)).toEqual(["connected, and refused: keys-disagree"]);
});

test("what was verified, and failed later, is not the certificate's fault", () => {
  const { ruledOut } = diagnosisOf(
    verdicts.trusted,
    words.accepts,
    new HttpsError("head-timeout", { limitMs: 1 } as never),
  );
  expect(ruledOut.join(" ")).toContain("Not the certificate: TLS had completed, verified by Test Root");
});
