/** The table of rules, in the order in which they are asked. */
import type { RuleName } from "../alert.ts";
import { addressUnreached } from "./address-unreached.ts";
import { addressesDiffer } from "./addresses-differ.ts";
import { answerChanged } from "./answer-changed.ts";
import { bundleBreaks } from "./bundle-breaks.ts";
import { issuerOutsideBundle } from "./issuer-outside-bundle.ts";
import { keysDiffer } from "./keys-differ.ts";
import { lateRenewal } from "./late-renewal.ts";
import { pathEnds } from "./path-ends.ts";
import { programmeDate } from "./programme-date.ts";
import { chainIncomplete, revoked } from "./refused-chain.ts";
import type { Rule } from "./rule.ts";
import { unreachable } from "./unreachable.ts";

/** Every rule by its name. */
export const rules: Readonly<Record<RuleName, Rule>> = {
  "path-ends": pathEnds,
  "late-renewal": lateRenewal,
  "bundle-breaks": bundleBreaks,
  "issuer-outside-bundle": issuerOutsideBundle,
  "addresses-differ": addressesDiffer,
  "address-unreached": addressUnreached,
  "keys-differ": keysDiffer,
  "chain-incomplete": chainIncomplete,
  revoked,
  "programme-date": programmeDate,
  unreachable,
  "answer-changed": answerChanged,
};
