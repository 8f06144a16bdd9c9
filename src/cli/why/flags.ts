/** The flags of `meerkat why`: those of `get` that decide whom it asks, in what words, and whom it believes. */
import { profiles, type ProfileName } from "../../trust/index.ts";
import {
  choice,
  fileName,
  json,
  negated,
  parsed,
  repeated,
  seconds,
  text,
  toggle,
  type FlagsOf,
} from "../frame/flags.ts";
import { allowFlag, cacertFlag, pinsFlag, resolveFlag } from "../frame/shared-flags.ts";

export const whyFlags = [
  cacertFlag,
  toggle("--ca-native", "trust this system's own store, too"),
  resolveFlag,
  seconds("--connect-timeout <seconds>", "the most that each of DNS, TCP and TLS may take"),
  seconds("-m, --max-time <seconds>", "the most that all of it may take; 8 when left out"),
  text("-x, --proxy <url>", 'go through this proxy; "" for none'),
  text("--noproxy <hosts>", "hosts for which the environment's proxy is not used; * for all"),
  repeated("-H, --header <line>", '"Name: value"; "Name:" leaves a default field out'),
  text("-A, --user-agent <name>", 'the User-Agent field; "" leaves it out'),
  parsed("-E, --cert <file>", "a certificate of your own, PEM", fileName),
  parsed("--key <file>", "its key, PEM", fileName),
  text("--pass <phrase>", "the key's passphrase"),
  pinsFlag,
  allowFlag,
  choice(
    "--profile <name>",
    "the rules; each anchor's own when left out",
    Object.keys(profiles) as ProfileName[],
  ),
  negated("--no-experiments", "one attempt, and only what it shows"),
  parsed("--html <file>", "write the diagnosis as a page of its own, too", fileName),
  json("one JSON object instead of text: docs/why.schema.json"),
];

/** What was typed. Times in milliseconds. */
export type WhyFlags = FlagsOf<typeof whyFlags>;
