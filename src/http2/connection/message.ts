/** Makes a response's head, or its trailers, of the field lines that a block held. */
import {
  FieldsBuilder,
  filterTrailers,
  responseFraming,
  type Fields,
  type Framing,
  type ResponseHead,
} from "../../http1/index.ts";
import type { HeaderField } from "../hpack/index.ts";
import type { Failure } from "../failure.ts";
import { fieldFault, pseudoFault, trailerPseudoFault, type MessageFault } from "./field-rules.ts";

/** How the end of a body is known: END_STREAM always says it (RFC 9113 §8.1), and a length is held against it. */
export type MessageFraming =
  Extract<Framing, { kind: "none" | "tunnel" | "length" }> | { readonly kind: "end-stream" };

export type HeadResult =
  { readonly ok: true; readonly head: ResponseHead } | { readonly ok: false; readonly fault: MessageFault };

/** @param allowsControls whether a field value may hold control characters (the tolerance `ctl-in-value`) */
export function readHead(fields: readonly HeaderField[], allowsControls: boolean): HeadResult {
  const pseudo = pseudoFault(fields);
  if (pseudo !== undefined) return { ok: false, fault: pseudo };
  const [{ value: status }] = fields as readonly [HeaderField];
  const fault = firstFault(fields, 1, allowsControls);
  if (fault !== undefined) return { ok: false, fault };
  // RFC 9113 §8.6.
  if (status === "101")
    return {
      ok: false,
      fault: { rule: "101 does not exist in HTTP/2", section: "RFC 9113 §8.6", field: ":status" },
    };
  const head = {
    version: "2",
    status: Number(status),
    reason: "",
    fields: fieldsOf(fields, 1),
    ignoredLines: 0,
  } as const;
  return { ok: true, head };
}

export type TrailersResult =
  | { readonly ok: true; readonly fields: Fields; readonly dropped: readonly string[] }
  | { readonly ok: false; readonly fault: MessageFault };

export function readTrailers(fields: readonly HeaderField[], allowsControls: boolean): TrailersResult {
  const fault = trailerPseudoFault(fields) ?? firstFault(fields, 0, allowsControls);
  if (fault !== undefined) return { ok: false, fault };
  return { ok: true, ...filterTrailers(fieldsOf(fields, 0)) };
}

/** How the body of a response is framed, or why that cannot be known: as in HTTP/1.1, but that END_STREAM always ends it. */
export function framingOf(
  head: ResponseHead,
  method: string,
):
  | { readonly ok: true; readonly framing: MessageFraming }
  | { readonly ok: false; readonly failure: Failure } {
  const result = responseFraming(head, { method });
  if (!result.ok) return { ok: false, failure: result.failure as Failure };
  const { framing } = result;
  // Transfer-Encoding was refused before (RFC 9113 §8.2.2).
  return {
    ok: true,
    framing: framing.kind === "until-close" || framing.kind === "chunked" ? endOfStream : framing,
  };
}

const endOfStream: MessageFraming = { kind: "end-stream" };

function firstFault(
  fields: readonly HeaderField[],
  from: number,
  allowsControls: boolean,
): MessageFault | undefined {
  for (let at = from; at < fields.length; at++) {
    const fault = fieldFault(fields[at] as HeaderField, allowsControls);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function fieldsOf(fields: readonly HeaderField[], from: number): Fields {
  const builder = new FieldsBuilder();
  for (let at = from; at < fields.length; at++) {
    const { name, value } = fields[at] as HeaderField;
    builder.add(name, value);
  }
  return builder.build();
}
