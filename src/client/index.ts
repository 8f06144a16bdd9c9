/** One request from call to outcome, and what it is made of. `src/index.ts` chooses what is public of it. */
export { MeerkatAgent, type MeerkatAgentOptions } from "./agent.ts";
export type { Authentication } from "./journey/authentication.ts";
export { Client } from "./client.ts";
export { clientLimits } from "./limits.ts";
export { createFetch } from "./fetch.ts";
export { registerInquirer, type Inquiry } from "./inquiry.ts";
export { maskField } from "./journey/masked-fields.ts";
export type { CookieJar } from "./journey/cookies.ts";
export type { ClientEvent, EventListener } from "./events.ts";
export type {
  ClientOptions,
  Environment,
  FieldsInput,
  FieldValue,
  RequestOptions,
  RequestParts,
  SharedOptions,
} from "./options/options.ts";
export { request } from "./request.ts";
export type { BodyInput } from "./body/request-body.ts";
export {
  Response,
  type Completeness,
  type ConnectionInfo,
  type Redirect,
  type RequestAttempt,
  type Timings,
} from "./response.ts";
export type { RetryOptions } from "./journey/retry.ts";
export { mergeTimeouts, type Timeouts } from "./options/timeouts.ts";
export { Call, type Answer, type Asker } from "./pool/call.ts";
export { Connection, type ConnectionOwner } from "./pool/connection.ts";
export { trustOf } from "./trust-of.ts";
export { chooseProxy } from "./pool/proxy-choice.ts";
export { defaultUserAgent, version } from "./version.ts";
