/** Meerkat: an HTTPS client that tells you why. The public door: it joins the client and what answers `error.why()`. */
import { registerInquirer } from "./client/index.ts";

export {
  HttpsError,
  type Code,
  type Details,
  type Fault,
  type HttpsErrorOf,
  type Stage,
  type Unasked,
} from "./core/index.ts";
export type { Diagnosis } from "./diagnosis/index.ts";
export type { TrustOptions } from "./admission/index.ts";
export type { StreamLink } from "./net/index.ts";
export { version } from "./manifest/index.ts";
export type { TrustReport } from "./trust/index.ts";
export {
  Client,
  createFetch,
  diagnose,
  installGlobally,
  MeerkatAgent,
  MeerkatDispatcher,
  MeerkatSocket,
  openRecorder,
  replay,
  request,
  trustOf,
  type Authentication,
  type BodyInput,
  type CacheEntry,
  type CacheOptions,
  type CacheStore,
  type ClientEvent,
  type ClientOptions,
  type Ask,
  type ConnectOptions,
  type CookieJar,
  type AskedRequest,
  type EventsOptions,
  type EventStreamOptions,
  type Exchange,
  type FieldsInput,
  type Har,
  type Installation,
  type ItemOptions,
  type MadeAnswer,
  type Middleware,
  type Next,
  type NextPage,
  type PageOptions,
  type PairsInput,
  type PerMessageDeflate,
  type Reconnection,
  type Recorder,
  type RecorderOptions,
  type ReplayOptions,
  type RequestChanges,
  type RequestOptions,
  type Requests,
  // Its name is the platform's, whose part it plays. Only the type is given: nobody makes one.
  type Response,
  type ReadonlyHeaders,
  type Send,
  type ServerEvent,
  type StandardSchema,
  type StartTlsOptions,
  type Timeouts,
  type VerifiedWebSocket,
  type WebSocketCloseEvent,
  type WebSocketData,
  type WebSocketEnd,
  type WebSocketErrorEvent,
  type WebSocketEventMap,
  type WebSocketHandler,
  type WebSocketOptions,
} from "./client/index.ts";
export type { Explanation } from "./why/index.ts";

// Loaded when it is first asked for: most programs never ask.
registerInquirer(async () => (await import("./why/index.ts")).inquire);

/** `request`, for who imports the package by a name of their own. */
// oxlint-disable-next-line import/no-default-export
export { request as default } from "./client/index.ts";
