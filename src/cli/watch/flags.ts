/** The flags of `meerkat watch`: each stands for a field of the configuration, and counts before the file's. */
import { choice, fileName, parsed, repeated, text, toggle, type Flag, type FlagsOf } from "../frame/flags.ts";
import { addCacertFlag, cacertFlag, proxyFlag, resolveFlag, rootsFlag } from "../frame/shared-flags.ts";
import { parseSpan } from "../../watch/index.ts";

export const configFlag = (description: string): Flag<{ readonly config?: string }> =>
  parsed("-c, --config <file>", description, fileName);

export const logFlag: Flag<{ readonly log?: "text" | "json" }> = choice(
  "--log <form>",
  "on stderr; text on a terminal, else json",
  ["text", "json"] as const,
);

export const watchFlags = [
  configFlag("a configuration, YAML or JSON; what is typed beside it counts first"),
  repeated("-l, --list <file>", "endpoints, a URL or host:port a line; may be repeated", fileName),
  repeated("--bundle <file@device>", "CA certificates that devices in the field hold; may be repeated"),
  parsed(
    "--store <file>",
    "the history: an SQLite file, or postgres://USER@HOST/DATABASE (default: meerkat-watch.db)",
    fileName,
  ),
  parsed("--every <span>", "how often each endpoint is visited (default: 1h)", {
    read: (given) => (parseSpan(given) === undefined ? undefined : given),
    takes: "It takes a number and one of s, m, h, d: 90s, 15m, 1h.",
  }),
  text("--listen <address:port>", "where the page is (default: 127.0.0.1:8080)"),
  parsed("--token-file <file>", "whoever has this token may look from other machines", fileName),
  text("--behind-proxy <field>", "a proxy in front says in this field who asks"),
  text("--public-url <url>", "what the page is called in alerts"),
  text("--place <name>", "where the visits are made from (default: here)"),
  text("--contact <address>", "who asks, for those who are visited"),
  parsed("-m, --max-time <span>", "the most one visit may take (default: 20s)", {
    read: (given) => (parseSpan(/^\d+$/.test(given) ? `${given}s` : given) === undefined ? undefined : given),
    takes: "It takes seconds, or a number and a unit: 20, 20s, 1m.",
  }),
  cacertFlag,
  addCacertFlag,
  rootsFlag,
  resolveFlag,
  proxyFlag,
  toggle("--once", "visit what is due, tell of it, and end: for cron"),
  toggle("--check", "read and check everything, and end"),
  toggle("--print-schema", "print the configuration's JSON Schema, and end"),
  logFlag,
] as const;

export type WatchFlags = FlagsOf<typeof watchFlags>;
