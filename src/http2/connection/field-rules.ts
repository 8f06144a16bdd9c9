/** The rules of RFC 9113 §8.2 and §8.3 for the field lines of a response: what makes a message malformed. */
import type { HeaderField } from "../hpack/index.ts";

/** A rule of messages that was broken (RFC 9113 §8.1.1). */
export interface MessageFault {
  /** Finishes "it breaks the rule that ...". */
  readonly rule: string;
  readonly section: string;
  /** The name of the field concerned, one character an octet. */
  readonly field: string | undefined;
}

/** Fields that belong to a connection of HTTP/1.1 (§8.2.2). */
const connectionFields: ReadonlySet<string> = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** RFC 9110 §5.6.2, without upper case (RFC 9113 §8.2). */
const lowerToken = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** RFC 9110 §5.5: HTAB, SP, VCHAR and obs-text. */
const fieldText = /^[\t\x20-\x7e\x80-\xff]*$/;
const fieldTextAndControls = /^[^\0\r\n]*$/;
const outerWhite = /^[\t ]|[\t ]$/;

/** What is wrong with an ordinary field line; pseudo-fields are not. An entry of the table is checked once. */
export function fieldFault(field: HeaderField, allowsControls: boolean): MessageFault | undefined {
  if (field.mark === checked) return undefined;
  const fault = findFault(field, allowsControls);
  if (fault === undefined) field.mark = checked;
  return fault;
}

const checked = 1;

function findFault({ name, value }: HeaderField, allowsControls: boolean): MessageFault | undefined {
  if (!lowerToken.test(name)) return fault(nameRule(name), "RFC 9113 §8.2.1", name);
  if (connectionFields.has(name))
    return fault("fields that concern one connection are not sent", "RFC 9113 §8.2.2", name);
  if (!(allowsControls ? fieldTextAndControls : fieldText).test(value)) {
    const rule = /[\0\r\n]/.test(value)
      ? "a field value holds no NUL, CR or LF"
      : "a field value holds no control character";
    return fault(rule, "RFC 9113 §8.2.1; RFC 9110 §5.5", name);
  }
  if (outerWhite.test(value))
    return fault("a field value neither begins nor ends with white space", "RFC 9113 §8.2.1", name);
  return undefined;
}

/** What is wrong with the pseudo-fields of a response; `undefined` where there is one `:status`, first, of three digits. */
export function pseudoFault(fields: readonly HeaderField[]): MessageFault | undefined {
  const [first] = fields;
  if (first === undefined || first.name !== ":status") return missingStatus(fields);
  if (!/^[1-9]\d\d$/.test(first.value))
    return fault("the status is three digits", "RFC 9113 §8.3.2; RFC 9110 §15", ":status");
  for (let at = 1; at < fields.length; at++) {
    const { name } = fields[at] as HeaderField;
    if (name.charCodeAt(0) === colon) return misplaced(name);
  }
  return undefined;
}

/** A trailer section has none (§8.1). */
export function trailerPseudoFault(fields: readonly HeaderField[]): MessageFault | undefined {
  const pseudo = fields.find(({ name }) => name.charCodeAt(0) === colon);
  if (pseudo === undefined) return undefined;
  return fault("trailers have no pseudo-fields", "RFC 9113 §8.1, §8.3", pseudo.name);
}

const colon = 58;

function missingStatus(fields: readonly HeaderField[]): MessageFault {
  const at = fields.findIndex(({ name }) => name === ":status");
  if (at === -1) {
    const other = fields.find(({ name }) => name.charCodeAt(0) === colon);
    if (other !== undefined) return misplaced(other.name);
    return fault("a response has a status", "RFC 9113 §8.3.2", ":status");
  }
  const [first] = fields as readonly [HeaderField];
  if (first.name.charCodeAt(0) === colon) return misplaced(first.name);
  return fault("pseudo-fields come before all others", "RFC 9113 §8.3", ":status");
}

function misplaced(name: string): MessageFault {
  if (name === ":status") return fault("a pseudo-field comes once", "RFC 9113 §8.3", name);
  return fault("a response has no pseudo-field but :status", "RFC 9113 §8.3, §8.3.2", name);
}

function nameRule(name: string): string {
  if (name === "") return "a field name is not empty";
  if (/[A-Z]/.test(name)) return "field names are in lower case";
  return "a field name is a token";
}

function fault(rule: string, section: string, field: string | undefined): MessageFault {
  return { rule, section, field };
}
