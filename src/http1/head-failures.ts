/** What a head or a trailer section is refused for: the failures of its scanner, with where it broke. */
import { CONTROL, excerptBytes, LF, octetClasses, renderOctets } from "./octets.ts";
import { sniffAnswer } from "../core/index.ts";
import type { Failure } from "./failure.ts";
import type { Tolerance } from "./tolerance.ts";
import type { StatusLineFault } from "./status-line.ts";

export type Section = "head" | "trailers";

/** An octet that cannot stand where it does. */
export interface Spot {
  readonly bytes: Uint8Array;
  /** Indexes of the octet, of its section's first one, and after the last one that has arrived. */
  readonly at: number;
  readonly base: number;
  readonly end: number;
  /** Of the octet, from the exchange's first one. */
  readonly offset: number;
}

/** A rule of lines that an octet breaks. */
export type LineRule = "line-end" | "name" | "space" | "value" | "reason" | "first";

export interface LineFault {
  readonly kind: "line";
  readonly rule: LineRule;
}

const ruleWords: Readonly<Record<LineRule, string>> = {
  "line-end": "a line ends with CRLF",
  name: "a field line is a token directly followed by a colon",
  space: "a field line is a token directly followed by a colon",
  value: "a field value holds no control characters",
  reason: "a reason phrase holds no control characters",
  first: "no white space precedes the first field",
};

/** What would let this octet pass where the rule does not. */
function toleranceFor(rule: LineRule, { bytes, at }: Spot): Tolerance | undefined {
  const octet = bytes[at] ?? 0;
  const octetClass = octetClasses[octet] ?? 0;
  if (rule === "line-end") return octet === LF ? "bare-lf-head" : undefined;
  if (rule === "space") return "space-before-colon";
  return (rule === "value" || rule === "reason") && (octetClass & CONTROL) !== 0 ? "ctl-in-value" : undefined;
}

/** `length`: octets of the status line up to this one, and with it. */
export function statusLineFailure(fault: StatusLineFault | LineFault, spot: Spot, length: number): Failure {
  const { bytes, at, end, offset } = spot;
  if (fault.kind === "version")
    return { code: "http-version-unsupported", detail: { version: fault.version, offset } };
  if (fault.kind === "rule")
    return {
      code: "status-line-malformed",
      detail: { rule: fault.rule, ...placeOf(spot), tolerance: undefined },
    };
  if (fault.kind === "line") {
    const tolerance = toleranceFor(fault.rule, spot);
    return {
      code: "status-line-malformed",
      detail: { rule: ruleWords[fault.rule], ...placeOf(spot), tolerance },
    };
  }
  const start = at + 1 - length;
  const first = bytes.subarray(start, Math.min(end, start + excerptBytes));
  return { code: "not-http", detail: { speaks: sniffAnswer(first), firstBytes: renderOctets(first) } };
}

export function fieldFailure(section: Section, rule: LineRule, spot: Spot): Failure {
  const tolerance = toleranceFor(rule, spot) ?? "ignore-invalid-field-lines";
  return { code: "field-malformed", detail: { section, rule: ruleWords[rule], ...placeOf(spot), tolerance } };
}

/** A limit that a section met, its value, and where, from the exchange's first octet. */
export interface MetLimit {
  readonly limit: "sectionBytes" | "lineBytes" | "fieldCount";
  readonly value: number;
  readonly offset: number;
}

export function limitFailure(section: Section, { limit, value, offset }: MetLimit): Failure {
  return section === "head"
    ? {
        code: "head-too-large",
        detail: { limit: limit === "sectionBytes" ? "headBytes" : limit, value, offset },
      }
    : {
        code: "trailers-too-large",
        detail: { limit: limit === "sectionBytes" ? "trailerBytes" : limit, value, offset },
      };
}

function placeOf({ bytes, at, base, offset }: Spot): { readonly offset: number; readonly excerpt: string } {
  const start = Math.max(base, at + 1 - excerptBytes);
  return { offset, excerpt: renderOctets(bytes.subarray(start, at + 1)) };
}
