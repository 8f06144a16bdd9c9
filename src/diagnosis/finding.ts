/** A finding: one thing that is wrong, how sure that is, how it is known, and what each side can do. */
import {
  bare,
  renderRemedy,
  type Fault,
  type Remedy,
  type RemedyWords,
  type SettingNames,
  type Stage,
  type Words,
} from "../core/index.ts";
import { findingEntry, type FindingCode } from "./finding-codes.ts";
import type { Ended } from "./observation.ts";

/**
 * `certain`: observed, or decided by a rule over what was observed. `likely`: what was observed has this usual cause.
 * `possible`: nothing observed speaks against it.
 */
export type Certainty = "certain" | "likely" | "possible";

export interface Finding {
  readonly code: FindingCode;
  readonly certainty: Certainty;
  readonly stage: Stage;
  readonly fault: Fault;
  readonly title: string;
  readonly sentence: string;
  /** How we know, a sentence each. */
  readonly evidence: readonly string[];
  readonly remedy: Remedy;
}

/** A finding before it is known what the reader calls the settings. */
export interface DraftFinding extends Omit<Finding, "remedy"> {
  readonly remedy: RemedyWords;
}

export function renderFinding({ remedy, ...finding }: DraftFinding, names: SettingNames): Finding {
  return { ...finding, remedy: renderRemedy(remedy, names) };
}

export interface FindingParts {
  readonly certainty: Certainty;
  readonly sentence: string;
  readonly evidence: readonly string[];
  /** What is more exact than the entry's own words. */
  readonly client?: Words | undefined;
  /** `null`: there is nothing to do on the server's side. */
  readonly server?: string | null | undefined;
  /** Where it is not the one of the entry. */
  readonly fault?: Fault | undefined;
}

/** A finding with what its entry says filled in. */
export function makeFinding(code: FindingCode, parts: FindingParts): DraftFinding {
  const { stage, title, remedy, ...entry } = findingEntry(code);
  const usual = bare(remedy);
  const { certainty, sentence, evidence, client = usual.client, server = usual.server } = bare(parts);
  const { fault = entry.fault } = bare(parts);
  return {
    code,
    certainty,
    stage,
    fault,
    title,
    sentence,
    evidence,
    remedy: server === undefined || server === null ? { client } : { client, server },
  };
}

/** The finding that an attempt's end is by itself. */
export function findingOf(ended: Ended, parts: Partial<FindingParts> = {}): DraftFinding {
  return makeFinding(ended.code, {
    certainty: "certain",
    sentence: ended.sentence,
    evidence: [],
    fault: ended.fault,
    ...parts,
  });
}
