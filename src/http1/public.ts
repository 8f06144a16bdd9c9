/** HTTP/1.1 for users of the package: a reader of responses and a writer of requests, bytes in and values out. */
export { checkBodySent, chunkEnd, writeChunkHead, writeLastChunk } from "./chunk-writer.ts";
export { errorFromFailure, type Failure, type FailureCode } from "./failure.ts";
export { type Field, Fields, fieldsFrom } from "./fields.ts";
export type { Exchange, ResponseHead, Version } from "./head.ts";
export { defaultReaderLimits, type ReaderLimits } from "./limits.ts";
export { decodeLatin1, type DecodeLatin1 } from "./octets.ts";
export type { Persistence } from "./persistence.ts";
export { type RequestContent, type RequestHead, writeRequestHead } from "./request-writer.ts";
export { type Completion, type ReaderOptions, ResponseReader, type ResponseSink } from "./response-reader.ts";
export type { Tolerance } from "./tolerance.ts";
