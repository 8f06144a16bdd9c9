/**
 * Names, from short words: `dns:`, `ip:` (with `/` and a mask for a constraint), `email:`, `uri:`, `dir:` (a common name, or
 * an organisation, `/`, and a common name, which may be empty), `other:` (a type identifier).
 */
import {
  writeConstructed,
  writeElement,
  writeNull,
  writeOid,
  writePrimitive,
  writeSequence,
  writeSet,
  writeUtf8String,
} from "../../src/der/index.ts";
import { parseIpAddress } from "../../src/x509/index.ts";

export function distinguishedName(commonName: string): Uint8Array {
  if (commonName === "") return writeSequence();
  return writeSequence(writeSet(writeSequence(writeOid("2.5.4.3"), writeUtf8String(commonName))));
}

/** The name of something of an organisation's, or of the organisation itself. */
export function nameOf(organization: string, commonName = ""): Uint8Array {
  const named = (oid: string, value: string): Uint8Array =>
    writeSet(writeSequence(writeOid(oid), writeUtf8String(value)));
  const own = commonName === "" ? [] : [named("2.5.4.3", commonName)];
  return writeSequence(named("2.5.4.10", organization), ...own);
}

/** The name of somebody who has nothing but a mailbox, as an attribute of PKCS #9 (RFC 5280 §4.1.2.6). */
export function mailboxName(mailbox: string): Uint8Array {
  const value = writeElement(0x16, new TextEncoder().encode(mailbox));
  return writeSequence(writeSet(writeSequence(writeOid("1.2.840.113549.1.9.1"), value)));
}

/** A GeneralName from `kind:value`; addresses may have `/` and a mask. */
export function generalName(text: string): Uint8Array {
  const [kind = "", ...rest] = text.split(":");
  const value = rest.join(":");
  const ascii = new TextEncoder().encode(value);
  switch (kind) {
    case "dns":
      return writePrimitive(2, ascii);
    case "email":
      return writePrimitive(1, ascii);
    case "uri":
      return writePrimitive(6, ascii);
    case "ip":
      return writePrimitive(7, addressBytes(value));
    case "dir":
      return writeConstructed(4, directoryName(value));
    case "other":
      return writeConstructed(0, writeOid(value), writeConstructed(0, writeNull()));
    default:
      throw new Error(`no name form ${kind}`);
  }
}

function directoryName(text: string): Uint8Array {
  const [organization = "", commonName] = text.split("/");
  return commonName === undefined ? distinguishedName(organization) : nameOf(organization, commonName);
}

function addressBytes(text: string): Uint8Array {
  const parts = text.split("/").map((part) => parseIpAddress(part));
  return Buffer.concat(parts.map((part) => part ?? Buffer.alloc(0)));
}
