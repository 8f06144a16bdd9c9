/** What opening handshakes have in common, whichever version of HTTP they go by: what they ask for, what was agreed, and how they fail. RFC 6455 §4.1, RFC 8441 §5. */
import { HttpsError, type Target } from "../../core/index.ts";
import { isInformational, isRedirect, type ResponseHead } from "../../http1/index.ts";
import { readExtensions, renderOffer, type DeflateOffer } from "../../websocket/index.ts";
import type { ConnectionOptions } from "../pool/connection-owner.ts";
import { putField, type FieldTable } from "../journey/request-fields.ts";
import type { Opened } from "./carrier.ts";
import type { LiveOptions } from "./live-websocket.ts";

/** What is asked for, and within which bounds. */
export interface HandshakeRequest {
  readonly target: Target;
  readonly fields: FieldTable;
  readonly protocols: readonly string[];
  /** What is offered of permessage-deflate; `undefined` for nothing. */
  readonly deflate: DeflateOffer | undefined;
  readonly secretHeaders: readonly string[] | undefined;
  readonly headMs: number;
  /** What holds once it is open. */
  readonly live: LiveOptions;
  readonly reading: Pick<ConnectionOptions, "limits" | "allow">;
  readonly signal: AbortSignal;
  /** Told of the answer's head, whatever it says. */
  readonly onHead: (head: ResponseHead) => void;
}

/** The fields that both versions of HTTP have. */
export function handshakeFields({ fields, protocols, deflate }: HandshakeRequest): FieldTable {
  const table: FieldTable = new Map(fields);
  putField(table, "Sec-WebSocket-Version", "13");
  table.delete("sec-websocket-key");
  table.delete("sec-websocket-extensions");
  table.delete("sec-websocket-protocol");
  if (deflate !== undefined) putField(table, "Sec-WebSocket-Extensions", renderOffer(deflate));
  if (protocols.length > 0) putField(table, "Sec-WebSocket-Protocol", protocols.join(", "));
  return table;
}

/** What a server's answer that was accepted has agreed to. */
export function agreedBy(
  { fields }: ResponseHead,
  { deflate, live }: HandshakeRequest,
): Pick<Opened, "protocol" | "extensions"> & { readonly live: LiveOptions } {
  const extensions = fields.getAll("sec-websocket-extensions");
  const read = readExtensions(extensions, deflate);
  return {
    protocol: fields.get("sec-websocket-protocol") ?? "",
    extensions: extensions.join(", "),
    live: { ...live, deflate: read.ok ? read.deflate : undefined },
  };
}

/** Why a status opens no WebSocket. */
export function explainStatus(head: ResponseHead, wanted: string): string {
  const { status } = head;
  const answered = `it answered ${status} in the place of ${wanted}`;
  if (isRedirect(head)) return `${answered}: a redirect, which a WebSocket does not follow`;
  return isInformational(status) ? `${answered}, with no final answer` : answered;
}

/** The server's answer opens no WebSocket. */
export function refusedBy(
  host: string,
  reason: string,
  { status }: Pick<ResponseHead, "status">,
): HttpsError {
  return new HttpsError("websocket-refused", { host, reason, status });
}

/** The signal ended the handshake. */
export function abortedHandshake({ target: { host }, signal }: HandshakeRequest): HttpsError {
  return new HttpsError("aborted", { host, phase: "WebSocket handshake" }, { cause: signal.reason });
}
