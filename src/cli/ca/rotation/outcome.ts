/** What came of `meerkat ca --update`. */
import type { Rotation } from "../../../device/index.ts";
import type { Lock } from "../lock.ts";
import type { CaOutcome } from "../../devices/files/ca-choice.ts";
import type { WrittenFile } from "../../devices/files/output-files.ts";

export interface RotationOutcome {
  readonly lockFile: string;
  /** Of the firmware in the field. */
  readonly lock: Lock;
  readonly outcome: CaOutcome;
  readonly rotation: Rotation;
  /** What stands on the disk, manifests and signatures included; empty where nothing was written. */
  readonly written: readonly WrittenFile[];
  /** Files and folders there that look like this run's and are an earlier one's. */
  readonly leftovers: readonly string[];
  readonly isSigned: boolean;
  /** The lock of the new bundle. */
  readonly newLock: string | undefined;
  readonly exitCode: number;
}
