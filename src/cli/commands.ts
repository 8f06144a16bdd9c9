/** The commands, each loaded only when it is asked for, so that the others cost nothing at start. */
import type { DefineCommand } from "./frame/context.ts";

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** The command in whose row the help has it. */
  readonly listedWith?: string;
  readonly load: () => Promise<DefineCommand>;
}

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: "get",
    summary: "request a URL with curl's flags, and say who vouched",
    load: async () => (await import("./get/get.ts")).defineGet,
  },
  {
    name: "curl",
    summary: "the same as get; a whole curl command as one argument, too",
    listedWith: "get",
    load: async () => (await import("./get/curl.ts")).defineCurl,
  },
  {
    name: "tour",
    summary: "see the whole story in ten seconds, on this machine",
    load: async () => (await import("./tour/tour.ts")).defineTour,
  },
  {
    name: "why",
    summary: "find out why a URL does not answer as it should, and what to do",
    load: async () => (await import("./why/why.ts")).defineWhy,
  },
  {
    name: "lab",
    summary: "serve one site for every way HTTPS goes wrong, on this machine",
    load: async () => (await import("./lab/lab.ts")).defineLab,
  },
  {
    name: "inspect",
    summary: "show certificates in plain words, from a file or from a server",
    load: async () => (await import("./certificates/inspect.ts")).defineInspect,
  },
  {
    name: "verify",
    summary: "say whether a chain would be trusted, and why, offline",
    load: async () => (await import("./certificates/verify.ts")).defineVerify,
  },
  {
    name: "ca",
    summary: "choose the CA certificates that a device needs for its sites",
    load: async () => (await import("./ca/ca.ts")).defineCa,
  },
  {
    name: "check",
    summary: "say what is wrong with a device's CA bundle, and when it breaks",
    load: async () => (await import("./check/check.ts")).defineCheck,
  },
  {
    name: "survey",
    summary: "visit many endpoints once: what will break for whom, and when",
    load: async () => (await import("./survey/command.ts")).defineSurvey,
  },
  {
    name: "watch",
    summary: "keep watch on endpoints: what will break which bundle, and when",
    load: async () => (await import("./watch/watch.ts")).defineWatch,
  },
  {
    name: "example",
    summary: "write a complete, verified HTTPS client for a device",
    load: async () => (await import("./example/example.ts")).defineExample,
  },
  {
    name: "explain",
    summary: "say what an error code means, and who can fix it",
    load: async () => (await import("./explain/explain.ts")).defineExplain,
  },
  {
    name: "completion",
    summary: "make bash, zsh or fish complete commands, flags and values",
    load: async () => (await import("./completion/completion.ts")).defineCompletion,
  },
  {
    name: "man",
    summary: "print the manual page",
    load: async () => (await import("./manual/manual.ts")).defineManual,
  },
];
