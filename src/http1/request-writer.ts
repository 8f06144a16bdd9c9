/**
 * Writes request heads: RFC 9112 §3, §5, §6. What is written is exactly one request whichever way it is read, or
 * it is refused before a byte leaves: no CR, LF or NUL anywhere, one Host, one statement of where the body ends.
 *
 * A string, not bytes: every character is one octet, and Node hands a string in `latin1` to the socket faster than
 * it fills a buffer. Write it with that encoding.
 */
import { HttpsError, messageOf, notShown, ownValue, shownUrl, shownWord } from "../core/index.ts";
import { namesCredential } from "./credential-names.ts";
import { parseLength } from "./framing.ts";
import { isToken, trimOws } from "./octets.ts";
import type { Field } from "./fields.ts";

/** The body that will follow a head. */
export type RequestContent =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" };

/** A request's head, to be written (RFC 9112 §3). */
export interface RequestHead {
  readonly method: string;
  /** Origin-form; absolute-form to a plain proxy; authority-form for CONNECT; `*` for OPTIONS (RFC 9112 §3.2). */
  readonly target: string;
  /** In order. Host is among them, once; Content-Length and Transfer-Encoding follow from `content`. */
  readonly fields: Iterable<Field>;
  readonly content: RequestContent;
  /** Names of further fields, in any case, whose values no error may show. */
  readonly secretNames?: readonly string[] | undefined;
}

/**
 * The head as it goes on the wire, one character an octet, Host first.
 * Throws `request-method-invalid`, `request-target-invalid`, `request-field-invalid`, `request-framing-invalid`.
 */
