/** Why a handshake failed: what is added to the finding that its end is by itself. */
import type { Fault, Words } from "../core/index.ts";
import type { Certainty } from "./finding.ts";

export interface Cause {
  readonly certainty: Certainty;
  readonly sentence: string;
  readonly client?: Words;
  readonly server?: string;
  /** Where it is not the one of the code. */
  readonly fault?: Fault;
}
