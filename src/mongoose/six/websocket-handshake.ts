/** The opening handshake of WebSocket, a client's side: RFC 6455 §4.1, §4.2.2. */
import { createHash, randomBytes } from "node:crypto";
import { splitTokenList, writeFieldLine, type ResponseHead } from "../../http1/index.ts";
import type { Destination } from "../shared/address.ts";
import { writeCredentials, writeExtra } from "./request-head.ts";

/** What a handshake asked for, and what has to come back. */
export interface Handshake {
  readonly request: string;
  readonly accept: string;
  readonly protocols: readonly string[];
}

/** RFC 6455 §1.3: appended to the key, so that the answer proves that the request was understood. */
const proof = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const ownFields: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "connection",
  "sec-websocket-version",
  "sec-websocket-key",
  "sec-websocket-protocol",
  "sec-websocket-extensions",
]);

/** The request in the order of mg_send_websocket_handshake3v. @throws HttpsError `request-field-invalid` */
export function writeHandshake(
  destination: Destination,
  protocol: string | null | undefined,
  extraHeaders: string | null | undefined,
): Handshake {
  const key = randomBytes(16).toString("base64");
  const offered = protocol ?? "";
  const request = [
    `GET ${destination.path} HTTP/1.1\r\n`,
    "Upgrade: websocket\r\nConnection: Upgrade\r\n",
    writeCredentials(destination),
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n`,
    `Host: ${destination.authority}\r\n`,
    offered === "" ? "" : writeFieldLine("Sec-WebSocket-Protocol", offered),
    writeExtra(extraHeaders, ownFields),
    "\r\n",
  ].join("");
  return { request, accept: acceptFor(key), protocols: splitTokenList(offered) };
}

/** What a server that understood the key answers: RFC 6455 §4.2.2 (5.4). */
export function acceptFor(key: string): string {
  return createHash("sha1")
    .update(key + proof)
    .digest("base64");
}

/** What is wrong with a 101, or undefined: RFC 6455 §4.1, the list of what a client must check. */
export function checkHandshake(
  { fields }: ResponseHead,
  { accept, protocols }: Handshake,
): string | undefined {
  const connection = splitTokenList(fields.get("connection") ?? "");
  if (!connection.some((token) => token.toLowerCase() === "upgrade"))
    return "its Connection field does not say Upgrade";
  const given = fields.getAll("sec-websocket-accept");
  if (given.length === 0) return "it has no Sec-WebSocket-Accept";
  if (given.length > 1 || given[0] !== accept)
    return "its Sec-WebSocket-Accept does not answer the key that was sent";
  if (fields.has("sec-websocket-extensions")) return "it names extensions, and none was offered";
  const protocol = fields.get("sec-websocket-protocol");
  if (protocol !== undefined && !protocols.includes(protocol))
    return "it names a subprotocol that was not offered";
  return undefined;
}
