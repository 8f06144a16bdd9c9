/** Meerkat: an HTTPS client that tells you why. */
export { HttpsError, type Code, type Details, type Fault, type Stage } from "../core/index.ts";
export type { Field, Fields, ReaderLimits, ResponseHead, Tolerance } from "../http1/index.ts";
export type {
  ClientCertificate,
  LinkFacts,
  RootsOption,
  StreamLink,
  TlsVersion,
  TrustOptions,
} from "../net/index.ts";
export type { TrustReport, TrustReportJson } from "../trust/index.ts";
export { MeerkatAgent, type MeerkatAgentOptions } from "./agent.ts";
export type { Authentication } from "./authentication.ts";
export { Client } from "./client.ts";
export { clientLimits } from "./limits.ts";
export { createFetch } from "./fetch.ts";
export { maskField } from "./masked-fields.ts";
export type { CookieJar } from "./cookies.ts";
export type { ClientEvent, EventListener } from "./events.ts";
export type {
  ClientOptions,
  Environment,
  FieldsInput,
  FieldValue,
  RequestOptions,
  RequestParts,
  SharedOptions,
} from "./options.ts";
export { request } from "./request.ts";
export type { BodyInput } from "./request-body.ts";
export {
  Response,
  type Completeness,
  type ConnectionInfo,
  type Redirect,
  type RequestAttempt,
  type Timings,
} from "./response.ts";
export type { RetryOptions } from "./retry.ts";
export type { Timeouts } from "./timeouts.ts";
export { trustOf } from "./trust-of.ts";
export { acceptedCodings } from "./decode.ts";
export { chooseProxy, type ProxyChoice, type ProxyQuestion } from "./proxy-choice.ts";
export { parseTarget, type Target } from "./target.ts";
export { defaultUserAgent, version } from "./version.ts";