export function writeRequestHead(head: RequestHead): string {
  const { method, target, fields, content } = head;
  const secretNames = ownValue(head, "secretNames");
  if (!isToken(method)) throw new HttpsError("request-method-invalid", { method: shownUrl(method) });
  checkTarget(method, target);
  let host: string | undefined;
  let lines = "";
  for (const [name, value] of fields) {
    if (typeof value !== "string") {
      const shown = shownValue(name, messageOf(value), secretNames);
      throw fieldInvalid(name, shown, "its value is not a string");
    }
    switch (specialName(name)) {
      case "host":
        checkHost(name, value, host);
        host = value;
        break;
      case "content-length":
        checkContentLength(value, content);
        break;
      case "transfer-encoding":
        checkTransferEncoding(value, content);
        break;
      case undefined:
        lines += writeFieldLine(name, value, secretNames);
    }
  }
  if (host === undefined) throw fieldInvalid("Host", "", "a request has exactly one Host field");
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${lines}${writeFraming(method, content)}\r\n`;
}

/** One field line with its CRLF. Throws `request-field-invalid`. */
export function writeFieldLine(name: string, value: string, secretNames?: readonly string[]): string {
  // What is not a name may be the misspelt name of a secret.
  if (!isToken(name)) throw fieldInvalid(name, notShown, "its name is not a token (RFC 9110 §5.1)");
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw fieldInvalid(
      name,
      shownValue(name, value, secretNames),
      "its value holds a control character, or one beyond ISO 8859-1 (RFC 9110 §5.5)",
    );
  }
  return `${name}: ${value}\r\n`;
}

function shownValue(name: string, value: string, secretNames: readonly string[] = []): string {
  const key = name.toLowerCase();
  const isSecret = namesCredential(key) || secretNames.some((secret) => secret.toLowerCase() === key);
  return isSecret ? notShown : value;
}

type SpecialName = "host" | "content-length" | "transfer-encoding";

/** The name in lower case, if it is one that this file writes itself. Asked by length first: it is asked often. */
function specialName(name: string): SpecialName | undefined {
  const { length } = name;
  if (length !== 4 && length !== 14 && length !== 17) return undefined;
  const lower = name.toLowerCase();
  return lower === "host" || lower === "content-length" || lower === "transfer-encoding" ? lower : undefined;
}

/** RFC 9112 §3.2: the form goes with the method, and nothing in it ends the request line or begins a fragment. */
function checkTarget(method: string, target: string): void {
  const reason = targetFault(method, target);
  if (reason !== undefined) throw new HttpsError("request-target-invalid", { method, target, reason });
}

function targetFault(method: string, target: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(target))
    return "it is empty, or holds white space, a control character or non-ASCII";
  if (target.includes("#")) return "it holds a fragment, which stays with the client (RFC 9110 §7.1)";
  if (method === "CONNECT") {
    return /^(?:\[[0-9A-Fa-f:.]+\]|[^/?@:[\]]+):[0-9]{1,5}$/.test(target)
      ? undefined
      : "CONNECT takes host:port";
  }
  if (target.startsWith("/")) return undefined;
  if (target === "*") return method === "OPTIONS" ? undefined : "only OPTIONS takes *";
  const authority = /^https?:\/\/([^/?]*)/i.exec(target)?.[1];
  if (authority === undefined) return "it neither begins with / nor is a whole http or https URL";
  return authority.includes("@") ? "it holds credentials (RFC 9110 §4.2.4)" : undefined;
}

/** RFC 9112 §3.2: one Host, and no other value than a host and a port. */
function checkHost(name: string, value: string, earlier: string | undefined): void {
  if (earlier !== undefined) throw fieldInvalid(name, value, "a request has exactly one Host field");
  if (!/^[\w.~!$&'()*+;=%:[\]-]*$/.test(value)) {
    throw fieldInvalid(name, value, "Host is a host and an optional port (RFC 9110 §7.2)");
  }
}

function checkContentLength(value: string, content: RequestContent): void {
  const declared = parseLength(trimOws(value));
  if (declared === undefined)
    throw fieldInvalid("Content-Length", value, "it is not a length (RFC 9110 §8.6)");
  if (content.kind === "chunked") {
    throw framingInvalid(`Content-Length is ${declared}, and the body is sent chunked (RFC 9112 §6.2)`);
  }
  const bytes = content.kind === "length" ? content.bytes : 0;
  if (declared !== bytes)
    throw framingInvalid(`Content-Length is ${declared}, and the body has ${bytes} bytes`);
}

function checkTransferEncoding(value: string, content: RequestContent): void {
  if (trimOws(value).toLowerCase() !== "chunked") {
    throw framingInvalid(
      `Transfer-Encoding is ${JSON.stringify(value)}, and only chunked is sent (RFC 9112 §6.1)`,
    );
  }
  if (content.kind !== "chunked")
    throw framingInvalid("Transfer-Encoding is chunked, and the body has a known length");
}

const methodsWithoutContent: ReadonlySet<string> = new Set(["CONNECT", "TRACE"]);
const methodsWithContent: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "QUERY"]);

/** The one field that says where the body ends, if there is one. */
function writeFraming(method: string, content: RequestContent): string {
  if (content.kind !== "none" && methodsWithoutContent.has(method)) {
    throw framingInvalid(`${method} has no content (RFC 9110 §9.3.6, §9.3.8)`);
  }
  switch (content.kind) {
    case "chunked":
      return "Transfer-Encoding: chunked\r\n";
    case "length":
      if (!Number.isSafeInteger(content.bytes) || content.bytes < 0) {
        throw framingInvalid(`a body has no ${content.bytes} bytes`);
      }
      return `Content-Length: ${content.bytes}\r\n`;
    case "none":
      // RFC 9110 §8.6: where content is expected, its absence is said.
      return methodsWithContent.has(method) ? "Content-Length: 0\r\n" : "";
  }
}

function fieldInvalid(name: string, value: string, reason: string): HttpsError<"request-field-invalid"> {
  return new HttpsError("request-field-invalid", { name: shownWord(name), value: shownWord(value), reason });
}

function framingInvalid(reason: string): HttpsError<"request-framing-invalid"> {
  return new HttpsError("request-framing-invalid", { reason });
}
