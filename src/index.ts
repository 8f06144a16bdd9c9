/** Meerkat: an HTTPS client that tells you why. The public door: it joins the client and what answers `error.why()`. */
import { registerInquirer } from "./client/index.ts";

export {
  HttpsError,
  type Code,
  type Details,
  type Fault,
  type HttpsErrorConstructor,
  type HttpsErrorJson,
  type HttpsErrorOf,
  type Stage,
  type Unasked,
} from "./core/index.ts";
export type { Field, Fields, ReaderLimits, ResponseHead, Tolerance } from "./http1/index.ts";
export type {
  ClientCertificate,
  LinkFacts,
  RootsOption,
  StreamLink,
  TlsVersion,
  TrustOptions,
} from "./net/index.ts";
export type { TrustReport, TrustReportJson } from "./trust/index.ts";
export {
  Client,
  clientLimits,
  createFetch,
  defaultUserAgent,
  MeerkatAgent,
  request,
  Response,
  trustOf,
  version,
  type Authentication,
  type BodyInput,
  type ClientEvent,
  type ClientOptions,
  type Completeness,
  type ConnectionInfo,
  type CookieJar,
  type Environment,
  type EventListener,
  type FieldsInput,
  type FieldValue,
  type MeerkatAgentOptions,
  type Redirect,
  type RequestAttempt,
  type RequestOptions,
  type RequestParts,
  type RetryOptions,
  type SharedOptions,
  type Timeouts,
  type Timings,
} from "./client/index.ts";

export type { Explanation } from "./why/index.ts";

// Loaded when it is first asked for: most programs never ask.
registerInquirer(async () => (await import("./why/index.ts")).inquire);
