/** Reads a media type: RFC 9110 §8.3.1. */
import { TextReader } from "./text-reader.ts";

export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** By lower-case name; of a repeated one the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The media type of a Content-Type value, or `undefined`. A malformed parameter ends the parameters. */
export function parseMediaType(value: string): MediaType | undefined {
  const reader = new TextReader(value);
  reader.skipWhite();
  const type = reader.readToken();
  if (type === undefined || !reader.take("/")) return undefined;
  const subtype = reader.readToken();
  if (subtype === undefined) return undefined;
  const parameters = new Map<string, string>();
  reader.skipWhite();
  while (reader.take(";")) {
    reader.skipWhite(";");
    const name = reader.readToken()?.toLowerCase();
    if (name === undefined || !reader.take("=")) break;
    const parameter = reader.readTokenOrQuoted();
    if (parameter === undefined) break;
    if (!parameters.has(name)) parameters.set(name, parameter);
    reader.skipWhite();
  }
  return { essence: `${type}/${subtype}`.toLowerCase(), parameters };
}
