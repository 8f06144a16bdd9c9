/** Reads a Link field: RFC 8288 §3, by the algorithm of its appendix B.2. */
import { TextReader } from "./text-reader.ts";

/** One link: where to, and what it says of that. */
export interface Link {
  /** As it stands there: mostly relative. */
  readonly href: string;
  /** Relation types, in lower case (RFC 8288 §3.3: compared without regard to case). */
  readonly rels: readonly string[];
  /** The context where it is not the document itself (RFC 8288 §3.2). */
  readonly anchor: string | undefined;
}

/** The links of a field, whose lines may be joined with commas. Where the grammar breaks the list ends. */
export function parseLinks(value: string): readonly Link[] {
  const reader = new TextReader(value);
  const links: Link[] = [];
  for (;;) {
    reader.skipWhite(",");
    const target = reader.readMatch(/<[^>]*>/y);
    if (target === undefined) return links;
    const parameters = readParameters(reader);
    // Of a repeated rel the first counts (RFC 8288 §3.3).
    const rels = (parameters.get("rel") ?? "")
      .toLowerCase()
      .split(/[ \t]+/)
      .filter((rel) => rel !== "");
    links.push({ href: target.slice(1, -1), rels, anchor: parameters.get("anchor") });
    reader.skipWhite();
    if (!reader.isNext(",")) return links;
  }
}

function readParameters(reader: TextReader): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  reader.skipWhite();
  while (reader.take(";")) {
    reader.skipWhite(";");
    const name = reader.readToken()?.toLowerCase();
    if (name === undefined) break;
    reader.skipWhite();
    const hasValue = reader.take("=");
    if (hasValue) reader.skipWhite();
    // Without quotes there are relation types that no token can hold: URLs.
    const written = hasValue ? (reader.readQuoted() ?? reader.readMatch(/[^",;\s]+/y)) : "";
    if (written === undefined) break;
    if (!parameters.has(name)) parameters.set(name, written);
    reader.skipWhite();
  }
  return parameters;
}
