/**
 * The opening handshake by HTTP/1.1: RFC 6455 §4.1. The request goes out on a connection that both keys have admitted, and what answers it
 * is read by the reader of every response. Loaded when the first WebSocket opens.
 */
import { createHash, randomBytes } from "node:crypto";
import { HttpsError, onAbort } from "../../core/index.ts";
import {
  errorFromFailure,
  ResponseReader,
  writeRequestHead,
  type Failure,
  type ResponseHead,
} from "../../http1/index.ts";
import { failureOfStream, type StreamLink } from "../../net/index.ts";
import { checkHandshake, provenBy } from "../../websocket/index.ts";
import { listFieldsFor, putField } from "../journey/request-fields.ts";
import type { CarrierSink, Opened } from "./carrier.ts";
import {
  abortedHandshake,
  agreedBy,
  explainStatus,
  handshakeFields,
  refusedBy,
  type HandshakeRequest,
} from "./handshake-fields.ts";
import { LiveWebsocket } from "./live-websocket.ts";

/** @throws HttpsError `websocket-refused`, `head-timeout`, `aborted`, `client-certificate-required`, `tls-alert`, `tls-failed`, and what a response's head can end in; the socket is closed then */
export async function shakeHands(link: StreamLink, request: HandshakeRequest): Promise<Opened> {
  const { target, protocols, deflate, onHead } = request;
  const { host } = target;
  try {
    const key = randomBytes(16).toString("base64");
    const { head, first } = await ask(link, request, writeAsked(request, key));
    onHead(head);
    const reason =
      head.status === 101
        ? checkHandshake(head, {
            accept: createHash("sha1").update(provenBy(key)).digest("base64"),
            protocols,
            deflate,
          })
        : explainStatus(head, "101");
    if (reason !== undefined) throw refusedBy(host, reason, head);
    const { live, ...agreed } = agreedBy(head, request);
    return {
      link,
      first,
      ...agreed,
      carry: (sink: CarrierSink) => new LiveWebsocket(link.socket, sink, live),
    };
  } catch (error) {
    link.socket.destroy();
    throw error;
  }
}

/** @throws HttpsError `request-field-invalid` */
function writeAsked(request: HandshakeRequest, key: string): string {
  const { target, secretHeaders } = request;
  const table = handshakeFields(request);
  putField(table, "Connection", "Upgrade");
  putField(table, "Upgrade", "websocket");
  putField(table, "Sec-WebSocket-Key", key);
  return writeRequestHead({
    method: "GET",
    target: target.path,
    fields: listFieldsFor(target, table),
    content: { kind: "none" },
    secretNames: secretHeaders,
  });
}

interface Answered {
  readonly head: ResponseHead;
  /** What came behind it. */
  readonly first: Uint8Array;
}

/** Sends the request and reads the head of its answer; the socket is paused behind it. */
function ask(link: StreamLink, request: HandshakeRequest, text: string): Promise<Answered> {
  const { socket } = link;
  const { target, headMs, reading, signal } = request;
  const { host } = target;
  return new Promise<Answered>((resolve, reject) => {
    const reader = new ResponseReader({ limits: reading.limits ?? {}, allow: reading.allow ?? [] });
    let answered: ResponseHead | undefined;
    const sink = {
      onInformational: (): void => {},
      onHead: (head: ResponseHead): void => void (answered = head),
      onBody: (): boolean => false,
      onTrailers: (): void => {},
      onComplete: (): void => {},
      onFailure: (failure: Failure): void => end(() => reject(errorOf(failure, host))),
    };
    const onData = (bytes: Buffer): void => {
      const at = reader.push(bytes, 0, bytes.length, sink);
      const head = answered;
      if (head !== undefined) end(() => resolve({ head, first: bytes.subarray(at) }));
    };
    const onEnd = (): void => reader.end("fin", sink);
    const onReset = (): void => reader.end("reset", sink);
    const onError = (error: Error): void => {
      // In TLS 1.3 a server's verdict on the client's certificate comes behind the handshake.
      const failure = failureOfStream(link, host, error);
      if (failure === undefined) onReset();
      else end(() => reject(failure));
    };
    const onLate = (): void =>
      end(() =>
        reject(
          new HttpsError("head-timeout", { host, limitMs: headMs, bytesReceived: reader.receivedBytes }),
        ),
      );
    const timer = headMs === Infinity ? undefined : setTimeout(onLate, headMs);
    const onAborted = (): void => end(() => reject(abortedHandshake(request)));
    const stopListening = onAbort(signal, onAborted);
    const end = (outcome: () => void): void => {
      clearTimeout(timer);
      stopListening();
      socket.pause();
      socket.off("data", onData).off("end", onEnd).off("error", onError).off("close", onReset);
      outcome();
    };
    socket.on("data", onData).on("end", onEnd).on("error", onError).on("close", onReset);
    reader.begin({ method: "GET", allowUpgrade: ["websocket"] });
    if (signal.aborted) onAborted();
    else if (socket.destroyed) onReset();
    else socket.write(text, "latin1");
  });
}

function errorOf(failure: Failure, host: string): HttpsError {
  return failure.code === "unasked-upgrade"
    ? refusedBy(host, "its Upgrade field does not say websocket and nothing else", { status: 101 })
    : errorFromFailure(failure);
}
