/** A server that holds two certificates, of which one is trusted and the other is not: which counts depends on the client. */
import type { KeyType } from "../../core/index.ts";
import type { Experiment } from "../experiment.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen } from "../observation.ts";
import { resultsOf } from "../results.ts";
import { keyTypeOf } from "../../x509/index.ts";

/** The handshake of a client that takes keys of the other kind alone; none where it is not known which that is. */
export function otherKeyExperiment(attempt: AttemptSeen): readonly Experiment[] {
  const shown = shownBy(attempt);
  if (attempt.scheme !== "https" || shown === undefined) return [];
  return [{ kind: "other-key", keyType: shown === "RSA" ? "ECDSA" : "RSA" }];
}

export function otherKeyFindings(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const { trust, host } = attempt;
  const verdict = trust?.verdict;
  return resultsOf(evidence, "other-key").flatMap(({ experiment, gave }): DraftFinding[] => {
    const { keyType } = experiment;
    const shown = shownBy(attempt);
    if (shown === undefined || verdict === undefined) return [];
    // Without a chain there is no such certificate, and a server may show what it has, whatever is offered.
    if (gave?.trusted === undefined || gave.keyType !== keyType || gave.trusted === verdict.trusted)
      return [];
    const code = verdict.trusted ? (gave.ended?.code ?? "not trusted") : verdict.primary.code;
    const [good, bad] = verdict.trusted ? [shown, keyType] : [keyType, shown];
    return [
      makeFinding("certificates-differ", {
        certainty: "certain",
        sentence: `${host} holds two certificates, and they differ: the one with an ${good} key is trusted, and the one with an ${bad} key is not (${code}).`,
        evidence: [
          `The first connection was shown the certificate with an ${shown} key: ${verdict.trusted ? "trusted" : `refused as ${code}`}.`,
          `A client that takes ${keyType} keys alone was shown the other: ${gave.trusted ? "trusted" : `refused as ${code}`}.`,
        ],
      }),
    ];
  });
}

function shownBy({ trust }: AttemptSeen): KeyType | undefined {
  const leaf = trust?.chain[0]?.certificate;
  return leaf && keyTypeOf(leaf.spki);
}
