/**
 * What the engine says of a chain. Whatever a test asks by OpenSSL's signatures is asked by WebCrypto's too when its file is
 * through: the verdicts are the same, to the last detail.
 */
import { webcrypto } from "node:crypto";
import { afterAll, expect } from "vitest";
import { trustPorts } from "../../src/admission/index.ts";
import {
  type AnchorSource,
  anchorFromCertificate,
  type ProfileName,
  type Verdict,
  verify,
  verifyAsync,
  type VerifyRequest,
} from "../../src/trust/index.ts";
import { webcryptoPorts } from "../../src/webcrypto/index.ts";
import { mintChain, noon, type Chain, type ChainShape, type Minted } from "../pki/index.ts";

/** The normal chain, and what a test changes of it. */
export interface Scenario extends ChainShape {
  readonly profile?: ProfileName;
  readonly ask?: Partial<VerifyRequest>;
  /** The anchor's source; default a file. */
  readonly source?: AnchorSource;
  readonly sendIntermediate?: boolean;
}

/** The verdict on a scenario. */
export function judge(scenario: Scenario = {}): Verdict {
  return judgeChain(mintChain(scenario), scenario);
}

export function judgeChain({ root, intermediate, leaf }: Chain, scenario: Scenario = {}): Verdict {
  const sent =
    intermediate === undefined || scenario.sendIntermediate === false ? [] : [intermediate.certificate];
  return ask(leaf, {
    intermediates: sent,
    anchors: [anchorFromCertificate(root.certificate, scenario.source ?? { store: "file" })],
    // The laws are those of rfc5280 unless a row names another profile.
    profile: scenario.profile ?? "rfc5280",
    ...scenario.ask,
  });
}

/** The engine's verdict on a leaf, with nothing but what is given. */
export function ask(leaf: Minted, request: Partial<VerifyRequest>): Verdict {
  const whole: VerifyRequest = {
    leaf: leaf.certificate,
    intermediates: [],
    anchors: [],
    names: [{ kind: "dns", value: "host.example.com" }],
    at: noon,
    ...request,
  };
  const verdict = verify(whole, trustPorts);
  asked.push([whole, verdict]);
  return verdict;
}

const asked: (readonly [VerifyRequest, Verdict])[] = [];

afterAll(async () => {
  const ports = webcryptoPorts(webcrypto.subtle as SubtleCrypto);
  for (const [request, verdict] of asked) {
    const later = await verifyAsync(request, ports);
    if (outcome(later) === "signature-unchecked" && outcome(verdict) !== "signature-unchecked")
      expect(isBeyondWebcrypto(request)).toBe(true);
    else expect(later).toEqual(verdict);
  }
});

/** Whether some certificate has a key, or was signed with an algorithm, that WebCrypto does not have. */
function isBeyondWebcrypto({ leaf, intermediates, anchors }: VerifyRequest): boolean {
  const roots = anchors.flatMap(({ certificate }) => certificate ?? []);
  return [leaf, ...intermediates, ...roots].some(
    ({ spki: { key }, signatureAlgorithm: { scheme } }) =>
      (key.kind === "ec" && !key.curve.startsWith("P-")) ||
      (key.kind === "rsa" && key.isPssOnly) ||
      ("hash" in scheme && ["md5", "sha224"].includes(scheme.hash)) ||
      (scheme.kind === "rsa-pss" && scheme.hash !== scheme.mgfHash),
  );
}

/** `trusted`, or the code of the headline. */
export function outcome(verdict: Verdict): string {
  return verdict.trusted ? "trusted" : verdict.primary.code;
}

export function anchorOf(minted: Minted, store = "file"): ReturnType<typeof anchorFromCertificate> {
  return anchorFromCertificate(minted.certificate, { store });
}
