/** DER: a strict reader that never throws on input, and a writer. */
export { maxDepth, maxOidBytes } from "./limits.ts";
export { DerReader, type DerElement, type Malformation } from "./reader.ts";
export { constructedTag, primitiveTag, tag } from "./tags.ts";
export {
  writeBitString,
  writeBoolean,
  writeConstructed,
  writeElement,
  writeEnumerated,
  writeGeneralizedTime,
  writeInteger,
  writeNamedBits,
  writeNull,
  writeOctetString,
  writeOid,
  writePrimitive,
  writeSequence,
  writeSet,
  writeTime,
  writeUtf8String,
} from "./writer.ts";
