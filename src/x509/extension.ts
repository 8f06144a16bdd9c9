/** The Extensions field (RFC 5280 §4.1.2.9): a list of values, each still closed, and what opening one gives. */
import { DerReader, type Malformation, tag } from "../der/index.ts";
import { maxExtensions } from "./limits.ts";
import { extensionOid } from "./oids.ts";

/** One extension as it stands. */
export interface ExtensionField {
  readonly oid: string;
  /** `basicConstraints`, or the dotted form. */
  readonly name: string;
  readonly critical: boolean;
  /** Content of extnValue. */
  readonly bytes: Uint8Array;
  /** Where `bytes` begin in the whole certificate, CRL or response. */
  readonly offset: number;
}

/** One extension opened: its value, or what is wrong with it. */
export type Extension<T> =
  | { readonly ok: true; readonly critical: boolean; readonly value: T; readonly malformation: undefined }
  | {
      readonly ok: false;
      readonly critical: boolean;
      readonly value: undefined;
      readonly malformation: Malformation;
    };

const names = new Map<string, string>(Object.entries(extensionOid).map(([name, oid]) => [oid, name]));

/** Takes the elements of an Extensions SEQUENCE, whose reader is given. Duplicates are malformed. */
export function readExtensions(reader: DerReader): readonly ExtensionField[] {
  const fields: ExtensionField[] = [];
  const seen = new Set<string>();
  // RFC 5280 §4.1: Extensions ::= SEQUENCE SIZE (1..MAX).
  if (reader.isDone) reader.fail("the list of extensions is empty");
  while (!reader.isDone) {
    const { offset } = reader;
    const field = reader.enterSequence();
    const oid = field.readOid();
    const critical = field.peekTag() === tag.boolean && field.readBoolean();
    const { bytes, content, ...value } = field.readElement();
    if (value.tag !== tag.octetString)
      field.fail("an extension's value is not an OCTET STRING", value.offset);
    field.finish();
    // RFC 5280 §4.2: "MUST NOT include more than one instance of a particular extension".
    if (seen.has(oid)) reader.fail(`the extension ${names.get(oid) ?? oid} stands twice`, offset);
    if (seen.size >= maxExtensions.value) reader.fail(`more than ${maxExtensions.value} extensions`, offset);
    seen.add(oid);
    const start = value.offset + bytes.length - content.length;
    fields.push({ oid, name: names.get(oid) ?? oid, critical, bytes: content, offset: start });
  }
  return fields;
}

/** Opens an extension with the reader of its value. */
export function openExtension<T>(field: ExtensionField, read: (reader: DerReader) => T): Extension<T> {
  const reader = DerReader.over(field.bytes);
  const value = read(reader);
  reader.finish();
  const fault = reader.malformation;
  if (fault === undefined) return { ok: true, critical: field.critical, value, malformation: undefined };
  const malformation = { reason: `${field.name}: ${fault.reason}`, offset: field.offset + fault.offset };
  return { ok: false, critical: field.critical, value: undefined, malformation };
}
