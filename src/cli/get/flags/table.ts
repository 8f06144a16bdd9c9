/** The flags of `meerkat get` and `meerkat curl`: curl's names for what curl does, a file a family. */
import type { FlagsOf } from "../../frame/flags.ts";
import { connectionFlags } from "./connection-flags.ts";
import { answerFlags } from "./answer-flags.ts";
import { outputFlags } from "./output-flags.ts";
import { requestFlags } from "./request-flags.ts";
import { trustFlags } from "./trust-flags.ts";

/** All of them, in the order of the help. */
export const getFlags = [
  ...requestFlags,
  ...answerFlags,
  ...outputFlags,
  ...trustFlags,
  ...connectionFlags,
] as const;

/** What was typed. Times in milliseconds. */
export type GetFlags = FlagsOf<typeof getFlags> & {
  /** No flag: the command's name was `curl`, whose variables count. */
  readonly asCurl?: boolean;
};
