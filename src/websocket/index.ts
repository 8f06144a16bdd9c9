/** WebSocket, a client's side: what its frames and its handshake mean, and how frames are written. RFC 6455. */
export { ByteQueue } from "./byte-queue.ts";
export { readExtensions, renderOffer, type DeflateAgreed, type DeflateOffer } from "./extensions.ts";
export {
  malformed,
  WEBSOCKET_COMPRESSED,
  WEBSOCKET_DONT_FIN,
  WEBSOCKET_OP_BINARY,
  WEBSOCKET_OP_CLOSE,
  WEBSOCKET_OP_CONTINUE,
  WEBSOCKET_OP_PING,
  WEBSOCKET_OP_PONG,
  WEBSOCKET_OP_TEXT,
  writeFrame,
} from "./frames.ts";
export { checkAnswer, checkHandshake, provenBy, type Expected } from "./handshake.ts";
export { WebsocketProtocol, type WebsocketEvents, type WebsocketMessage } from "./protocol.ts";
