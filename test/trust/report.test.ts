/** The report of a connection: what it takes from the verdict. Its sentences are held where connections are made. */
import { expect, test } from "vitest";
import { TrustReport, type Verdict } from "../../src/trust/index.ts";
import { daysLater, mintChain, noon } from "../pki/index.ts";
import { judgeChain, outcome } from "./scenario.ts";

const chain = mintChain();
const late = mintChain({ leaf: { notAfterAt: daysLater(-1) } });

function reportOf(verdict: Verdict | undefined): TrustReport {
  return new TrustReport({
    kind: verdict === undefined ? "plaintext" : verdict.trusted ? "verified" : "refused",
    host: "host.example.com",
    chain: [],
    verdict,
    openssl: undefined,
    decidedAt: noon,
    at: noon,
    basis: "handshake",
    pin: undefined,
    insecureReason: undefined,
    stapled: false,
    library: "OpenSSL",
    unseen: [],
    notes: [],
  });
}

test.each<[law: string, verdict: Verdict | undefined, path: readonly string[], anchor: string | undefined]>([
  [
    "a trusted chain has its path and its root",
    judgeChain(chain),
    ["host.example.com", "Test Intermediate"],
    "Test Root",
  ],
  ["a refused one has neither", judgeChain(late), [], undefined],
  ["nor has a connection without TLS", undefined, [], undefined],
])("%s", (_, verdict, path, anchor) => {
  const report = reportOf(verdict);
  expect(report.path.map(({ subject }) => subject.display)).toEqual(path);
  expect(report.toJSON().path.map(({ subject }) => subject)).toEqual(path.map((name) => `CN=${name}`));
  expect(report.anchor?.subject.display).toBe(anchor);
  expect(report.rejection?.code).toBe(verdict?.trusted === false ? outcome(verdict) : undefined);
});

test("it counts the signatures that were checked", () => {
  expect(reportOf(judgeChain(chain)).checked[0]).toBe("the signatures of 2 certificates up to the root");
  const direct = mintChain({ intermediate: null });
  expect(reportOf(judgeChain(direct)).checked[0]).toBe("the signature of the certificate, by the root");
});
