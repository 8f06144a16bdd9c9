/**
 * What each JavaScript runtime shows of a TLS connection through `node:tls`, as it was found by running it.
 *
 * A fact is about what can be seen, not about what the runtime's TLS does: Bun and Deno verify, and end connections as
 * TLS wants it, but do not tell all of it. `interop/runtimes` holds each line to the runtime itself.
 */

import { denoSwitches, nodeSwitches, type RootSwitch } from "./root-switches.ts";

/** What can be seen, or cannot. `docs/runtimes.md` has the words for each. */
export type Sight =
  | "staple"
  | "sentChain"
  | "refusedChain"
  | "closeNotify"
  | "reset"
  | "wireBytes"
  | "certificateRequest"
  | "earlyVerdict"
  | "sessions"
  | "keyLog"
  | "group";

export type RuntimeName = "Node" | "Bun" | "Deno";

export interface Runtime {
  readonly name: RuntimeName;
  /** Whose verdict on a chain is the first key. */
  readonly library: "OpenSSL" | "BoringSSL" | "rustls";
  readonly shows: Readonly<Record<Sight, boolean>>;
  /** Which of OpenSSL's cipher names a list limits: Bun leaves TLS 1.3's as they are, Deno ignores the list. */
  readonly ciphers: "all" | "below TLS 1.3" | "none";
  /** Whether what ends a connection right behind its handshake is told within the same read, before a promise settles. */
  readonly tellsAtOnce: boolean;
  /** Whether another client's suites, groups and signature algorithms can be offered, as a survey for a device does. */
  readonly offersForOthers: boolean;
  /** Whether its `undici` sends requests through the dispatcher that it is given: Bun's own takes one, and never asks it. */
  readonly asksDispatchers: boolean;
  /** What whoever starts a program can say about the roots that it believes by default. */
  readonly rootSwitches: readonly RootSwitch[];
  /** The versions that it was run with, and the day of the last run. */
  readonly run: { readonly versions: readonly string[]; readonly on: string };
}

const everything: Runtime["shows"] = {
  staple: true,
  sentChain: true,
  refusedChain: true,
  closeNotify: true,
  reset: true,
  wireBytes: true,
  certificateRequest: true,
  earlyVerdict: true,
  sessions: true,
  keyLog: true,
  group: true,
};

export const node: Runtime = {
  name: "Node",
  library: "OpenSSL",
  shows: everything,
  ciphers: "all",
  tellsAtOnce: false,
  offersForOthers: true,
  asksDispatchers: true,
  rootSwitches: nodeSwitches,
  run: { versions: ["20", "22", "24", "26"], on: "2026-11-29" },
};

export const bun: Runtime = {
  name: "Bun",
  library: "BoringSSL",
  shows: {
    ...everything,
    staple: false,
    sentChain: false,
    refusedChain: false,
    closeNotify: false,
    wireBytes: false,
    certificateRequest: false,
    earlyVerdict: false,
  },
  ciphers: "below TLS 1.3",
  tellsAtOnce: false,
  offersForOthers: false,
  asksDispatchers: false,
  rootSwitches: nodeSwitches,
  run: { versions: ["1.4.5"], on: "2026-11-29" },
};

export const deno: Runtime = {
  name: "Deno",
  library: "rustls",
  shows: {
    staple: false,
    sentChain: false,
    refusedChain: false,
    closeNotify: false,
    reset: false,
    wireBytes: false,
    certificateRequest: false,
    earlyVerdict: false,
    sessions: false,
    keyLog: false,
    group: false,
  },
  ciphers: "none",
  tellsAtOnce: true,
  offersForOthers: false,
  asksDispatchers: true,
  rootSwitches: denoSwitches,
  run: { versions: ["2.9.6"], on: "2026-11-29" },
};

export const runtimes: readonly Runtime[] = [node, bun, deno];
