/** Looks up what the experiments gave. */
import {
  nameExperiment,
  type Experiment,
  type ExperimentResult,
  type HandshakeChange,
  type HandshakeGave,
  type JudgeChange,
  type JudgeGave,
} from "./experiment.ts";
import type { Evidence } from "./evidence.ts";

/** The results of one kind that were carried out. */
export function resultsOf<K extends ExperimentResult["kind"]>(
  { results }: Pick<Evidence, "results">,
  kind: K,
): readonly Extract<ExperimentResult, { readonly kind: K }>[] {
  const isOfKind = (result: ExperimentResult): result is Extract<ExperimentResult, { readonly kind: K }> =>
    result.kind === kind;
  return results.filter(isOfKind);
}

/** What the handshake with this change gave. */
export function handshakeWith(
  evidence: Pick<Evidence, "results">,
  change: HandshakeChange,
): HandshakeGave | undefined {
  return resultsOf(evidence, "handshake").find(({ experiment }) => experiment.change === change)?.gave;
}

/** What the engine said with this change. */
export function judgementWith(
  evidence: Pick<Evidence, "results">,
  matches: (change: JudgeChange) => boolean,
): JudgeGave | undefined {
  return resultsOf(evidence, "judge").find(({ experiment }) => matches(experiment.change))?.gave;
}

/** Whether an experiment was asked for before, carried out or not. */
export function isDone({ results }: Pick<Evidence, "results">, experiment: Experiment): boolean {
  const key = JSON.stringify(experiment);
  return results.some((result) => JSON.stringify(result.experiment) === key);
}

/** What one handshake experiment showed, as a sentence. */
export function describeHandshake(change: HandshakeChange, gave: HandshakeGave): string {
  const name = sentenceCase(nameExperiment({ kind: "handshake", change }));
  const chosen = [gave.version, gave.cipher, gave.group, gave.alpn && `ALPN ${gave.alpn}`]
    .filter((part) => part !== undefined && part !== "")
    .join(", ");
  const [shown] = gave.leaf?.names ?? [];
  const bare = change === "no-server-name" && shown !== undefined ? `, with a certificate for ${shown}` : "";
  if (gave.completed) return `${name}: it completed (${chosen})${bare}.`;
  const answered = chosen === "" ? "" : ` The server had chosen ${chosen}.`;
  return `${name}: ${gave.ended?.sentence ?? "it failed."}${answered}`;
}

export function sentenceCase(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
