/**
 * Distinguished names: RFC 5280 §4.1.2.4, their comparison §7.1, their text RFC 4514.
 *
 * Leaves out the prohibited-character step of RFC 4518: two names that hold forbidden characters are
 * compared as they stand.
 */
import { equalBytes, renderHex } from "../core/index.ts";
import { DerReader, tag } from "../der/index.ts";
import { decodeString, escapeControls } from "./text.ts";

/** One attribute of a name. */
export interface NameAttribute {
  /** Attribute type, dotted. */
  readonly oid: string;
  /** Short name of the type (`CN`), or the dotted form again. */
  readonly label: string;
  /** The text; for a value that is not a string, `#` and the hexadecimal of its DER (RFC 4514 §2.4). */
  readonly value: string;
  /** Identifier octet of the value's type. */
  readonly type: number;
  /** Content of the value as it stands in the certificate. */
  readonly bytes: Uint8Array;
}

/** A distinguished name. Equality is `equalNames`, never the text. */
export interface Name {
  /** The whole RDNSequence. */
  readonly der: Uint8Array;
  /** The relative names as encoded, from the country down; most hold one attribute. */
  readonly relativeNames: readonly (readonly NameAttribute[])[];
  readonly isEmpty: boolean;
  /** From the most specific up, as people write it: `CN=ISRG Root X1, O=..., C=US`; escaped by RFC 4514 §2.4. */
  readonly text: string;
  /** The common name, or the organisation, or else `text`: one line for a table. */
  readonly display: string;
  /** Equal for names that RFC 5280 §7.1 takes as equal. */
  readonly key: string;
  /** The same for each relative name, for subtrees of directory names. */
  readonly relativeKeys: readonly string[];
}

const labels: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.15": "businessCategory",
  "2.5.4.17": "postalCode",
  "2.5.4.42": "GN",
  "2.5.4.43": "initials",
  "2.5.4.44": "generationQualifier",
  "2.5.4.46": "dnQualifier",
  "2.5.4.65": "pseudonym",
  "2.5.4.97": "organizationIdentifier",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
  "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
  "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
  "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
};

export const commonNameOid = "2.5.4.3";
export const emailAddressOid = "1.2.840.113549.1.9.1";

/** Takes a Name from a reader. A malformed one is recorded there. */
export function readName(reader: DerReader): Name {
  const element = reader.readElement();
  if (element.tag !== tag.sequence) reader.fail("a name is not a SEQUENCE", element.offset);
  const inner = DerReader.over(element.bytes).enterSequence();
  const relativeNames: (readonly NameAttribute[])[] = [];
  while (!inner.isDone) relativeNames.push(readRelativeName(inner.enter(tag.set)));
  const fault = inner.malformation;
  if (fault !== undefined) reader.fail(fault.reason, element.offset + fault.offset);
  return new ParsedName(element.bytes, relativeNames);
}

/** A name that stands alone; `undefined` where it cannot be read. */
export function parseName(der: Uint8Array): Name | undefined {
  const reader = DerReader.over(der);
  const name = readName(reader);
  reader.finish();
  return reader.malformation === undefined ? name : undefined;
}

/** Whether two names are equal by RFC 5280 §7.1: case and white space do not count, nor does the string type. */
export function equalNames(a: Name, b: Name): boolean {
  return equalBytes(a.der, b.der) || a.key === b.key;
}

/** Values of every attribute of one type, as text. */
export function attributeValues(name: Name, oid: string): readonly string[] {
  return name.relativeNames.flat().flatMap((attribute) => (attribute.oid === oid ? [attribute.value] : []));
}

function readRelativeName(reader: DerReader): readonly NameAttribute[] {
  const attributes: NameAttribute[] = [];
  // RFC 5280 §4.1.2.4: RelativeDistinguishedName ::= SET SIZE (1..MAX).
  if (reader.isDone) reader.fail("a relative name is empty");
  while (!reader.isDone) {
    const pair = reader.enterSequence();
    const oid = pair.readOid();
    const value = pair.readElement();
    pair.finish();
    const text = decodeString(value.tag, value.content);
    if (text === undefined && isString(value.tag))
      pair.fail("text does not fit its string type", value.offset);
    attributes.push({
      oid,
      label: labels[oid] ?? oid,
      value: text ?? `#${renderHex(value.bytes)}`,
      type: value.tag,
      bytes: value.content,
    });
  }
  return attributes;
}

function isString(type: number): boolean {
  return decodeString(type, new Uint8Array(0)) !== undefined;
}

/** A name whose texts are made when they are first asked for. */
class ParsedName implements Name {
  readonly der: Uint8Array;
  readonly relativeNames: readonly (readonly NameAttribute[])[];
  #text: string | undefined;
  #relativeKeys: readonly string[] | undefined;
  #key: string | undefined;

  constructor(der: Uint8Array, relativeNames: readonly (readonly NameAttribute[])[]) {
    this.der = der;
    this.relativeNames = relativeNames;
  }

  get isEmpty(): boolean {
    return this.relativeNames.length === 0;
  }

  get text(): string {
    this.#text ??= this.relativeNames
      .toReversed()
      .map((attributes) => attributes.map(renderAttribute).join("+"))
      .join(", ");
    return this.#text;
  }

  get display(): string {
    const common = attributeValues(this, commonNameOid).at(-1) ?? attributeValues(this, "2.5.4.10").at(-1);
    return common === undefined ? this.text : escapeControls(common);
  }

  get relativeKeys(): readonly string[] {
    this.#relativeKeys ??= this.relativeNames.map((attributes) =>
      attributes.map(attributeKey).sort().join("\u0001"),
    );
    return this.#relativeKeys;
  }

  get key(): string {
    this.#key ??= this.relativeKeys.join("\u0002");
    return this.#key;
  }
}

function renderAttribute({ label, value, type }: NameAttribute): string {
  if (!isString(type)) return `${label}=${value}`;
  const escaped = escapeControls(value.replaceAll(/[\\",+<>;=]/g, "\\$&"))
    .replace(/^[ #](?!$)/, "\\$&")
    .replace(/ $/, "\\ ");
  return `${label}=${escaped}`;
}

/** RFC 5280 §7.1 with RFC 4518 §2: mapped, folded, white space as one blank, none at the ends. */
function attributeKey({ oid, value, type, bytes }: NameAttribute): string {
  if (!isString(type)) return `${oid}=#${type}:${renderHex(bytes)}`;
  const folded = /^[\x20-\x7e]*$/.test(value) ? value.toLowerCase() : value.normalize("NFKC").toLowerCase();
  return `${oid}=${folded.trim().replaceAll(/\s+/g, " ")}`;
}
