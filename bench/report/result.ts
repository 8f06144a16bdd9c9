/** What a run found. */
import type { Machine, Versions } from "../machine.ts";
import type { Row } from "../sample.ts";

export interface Result {
  readonly machine: Machine;
  readonly versions: Versions;
  readonly rows: readonly Row[];
}
