/**
 * The opening handshake by HTTP/2: RFC 8441. The WebSocket is a stream of a connection that carries the client's requests, too,
 * and that both keys have admitted. Over a connection that is there it may turn out that nothing came of it; then the server is
 * asked by HTTP/1.1.
 */
import { HttpsError, onAbort } from "../../core/index.ts";
import { writeRequestHead } from "../../http1/index.ts";
import { checkAnswer } from "../../websocket/index.ts";
import { listFieldsFor } from "../journey/request-fields.ts";
import type { EventListener } from "../events.ts";
import type { Timeouts } from "../options/timeouts.ts";
import { Call, type Answer, type Outgoing } from "../pool/call.ts";
import type { Opened } from "./carrier.ts";
import {
  abortedHandshake,
  agreedBy,
  explainStatus,
  handshakeFields,
  refusedBy,
  type HandshakeRequest,
} from "./handshake-fields.ts";
import { LiveWebsocket } from "./live-websocket.ts";

/** How a call gets its connection. */
export interface SharePorts {
  /** Over a connection that is there; `false` where there is none that takes it. */
  readonly share: (call: Call) => boolean;
  /** Over HTTP/2, whatever has to be opened for it. */
  readonly dispatch: (call: Call) => { withdraw(call: Call): void };
  readonly timeouts: Timeouts;
  readonly onEvent: EventListener | undefined;
}

/** By a connection that is there, if that comes to an answer; `undefined` where the server is to be asked by HTTP/1.1. */
export async function shareIfThere(
  ports: SharePorts,
  request: HandshakeRequest,
): Promise<Opened | undefined> {
  const call = new Call(outgoingOf(ports, request), performance.now());
  if (!ports.share(call)) return undefined;
  const answer = await answerOf(call, request).catch((error: unknown) => {
    if (isOfConnection(error)) return undefined;
    throw error;
  });
  // RFC 9110 §15.5.20: another connection may lead to who answers for this origin.
  return answer === undefined || answer.head.status === 421 ? undefined : openedBy(answer, request);
}

/** By HTTP/2 alone. @throws HttpsError `websocket-refused`, and what a request by HTTP/2 can end in */
export async function share(ports: SharePorts, request: HandshakeRequest): Promise<Opened> {
  const attempt = (needsFresh: boolean): { readonly call: Call; readonly answer: Promise<Answer> } => {
    const call = new Call(outgoingOf(ports, request), performance.now());
    call.needsFresh = needsFresh;
    const queue = ports.dispatch(call);
    return { call, answer: answerOf(call, request, queue) };
  };
  const first = attempt(false);
  const answer = await first.answer.catch((error: unknown) => {
    // As for a request that may be sent again: what is lost with a connection that had been used before.
    if (isOfConnection(error) && (first.call.reused || first.call.isUnprocessed)) return attempt(true).answer;
    throw error;
  });
  return openedBy(answer, request);
}

function outgoingOf({ timeouts, onEvent }: SharePorts, request: HandshakeRequest): Outgoing {
  const { target, secretHeaders } = request;
  const head = writeRequestHead({
    method: "GET",
    target: target.path,
    fields: listFieldsFor(target, handshakeFields(request)),
    content: { kind: "none" },
    secretNames: secretHeaders,
  });
  return {
    method: "CONNECT",
    host: target.host,
    head,
    octets: undefined,
    body: { kind: "none" },
    tunnel: "websocket",
    secretHeaders,
    closes: false,
    expectContinueMs: undefined,
    idempotent: true,
    timeouts,
    asker: { onEvent, onSending: () => {}, onInformational: () => {} },
    onUploadProgress: undefined,
    onDownloadProgress: undefined,
  };
}

/** The answer, unless the signal ends the waiting. */
async function answerOf(
  call: Call,
  request: HandshakeRequest,
  queue?: { withdraw(call: Call): void },
): Promise<Answer> {
  const { signal } = request;
  const onAborted = (): void => {
    const error = abortedHandshake(request);
    if (call.connection !== undefined) return call.connection.giveUp(call, error);
    call.fail(error);
    queue?.withdraw(call);
  };
  const stopListening = onAbort(signal, onAborted);
  if (signal.aborted) onAborted();
  try {
    return await call.answer;
  } finally {
    stopListening();
  }
}

function openedBy({ head, connection }: Answer, request: HandshakeRequest): Opened {
  const { target, protocols, deflate, onHead } = request;
  const { host } = target;
  const { tunnel, link } = connection;
  onHead(head);
  if (tunnel === undefined) throw refusedBy(host, explainStatus(head, "200"), head);
  const reason = checkAnswer(head.fields, { protocols, deflate });
  if (reason !== undefined) {
    tunnel.destroy();
    throw refusedBy(host, reason, head);
  }
  const { live, ...agreed } = agreedBy(head, request);
  return {
    link,
    first: new Uint8Array(0),
    ...agreed,
    carry: (sink) => new LiveWebsocket(tunnel, sink, live),
  };
}

/** What a connection of HTTP/1.1 may not meet: the other one ended, or its server did not want this over HTTP/2. */
function isOfConnection(error: unknown): boolean {
  return error instanceof HttpsError && ofConnection.has(error.code);
}

const ofConnection: ReadonlySet<string> = new Set([
  "empty-response",
  "http2-goaway",
  "http2-ping-unanswered",
  "http2-stream-reset",
]);
