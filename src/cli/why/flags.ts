/** The flags of `meerkat why`: those of `get` that decide whom it asks, in what words, and whom it believes. */
import { profiles, type ProfileName } from "../../trust/index.ts";
import { choice, json, negated, repeated, seconds, text, toggle, type FlagsOf } from "../frame/flags.ts";

export const whyFlags = [
  repeated("--cacert <file>", "trust the CAs of this file and no others; may be repeated"),
  toggle("--ca-native", "trust this system's own store, too"),
  repeated("--resolve <host:port:address>", "connect to this address for that host and port"),
  seconds("--connect-timeout <seconds>", "the most that each of DNS, TCP and TLS may take"),
  seconds("-m, --max-time <seconds>", "the most that all of it may take; 8 when left out"),
  text("-x, --proxy <url>", 'go through this proxy; "" for none'),
  text("--noproxy <hosts>", "hosts for which the environment's proxy is not used; * for all"),
  repeated("-H, --header <line>", '"Name: value"; "Name:" leaves a default field out'),
  text("-A, --user-agent <name>", 'the User-Agent field; "" leaves it out'),
  text("-E, --cert <file>", "a certificate of your own, PEM"),
  text("--key <file>", "its key, PEM"),
  text("--pass <phrase>", "the key's passphrase"),
  text("--pinnedpubkey <hashes>", "the keys the server may have: sha256//BASE64;sha256//BASE64"),
  repeated("--allow <name>", "let a fault of the server's pass, by the name that its error gives"),
  choice(
    "--profile <name>",
    "the rules; each anchor's own when left out",
    Object.keys(profiles) as ProfileName[],
  ),
  negated("--no-experiments", "one attempt, and only what it shows"),
  text("--html <file>", "write the diagnosis as a page of its own, too"),
  json("one JSON object instead of text: docs/why.schema.json"),
];

/** What was typed. Times in milliseconds. */
export type WhyFlags = FlagsOf<typeof whyFlags>;
