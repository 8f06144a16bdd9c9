/** HTTP/2 as a client reads and writes it: RFC 9113, RFC 7541. Bytes in, values out; no I/O, no clock. */
export { errorCodes, errorName } from "./error-codes.ts";
export {
  eachSetting,
  frameFlags,
  FrameReader,
  frameTypes,
  FrameWriter,
  settingIds,
  type FrameFault,
  type FrameHeader,
  type FrameSink,
} from "./frames/index.ts";
export {
  HpackDecoder,
  HpackEncoder,
  type FieldSpace,
  type FieldToEncode,
  type HeaderField,
  type HpackOutcome,
} from "./hpack/index.ts";
export { OctetWriter } from "./octet-writer.ts";
export { ClientConnection, type RetireReason } from "./connection/client-connection.ts";
export type { MessageFraming } from "./connection/message.ts";
export { requestLines, type RequestTarget } from "./connection/request-lines.ts";
export type { ClientStream, StreamCompletion, StreamSink } from "./connection/stream.ts";
export { errorFromFailure, type Failure } from "./failure.ts";
