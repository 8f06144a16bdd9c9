/** The field lines of a request (RFC 9113 §8.2, §8.3.1): pseudo-fields first, names in lower case, nothing that concerns one connection of HTTP/1.1. */
import { splitTokenList, trimOws, type Field } from "../../http1/index.ts";
import type { FieldToEncode } from "../hpack/index.ts";

/** What is asked for. */
export interface RequestTarget {
  readonly method: string;
  readonly scheme: "https" | "http";
  /** Host and port, as Host has it (RFC 9110 §7.2). */
  readonly authority: string;
  /** Path and query. */
  readonly path: string;
  /** RFC 8441 §4: what an extended CONNECT asks for. */
  readonly protocol?: string | undefined;
}

const connectionNames: ReadonlySet<string> = new Set([
  "host", // `:authority` is in its place.
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/** @param secretNames names in lower case whose values are never indexed, besides credentials */
export function requestLines(
  { method, scheme, authority, path, protocol }: RequestTarget,
  fields: Iterable<Field>,
  secretNames: ReadonlySet<string>,
): readonly FieldToEncode[] {
  const lines: FieldToEncode[] = [
    [":method", method],
    [":scheme", scheme],
    [":authority", authority],
    [":path", path],
  ];
  if (protocol !== undefined) lines.push([":protocol", protocol]);
  let named: ReadonlySet<string> | undefined;
  for (const [rawName, value] of fields) {
    const name = rawName.toLowerCase();
    if (name === "connection") named = new Set([...(named ?? []), ...splitTokenList(value.toLowerCase())]);
    if (connectionNames.has(name)) continue;
    // §8.2.2: the one thing that TE may say.
    if (name === "te" && trimOws(value).toLowerCase() !== "trailers") continue;
    // §8.2.1: a value neither begins nor ends with white space.
    lines.push([name, trimOws(value), secretNames.has(name)]);
  }
  // RFC 9110 §7.6.1: fields that Connection names concern the connection too.
  if (named === undefined) return lines;
  const dropped = named;
  return lines.filter(([name]) => name === "te" || !dropped.has(name));
}
