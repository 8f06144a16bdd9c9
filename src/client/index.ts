/** One request from call to outcome, and what it is made of. `src/index.ts` chooses what is public of it. */
export { MeerkatAgent } from "./adapters/agent.ts";
export type { Authentication } from "./journey/authentication.ts";
export { Client } from "./client.ts";
export { requireDestination } from "./destination.ts";
export { clientLimits } from "./limits.ts";
export { diagnose } from "./diagnose.ts";
export { MeerkatSocket } from "./adapters/socket.ts";
export { createFetch } from "./adapters/fetch/create-fetch.ts";
export { installGlobally, type Installation } from "./adapters/install.ts";
export { MeerkatDispatcher } from "./adapters/dispatcher/dispatcher.ts";
export { dispatchRows } from "./adapters/dispatcher/options.ts";
export type { Controller, EarlierHandler, Handler } from "./adapters/dispatcher/handler.ts";
export {
  agentMemberRows,
  agentRefusedNames,
  agentRows,
  fetchRows,
  requestRows,
  type OptionRow,
  type OptionRows,
} from "./adapters/options.ts";
export { registerInquirer, type Inquiry, type Reading } from "./inquiry.ts";
export { maskField } from "./journey/masked-fields.ts";
export type { CookieJar } from "./journey/cookies.ts";
export type { ClientEvent } from "./events.ts";
export type { ConnectOptions, StartTlsOptions } from "./options/connect-options.ts";
export type { ClientOptions, Environment, FieldsInput, RequestOptions } from "./options/options.ts";
export { request } from "./request.ts";
export type { BodyInput } from "./body/request-body.ts";
export { Response, type RequestAttempt, type Requester } from "./response.ts";
export { mergeTimeouts, type Timeouts } from "./options/timeouts.ts";
export { Call, type Answer, type Asker } from "./pool/call.ts";
export type { ConnectionOwner } from "./pool/connection-owner.ts";
export { Connection } from "./pool/connection.ts";
export { Pool, type PoolOptions } from "./pool/pool.ts";
export { trustOf } from "./trust-of.ts";
export { chooseProxy } from "./pool/proxy-choice.ts";
export { defaultUserAgent } from "./journey/first-head.ts";
