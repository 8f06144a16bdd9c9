/** What a head or a trailer section is refused for: the failures of its scanner, with where it broke. */
import { excerptBytes, renderOctets } from "./octets.ts";
import { sniffAnswer } from "../core/index.ts";
import type { Failure } from "./failure.ts";
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

/** `length`: octets of the status line up to this one, and with it. */
export function statusLineFailure(fault: StatusLineFault, spot: Spot, length: number): Failure {
  const { bytes, at, end, offset } = spot;
  if (fault.kind === "version")
    return { code: "http-version-unsupported", detail: { version: fault.version, offset } };
  if (fault.kind === "rule")
    return { code: "status-line-malformed", detail: { rule: fault.rule, ...placeOf(spot) } };
  const start = at + 1 - length;
  const first = bytes.subarray(start, Math.min(end, start + excerptBytes));
  return { code: "not-http", detail: { speaks: sniffAnswer(first), firstBytes: renderOctets(first) } };
}

export function fieldFailure(section: Section, rule: string, spot: Spot): Failure {
  return { code: "field-malformed", detail: { section, rule, ...placeOf(spot) } };
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
