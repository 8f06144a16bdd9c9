/** Header compression: RFC 7541. */
export { HpackDecoder, initialTableBytes, type FieldSpace, type HpackOutcome } from "./decoder.ts";
export { HpackEncoder, type FieldToEncode } from "./encoder.ts";
export type { HeaderField } from "./header-field.ts";
