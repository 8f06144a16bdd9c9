/**
 * The opening handshake: RFC 6455 §4.1. The request goes out on a connection that both keys have admitted, and what answers it
 * is read by the reader of every response. Loaded when the first WebSocket opens.
 */
import { createHash, randomBytes } from "node:crypto";
import { HttpsError, onAbort, type Target } from "../../core/index.ts";
import {
  errorFromFailure,
  isInformational,
  isRedirect,
  ResponseReader,
  writeRequestHead,
  type Failure,
  type ResponseHead,
} from "../../http1/index.ts";
import type { StreamLink } from "../../net/index.ts";
import { checkHandshake, provenBy } from "../../websocket/index.ts";
import { listFieldsFor, putField, type FieldTable } from "../journey/request-fields.ts";
import type { ConnectionOptions } from "../pool/connection-owner.ts";
import type { CarrierSink, Opened } from "./carrier.ts";
import { LiveWebsocket } from "./live-websocket.ts";

/** What is asked for, and within which bounds. */
export interface HandshakeRequest {
  readonly target: Target;
  readonly fields: FieldTable;
  readonly protocols: readonly string[];
  readonly secretHeaders: readonly string[] | undefined;
  readonly headMs: number;
  readonly maxMessageBytes: number;
  readonly closeMs: number;
  readonly reading: Pick<ConnectionOptions, "limits" | "allow">;
  readonly signal: AbortSignal;
  /** Told of the answer's head, whatever it says. */
  readonly onHead: (head: ResponseHead) => void;
}

/** @throws HttpsError `websocket-refused`, `head-timeout`, `aborted`, and what a response's head can end in; the socket is closed then */
export async function shakeHands(link: StreamLink, request: HandshakeRequest): Promise<Opened> {
  const { target, protocols, onHead } = request;
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
          })
        : explainStatus(head);
    if (reason !== undefined) throw refused(host, reason, head.status);
    const { maxMessageBytes, closeMs } = request;
    return {
      link,
      first,
      protocol: head.fields.get("sec-websocket-protocol") ?? "",
      carry: (sink: CarrierSink) => new LiveWebsocket(link.socket, sink, { host, maxMessageBytes, closeMs }),
    };
  } catch (error) {
    link.socket.destroy();
    throw error;
  }
}

/** @throws HttpsError `request-field-invalid` */
function writeAsked({ target, fields, protocols, secretHeaders }: HandshakeRequest, key: string): string {
  const table: FieldTable = new Map(fields);
  putField(table, "Connection", "Upgrade");
  putField(table, "Upgrade", "websocket");
  putField(table, "Sec-WebSocket-Version", "13");
  putField(table, "Sec-WebSocket-Key", key);
  table.delete("sec-websocket-extensions");
  table.delete("sec-websocket-protocol");
  if (protocols.length > 0) putField(table, "Sec-WebSocket-Protocol", protocols.join(", "));
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
function ask({ socket }: StreamLink, request: HandshakeRequest, text: string): Promise<Answered> {
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
    const onLate = (): void =>
      end(() =>
        reject(
          new HttpsError("head-timeout", { host, limitMs: headMs, bytesReceived: reader.receivedBytes }),
        ),
      );
    const timer = headMs === Infinity ? undefined : setTimeout(onLate, headMs);
    const onAborted = (): void =>
      end(() =>
        reject(new HttpsError("aborted", { host, phase: "WebSocket handshake" }, { cause: signal.reason })),
      );
    const stopListening = onAbort(signal, onAborted);
    const end = (outcome: () => void): void => {
      clearTimeout(timer);
      stopListening();
      socket.pause();
      socket.off("data", onData).off("end", onEnd).off("error", onReset).off("close", onReset);
      outcome();
    };
    socket.on("data", onData).on("end", onEnd).on("error", onReset).on("close", onReset);
    reader.begin({ method: "GET", allowUpgrade: ["websocket"] });
    if (signal.aborted) onAborted();
    else if (socket.destroyed) onReset();
    else socket.write(text, "latin1");
  });
}

function errorOf(failure: Failure, host: string): HttpsError {
  return failure.code === "unasked-upgrade"
    ? refused(host, "its Upgrade field does not say websocket and nothing else", 101)
    : errorFromFailure(failure);
}

function refused(host: string, reason: string, status: number): HttpsError {
  return new HttpsError("websocket-refused", { host, reason, status });
}

function explainStatus(head: ResponseHead): string {
  const { status } = head;
  const answered = `it answered ${status} in the place of 101`;
  if (isRedirect(head)) return `${answered}: a redirect, which a WebSocket does not follow`;
  return isInformational(status) ? `${answered}, with no final answer` : answered;
}
