/** What a client checks of the answer to its opening handshake: RFC 6455 §4.1, §4.2.2. */
import { splitTokenList, type Fields, type ResponseHead } from "../http1/index.ts";
import { readExtensions, type DeflateOffer } from "./extensions.ts";

/** What has to come back. */
export interface Expected {
  /** The hash of what `provenBy` gives for the key, in Base64. */
  readonly accept: string;
  readonly protocols: readonly string[];
  /** What was offered of permessage-deflate; without it, no extension was. */
  readonly deflate?: DeflateOffer | undefined;
}

/** RFC 6455 §1.3: appended to the key, so that the answer proves that the request was understood. */
const proof = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** What a server that understood the key answers the SHA-1 of (RFC 6455 §4.2.2 (5.4)); the hash is the caller's to make. */
export function provenBy(key: string): string {
  return key + proof;
}

/** What is wrong with a 101, or undefined: RFC 6455 §4.1, the list of what a client must check. */
export function checkHandshake(
  { fields }: ResponseHead,
  { accept, protocols, deflate }: Expected,
): string | undefined {
  const connection = splitTokenList(fields.get("connection") ?? "");
  if (!connection.some((token) => token.toLowerCase() === "upgrade"))
    return "its Connection field does not say Upgrade";
  const given = fields.getAll("sec-websocket-accept");
  if (given.length === 0) return "it has no Sec-WebSocket-Accept";
  if (given.length > 1 || given[0] !== accept)
    return "its Sec-WebSocket-Accept does not answer the key that was sent";
  return checkAnswer(fields, { protocols, deflate });
}

/** What is wrong with an answer that opens a WebSocket, by whichever version of HTTP; or undefined. */
export function checkAnswer(
  fields: Fields,
  { protocols, deflate }: Pick<Expected, "protocols" | "deflate">,
): string | undefined {
  const extensions = readExtensions(fields.getAll("sec-websocket-extensions"), deflate);
  if (!extensions.ok) return extensions.reason;
  const protocol = fields.get("sec-websocket-protocol");
  if (protocol !== undefined && !protocols.includes(protocol))
    return "it names a subprotocol that was not offered";
  return undefined;
}
