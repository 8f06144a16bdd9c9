/** Everything that a diagnosis is made from: the question, what was seen, and what the experiments gave. */
import type { Field } from "../http1/index.ts";
import type { ExperimentResult } from "./experiment.ts";
import type { AttemptSeen, LocalFacts } from "./observation.ts";

/** Everything there is to judge by. */
export interface Evidence {
  readonly question: Question;
  /** One for each connection of the main attempt: the first, and one more for each redirect that needed it. */
  readonly attempts: readonly AttemptSeen[];
  readonly results: readonly ExperimentResult[];
  /** Where a redirect led that was not followed, because that is inside a private network which the server is not in. */
  readonly notFollowed?: string | undefined;
  readonly local: LocalFacts;
  /** Whether experiments are allowed. */
  readonly mayExperiment: boolean;
}

/** What was asked. */
export interface Question {
  readonly url: string;
  readonly fields: readonly Field[];
  /** Whether the caller's own settings name roots, so that the default ones do not count. */
  readonly ownRoots: boolean;
  /** Whether a root in force is not of a public programme's list: of the caller's, or added by what the program was started with. */
  readonly privateRoots: boolean;
  /** Whether the caller gave a certificate of its own. */
  readonly hasClientCertificate?: boolean;
}
