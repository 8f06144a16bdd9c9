/** A field line as HPACK's tables hold it: RFC 7541 §2.1, §4.1. */

/** The same object for every use of the same entry of a table, so that its checks are made once. */
export interface HeaderField {
  /** One character an octet (ISO 8859-1). */
  readonly name: string;
  readonly value: string;
  /** Octets that it counts for: RFC 7541 §4.1. */
  readonly size: number;
  /** It came as never indexed (RFC 7541 §6.2.3): who sends it on must not index it either. */
  readonly sensitive: boolean;
  /** For whoever checks field lines: what the checks found, kept with the entry. 0 until then. */
  mark: number;
}

/** Octets that every entry costs besides its name and value: RFC 7541 §4.1. */
const entryOverhead = 32;

export function headerField(name: string, value: string, sensitive: boolean): HeaderField {
  return { name, value, size: name.length + value.length + entryOverhead, sensitive, mark: 0 };
}
