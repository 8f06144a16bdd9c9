/** The opening handshake of WebSocket, a client's side: RFC 6455 §4.1, §4.2.2. */
import { createHash, randomBytes } from "node:crypto";
import { splitTokenList, writeFieldLine } from "../../http1/index.ts";
import { provenBy, type Expected } from "../../websocket/index.ts";
import type { Destination } from "../shared/address.ts";
import { writeCredentials, writeExtra } from "./request-head.ts";

/** What a handshake asked for, and what has to come back. */
export interface Handshake extends Expected {
  readonly request: string;
}

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
  return {
    request,
    accept: createHash("sha1").update(provenBy(key)).digest("base64"),
    protocols: splitTokenList(offered),
  };
}
