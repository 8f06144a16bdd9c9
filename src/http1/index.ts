/** HTTP/1.1 as a client reads and writes it: RFC 9112 and RFC 9110. Bytes in, values out; no I/O, no clock. */
export type { Completion, ReaderOptions, ReaderPhase, ResponseSink } from "./response-reader.ts";
export { ResponseReader } from "./response-reader.ts";
export type { Exchange, ResponseHead, Version } from "./head.ts";
export { isInformational } from "./head.ts";
export { Fields, fieldsFrom, noFields, type Field } from "./fields.ts";
export { parseLength, responseFraming, type Framing, type FramingResult } from "./framing.ts";
export {
  connectionPersists,
  parseKeepAlive,
  type CloseReason,
  type KeepAlive,
  type Persistence,
} from "./persistence.ts";
export { errorFromFailure, type Failure, type FailureCode, type FailureOf } from "./failure.ts";
export { chunkSizeDigitLimit, readerLimitChecks, readerLimits, type ReaderLimits } from "./limits.ts";
export { allowCheck, type Tolerance } from "./tolerance.ts";
export { decodeLatin1, isToken, splitTokenList, type DecodeLatin1 } from "./octets.ts";
export { writeFieldLine, writeRequestHead, type RequestContent, type RequestHead } from "./request-writer.ts";
export { credentialNames } from "./credential-names.ts";
export { checkBodySent, chunkEnd, writeChunkHead, writeLastChunk } from "./chunk-writer.ts";
export { parseChallenges, type Challenge } from "./challenge.ts";
export {
  computeDigest,
  digestAlgorithm,
  findDigestChallenge,
  type DigestAlgorithm,
  type DigestRequest,
  type DigestResult,
  type HashText,
} from "./digest.ts";
export { parseHttpDate, parseRetryAfter } from "./http-date.ts";
export { parseMediaType, type MediaType } from "./media-type.ts";
export { checkTrail, isRedirect, isRedirectStatus, readRedirect, type RedirectRules } from "./redirect.ts";
export { singleField, type SingleField } from "./single-field.ts";
