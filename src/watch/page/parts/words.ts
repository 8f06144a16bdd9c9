/** What states, severities, rules and breaks are called on a page. */
import type { BreakKind, EndpointSummary, RuleName, Severity } from "../../../fleet/index.ts";

export type State = EndpointSummary["state"] | "unvisited";

/** The worst first. */
export const states: readonly State[] = ["failing", "critical", "warning", "notice", "well", "unvisited"];

export const stateWords: Readonly<Record<State, string>> = {
  failing: "failing",
  critical: "critical",
  warning: "warning",
  notice: "notice",
  well: "well",
  unvisited: "not visited",
};

/** Those that there are, the worst first. */
export const severitiesDown: readonly Severity[] = ["critical", "warning", "notice"];

export const ruleTitles: Readonly<Record<RuleName, string>> = {
  "path-ends": "Path ends",
  "late-renewal": "Renewal is late",
  "bundle-breaks": "Bundle breaks",
  "issuer-outside-bundle": "Issuer outside the bundle",
  "addresses-differ": "Addresses differ",
  "address-unreached": "Address does not connect",
  "keys-differ": "Key types differ",
  "chain-incomplete": "Chain incomplete",
  revoked: "Revoked",
  "programme-date": "Programme date",
  unreachable: "Unreachable",
  "answer-changed": "Answer changed",
};

/** What ends, in the few words that a column has. */
export const breakTitles: Readonly<Record<BreakKind, string>> = {
  refused: "refused now",
  path: "path ends",
  root: "root ends",
  "cross-sign": "cross-sign ends",
  programme: "programme date",
  distrust: "distrust",
  nothing: "no end known",
};
