/** The flags of `meerkat why`: those of `get` that decide whom it asks, in what words, and whom it believes. */
import { fileName, json, negated, parsed, seconds, type FlagsOf } from "../frame/flags.ts";
import { forceFlag } from "../frame/overwriting.ts";
import {
  addCacertFlag,
  allowFlag,
  caNativeFlag,
  cacertFlag,
  certFlag,
  headerFlag,
  httpVersionFlags,
  keyFlag,
  noproxyFlag,
  passFlag,
  pinsFlag,
  profileFlag,
  proxyOrPacFlag,
  resolveFlag,
  rootsFlag,
  userAgentFlag,
} from "../frame/shared-flags.ts";

export const whyFlags = [
  cacertFlag,
  addCacertFlag,
  rootsFlag,
  caNativeFlag,
  resolveFlag,
  seconds("--connect-timeout <seconds>", "the most that each of DNS, TCP and TLS may take"),
  seconds("-m, --max-time <seconds>", "the most that all of it may take; 8 when left out"),
  proxyOrPacFlag,
  noproxyFlag,
  headerFlag,
  userAgentFlag,
  ...httpVersionFlags,
  certFlag,
  keyFlag,
  passFlag,
  pinsFlag,
  allowFlag,
  profileFlag,
  negated("--no-experiments", "one attempt, and only what it shows"),
  parsed("--html <file>", "write the diagnosis as a page of its own, too", fileName),
  forceFlag,
  json("one JSON object instead of text: docs/why.schema.json"),
];

/** What was typed. Times in milliseconds. */
export type WhyFlags = FlagsOf<typeof whyFlags>;
