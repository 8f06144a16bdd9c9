/** One request from call to outcome, and what it is made of. `src/index.ts` chooses what is public of it. */
export { MeerkatAgent } from "./adapters/agent.ts";
export type { Authentication } from "./options/authentication.ts";
export { spelt } from "./options/spelling.ts";
export { isRewritten } from "./journey/method.ts";
export { Client, type Ask, type Send } from "./client.ts";
export { requireDestination, usualAlpn } from "./destination.ts";
export { clientLimits } from "./limits.ts";
export { diagnose } from "./diagnose.ts";
export { MeerkatSocket } from "./adapters/socket.ts";
export { createFetch } from "./adapters/fetch/create-fetch.ts";
export { installGlobally, type Installation } from "./adapters/install.ts";
export { MeerkatDispatcher } from "./adapters/dispatcher/dispatcher.ts";
export { dispatchRows } from "./adapters/dispatcher/options.ts";
export type { Controller, EarlierHandler, Handler } from "./adapters/dispatcher/handler.ts";
export { agentMemberRows, agentRefusedNames, agentRows, requestRows } from "./adapters/agent-options.ts";
export { fetchRows } from "./adapters/fetch/options.ts";
export type { OptionRow, OptionRows } from "./adapters/option-rows.ts";
export { registerInquirer, type Inquiry, type Reading } from "./inquiry.ts";
export type { CacheEntry, CacheOptions, CacheStore } from "./options/cache-option.ts";
export type { Har } from "./recording/har.ts";
export { openRecorder, type Recorder, type RecorderOptions } from "./recording/recorder.ts";
export { replay, type ReplayOptions } from "./recording/replay.ts";
export type { CookieJar } from "./options/cookie-jar.ts";
export type { ClientEvent } from "./events.ts";
export type { ConnectOptions, StartTlsOptions } from "./options/connect-options.ts";
export type { ClientOptions, Environment, FieldsInput, RequestOptions } from "./options/options.ts";
export type {
  EventsOptions,
  EventStreamOptions,
  Reconnection,
  ServerEvent,
} from "./event-stream/server-event.ts";
export type {
  VerifiedWebSocket,
  WebSocketEventMap,
  WebSocketHandler,
} from "./websocket/verified-websocket.ts";
export type {
  WebSocketCloseEvent,
  WebSocketData,
  WebSocketEnd,
  WebSocketErrorEvent,
} from "./websocket/websocket-events.ts";
export type { PerMessageDeflate, WebSocketOptions } from "./websocket/websocket-options.ts";
export type { ItemOptions, NextPage, PageOptions } from "./pages/page-options.ts";
export type {
  AskedRequest,
  Exchange,
  MadeAnswer,
  Middleware,
  Next,
  RequestChanges,
} from "./middleware/exchange.ts";
export { request, type Requests } from "./request.ts";
export type { PairsInput } from "./body/pairs.ts";
export type { StandardSchema } from "./standard-schema.ts";
export type { BodyInput } from "./body/request-body.ts";
export { wireFields, Response, type Requester } from "./response.ts";
export type { ReadonlyHeaders } from "./readonly-headers.ts";
export type { RequestAttempt } from "./response-facts.ts";
export { offeredFor, type Protocol, type Spoken } from "./options/protocol.ts";
export { mergeTimeouts, type Timeouts } from "./options/timeouts.ts";
export { Call, type Answer, type Asker } from "./pool/call.ts";
export { outgoingQuestion } from "./pool/outgoing-question.ts";
export type { ConnectionOwner } from "./pool/connection-owner.ts";
export type { PoolReason } from "./pool/free-connections.ts";
export { speakOver, type Speak } from "./pool/connection-over.ts";
export { Connection } from "./pool/connection.ts";
export { earlyEnd, Pool, type PoolOptions } from "./pool/pool.ts";
export type { PooledConnection } from "./pool/pooled-connection.ts";
export { trustOf } from "./trust-of.ts";
export { chooseProxy } from "./pool/proxy-choice.ts";
export { Attempts, type Again } from "./journey/attempts.ts";
export { defaultUserAgent } from "./journey/first-head.ts";
