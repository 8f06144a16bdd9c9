/**
 * What the settings of the catalogue are called on a command line: the flag, and how its value is written. A command has
 * the names of the flags that it declares, so that no hint names a flag that the command would refuse.
 */
import type { Command } from "commander";
import type { SettingId, SettingNames } from "../../core/index.ts";

/** Where several are listed, different commands call it differently. */
export const shellForms: Readonly<Record<SettingId, readonly string[]>> = {
  root: ["--cacert FILE", "--anchors FILE"],
  systemStore: ["--ca-native", "--roots system", "--anchors system"],
  keyAlone: ["--pinnedpubkey sha256//… --insecure-because REASON"],
  profile: ["--profile"],
  pathDepth: [],
  crls: [],
  revocation: [],
  credentials: ["-u user:password"],
  certificate: ["--cert FILE"],
  key: ["--key FILE"],
  passphrase: ["--pass file:PATH"],
  dnsMs: ["--connect-timeout"],
  connectMs: ["--connect-timeout"],
  tlsMs: ["--connect-timeout"],
  proxyMs: ["--connect-timeout"],
  sendMs: [],
  headMs: [],
  bodyIdleMs: [],
  poolMs: [],
  cookiesMs: [],
  totalMs: ["--max-time"],
  whyMs: ["--max-time"],
  headBytes: [],
  lineBytes: [],
  fieldCount: [],
  trailerBytes: [],
  bodyBytes: [],
  chunkExtensionBytes: [],
  heldBytes: [],
  decodedBytes: [],
  decodedRatio: [],
  tolerance: ["--allow NAME"],
  undecoded: [],
  redirects: [],
  downgrade: [],
  http1: ["--http1.1"],
  eitherHttp: ["--http2"],
  http2InPlain: ["--http2-prior-knowledge"],
  connections: [],
  waiting: [],
  fragments: [],
  sentEvent: [],
};

/** The flags that a text names. */
export function flagsIn(text: string): readonly string[] {
  return text.match(/(?<![\w-])--?[a-z][a-z0-9-]*(?:\.\d+)?/gi) ?? [];
}

/** The names in a command's own flags; in any command's, where none is meant. */
export function shellNames(command?: Command): SettingNames {
  const declared = new Set(command?.options.flatMap(({ short, long }) => [short, long]));
  const isDeclared = (form: string): boolean =>
    command === undefined || flagsIn(form).every((flag) => declared.has(flag));
  const names = Object.entries(shellForms).map(([id, forms]) => [id, forms.find(isDeclared)] as const);
  return Object.fromEntries(names) as SettingNames;
}
