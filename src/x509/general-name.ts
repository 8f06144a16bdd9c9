/** General names: RFC 5280 §4.2.1.6, as alternative names and, with masks, as constraints (§4.2.1.10). */
import { renderHex } from "../core/index.ts";
import { type DerElement, DerReader } from "../der/index.ts";
import { renderIpAddress } from "./ip-address.ts";
import { type Name, readName } from "./name.ts";
import { decodeAscii, escapeControls } from "./text.ts";

/** A GeneralName (RFC 5280 §4.2.1.6), told apart by `kind`. */
export type GeneralName =
  | { readonly kind: "dns"; readonly value: string }
  | { readonly kind: "email"; readonly value: string }
  | { readonly kind: "uri"; readonly value: string }
  /** 4 or 16 bytes; in a constraint 8 or 32, the address and then its mask. */
  | { readonly kind: "ip"; readonly bytes: Uint8Array }
  | { readonly kind: "directory"; readonly name: Name }
  /** A form that is kept as it stands. `oid` of an otherName or registeredID. */
  | { readonly kind: "other"; readonly form: OtherForm; readonly oid: string; readonly der: Uint8Array };

export type OtherForm = "otherName" | "x400Address" | "ediPartyName" | "registeredID";

/** Where the name stands: as an identity, or as the base of a subtree. */
export type NameUse = "identity" | "constraint";

/** Takes one GeneralName. */
export function readGeneralName(reader: DerReader, use: NameUse = "identity"): GeneralName {
  const element = reader.readElement();
  switch (element.tag) {
    case 0xa0:
      return { kind: "other", form: "otherName", oid: otherNameOid(reader, element), der: element.bytes };
    case 0x81:
      return { kind: "email", value: readIa5(reader, element) };
    case 0x82:
      return { kind: "dns", value: readIa5(reader, element) };
    case 0xa3:
      return { kind: "other", form: "x400Address", oid: "", der: element.bytes };
    case 0xa4:
      return { kind: "directory", name: readDirectoryName(reader, element) };
    case 0xa5:
      return { kind: "other", form: "ediPartyName", oid: "", der: element.bytes };
    case 0x86:
      return { kind: "uri", value: readIa5(reader, element) };
    case 0x87:
      return { kind: "ip", bytes: readAddress(reader, element, use) };
    case 0x88:
      return { kind: "other", form: "registeredID", oid: registeredOid(reader, element), der: element.bytes };
    default:
      reader.fail("a general name of an unknown form", element.offset);
      return { kind: "dns", value: "" };
  }
}

/** Takes GeneralName elements to the reader's end; there must be one (SIZE (1..MAX)). */
export function readGeneralNames(reader: DerReader): readonly GeneralName[] {
  if (reader.isDone) reader.fail("a list of general names is empty");
  const names: GeneralName[] = [];
  while (!reader.isDone) names.push(readGeneralName(reader));
  return names;
}

/** For people: `DNS:example.com`, `IP:192.0.2.1`; control characters escaped. */
export function renderGeneralName(name: GeneralName): string {
  switch (name.kind) {
    case "dns":
      return `DNS:${escapeControls(name.value)}`;
    case "email":
      return `email:${escapeControls(name.value)}`;
    case "uri":
      return `URI:${escapeControls(name.value)}`;
    case "ip":
      return `IP:${renderAddressOrSubnet(name.bytes)}`;
    case "directory":
      return `directory:${name.name.text}`;
    case "other":
      return name.oid === "" ? name.form : `${name.form}:${name.oid}`;
  }
}

function renderAddressOrSubnet(bytes: Uint8Array): string {
  if (bytes.length !== 8 && bytes.length !== 32) return renderIpAddress(bytes);
  const half = bytes.length / 2;
  const mask = bytes.subarray(half);
  const ones = prefixLength(mask);
  return `${renderIpAddress(bytes.subarray(0, half))}/${ones ?? renderIpAddress(mask)}`;
}

/** How many leading one bits a mask has, or `undefined` where a one follows a zero (RFC 4632 §3.1 has no such mask). */
function prefixLength(mask: Uint8Array): number | undefined {
  const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const ones = bits.indexOf("0");
  if (ones < 0) return bits.length;
  return bits.includes("1", ones) ? undefined : ones;
}

function readIa5(reader: DerReader, { content, offset }: DerElement): string {
  const text = decodeAscii(content);
  if (text === undefined) reader.fail("an IA5String holds a byte above 127", offset);
  return text ?? "";
}

function readAddress(reader: DerReader, { content, offset }: DerElement, use: NameUse): Uint8Array {
  const wanted = use === "identity" ? 4 : 8;
  if (content.length !== wanted && content.length !== wanted * 4) {
    reader.fail(`an iPAddress has ${content.length} bytes`, offset);
  } else if (use === "constraint" && prefixLength(content.subarray(content.length / 2)) === undefined) {
    reader.fail(
      `an iPAddress constraint has the mask ${renderHex(content.subarray(content.length / 2))}`,
      offset,
    );
  }
  return content;
}

/** RFC 5280 §4.2.1.6: directoryName [4] Name, explicit since Name is a CHOICE (X.680 §31.2.7). */
function readDirectoryName(reader: DerReader, element: DerElement): Name {
  const inner = DerReader.over(element.content);
  const name = readName(inner);
  inner.finish();
  if (inner.malformation !== undefined) reader.fail(inner.malformation.reason, element.offset);
  return name;
}

function otherNameOid(reader: DerReader, element: DerElement): string {
  const inner = DerReader.over(element.content);
  const oid = inner.readOid();
  inner.readContent(0xa0);
  inner.finish();
  if (inner.malformation !== undefined) reader.fail(inner.malformation.reason, element.offset);
  return oid;
}

function registeredOid(reader: DerReader, element: DerElement): string {
  const inner = DerReader.over(element.bytes);
  const oid = inner.readOid(0x88);
  if (inner.malformation !== undefined) reader.fail(inner.malformation.reason, element.offset);
  return oid;
}
