/** Decides whether a connection may carry another request: RFC 9112 §9.3, §9.6 and §6.1; and its Keep-Alive hint. */
import { ownValue } from "../core/index.ts";
import { splitTokenList } from "./octets.ts";
import type { Fields } from "./fields.ts";
import type { Framing } from "./framing.ts";
import type { Exchange, ResponseHead } from "./head.ts";

/** Why a connection may not be used again. */
export type CloseReason =
  | "request-close"
  | "response-close"
  | "http-1.0"
  | "until-close"
  | "tunnel"
  | "transfer-coding-in-http-1.0"
  | "length-and-transfer-coding"
  | "ignored-lines";

/** Whether the connection can carry another exchange, and if not, why (RFC 9112 §9.3). */
export type Persistence =
  { readonly persists: true } | { readonly persists: false; readonly because: CloseReason };

const stays: Persistence = { persists: true };

/** Whether the connection may be used again once this response is complete, as far as the head says. */
export function connectionPersists(head: ResponseHead, exchange: Exchange, framing: Framing): Persistence {
  if (framing.kind === "tunnel") return closes("tunnel");
  if (framing.kind === "until-close") return closes("until-close");
  if (ownValue(exchange, "close") === true) return closes("request-close");
  if (head.ignoredLines > 0) return closes("ignored-lines");
  const { fields } = head;
  if (framing.kind === "chunked") {
    // RFC 9112 §6.1: both mean a message whose framing is faulty; it is read, and the connection closed.
    if (head.version === "1.0") return closes("transfer-coding-in-http-1.0");
    if (fields.has("content-length")) return closes("length-and-transfer-coding");
  }
  const connection = fields.get("connection");
  if (connection === undefined) return head.version === "1.0" ? closes("http-1.0") : stays;
  if (connection === "keep-alive") return stays; // What most servers send.
  const options = splitTokenList(connection.toLowerCase());
  if (options.includes("close")) return closes("response-close");
  return head.version === "1.0" && !options.includes("keep-alive") ? closes("http-1.0") : stays;
}

function closes(because: CloseReason): Persistence {
  return { persists: false, because };
}

/** What a Keep-Alive field promises. What is undefined was not sent, or was not a number. */
export interface KeepAlive {
  readonly timeoutMs: number | undefined;
  /** Further requests that the connection will take. */
  readonly max: number | undefined;
}

const noHint: KeepAlive = { timeoutMs: undefined, max: undefined };

/** The hint of a Keep-Alive field (RFC 2068 §19.7.1.1); a malformed one is not a hint. */
export function parseKeepAlive(fields: Fields): KeepAlive {
  const value = fields.get("keep-alive");
  if (value === undefined) return noHint;
  const seconds = /(?:^|[,;\s])timeout\s*=\s*"?([0-9]{1,9})(?![0-9])/i.exec(value)?.[1];
  const max = /(?:^|[,;\s])max\s*=\s*"?([0-9]{1,9})(?![0-9])/i.exec(value)?.[1];
  return {
    timeoutMs: seconds === undefined ? undefined : Number(seconds) * 1_000,
    max: max === undefined ? undefined : Number(max),
  };
}
