/**
 * Which fields of a request go into the dynamic table: RFC 7541 §6.2, §7.1.
 *
 * A credential never does, here nor in whatever sends it on (§7.1.3): who can make requests beside it could find it out
 * by trial. So `Cookie` is not split into crumbs (RFC 9113 §8.2.3): crumbs save octets by being indexed, and cost some
 * where they are not.
 */
import { credentialNames } from "../../http1/index.ts";

/** How a field without a full match is written. */
export type Indexing = "indexed" | "passing" | "never";

/** Their values differ from one request to the next: an entry for each would evict what is repeated. */
const passing: readonly string[] = [
  ":path",
  "content-length",
  "content-range",
  "date",
  "idempotency-key",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
  "traceparent",
  "tracestate",
  "x-request-id",
];

const byName: ReadonlyMap<string, Indexing> = new Map<string, Indexing>([
  ...passing.map((name) => [name, "passing"] as const),
  ...credentialNames.map((name) => [name, "never"] as const),
]);

/** A name is in lower case. */
export function indexingOf(name: string): Indexing {
  return byName.get(name) ?? "indexed";
}
