/** What the engine says of a chain. */
import { trustPorts } from "../../src/admission/index.ts";
import {
  type AnchorSource,
  anchorFromCertificate,
  type ProfileName,
  type Verdict,
  verify,
  type VerifyRequest,
} from "../../src/trust/index.ts";
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
  return verify(
    {
      leaf: leaf.certificate,
      intermediates: [],
      anchors: [],
      names: [{ kind: "dns", value: "host.example.com" }],
      at: noon,
      ...request,
    },
    trustPorts,
  );
}

/** `trusted`, or the code of the headline. */
export function outcome(verdict: Verdict): string {
  return verdict.trusted ? "trusted" : verdict.primary.code;
}

export function anchorOf(minted: Minted, store = "file"): ReturnType<typeof anchorFromCertificate> {
  return anchorFromCertificate(minted.certificate, { store });
}
