/**
 * A tunnel through a proxy: CONNECT, RFC 9110 §9.3.6. What the proxy says instead of opening one is kept: status,
 * fields and the first KiB of its page, because that is where the reason stands.
 */
import type { Socket } from "node:net";
import { hasOwn, HttpsError } from "../core/index.ts";
import {
  errorFromFailure,
  ResponseReader,
  writeRequestHead,
  type Field,
  type ResponseHead,
  type ResponseSink,
  type Tolerance,
} from "../http1/index.ts";
import { decodeLatin1 } from "./latin1.ts";
import { runOnSocket } from "./guard.ts";
import { netLimits } from "./limits.ts";

export interface TunnelRequest {
  /** `host:port`, an IPv6 address in brackets. */
  readonly authority: string;
  /** The proxy's origin, for messages. */
  readonly proxy: string;
  /** The value of Proxy-Authorization. */
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
  readonly allow: readonly Tolerance[] | undefined;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws HttpsError `proxy-refused proxy-authentication-required proxy-malformed proxy-timeout aborted` */
export function openTunnel(socket: Socket, request: TunnelRequest): Promise<void> {
  const { authority: target, proxy, limitMs } = request;
  let answer: ProxyAnswer | undefined;
  const guard = {
    limitMs,
    signal: request.signal,
    // A refusal whose page does not come to its end is a refusal all the same.
    timedOut: () => answer?.refusal() ?? new HttpsError("proxy-timeout", { proxy, target, limitMs }),
    aborted: (cause: unknown) => new HttpsError("aborted", { host: target, phase: "proxy" }, { cause }),
  };
  return runOnSocket<void>(socket, guard, (resolve, reject) => {
    const broken = (reason: string, cause?: unknown): void =>
      reject(new HttpsError("proxy-malformed", { proxy, reason, tolerance: undefined }, { cause }));
    const reader = (answer = new ProxyAnswer(request, resolve, reject));
    const onData = (chunk: Uint8Array): void => {
      const rest = reader.take(chunk);
      if (rest === undefined) return;
      socket.pause();
      for (const [event, listener] of listeners) socket.removeListener(event, listener as never);
      socket.unshift(rest);
    };
    const listeners: readonly (readonly [string, (argument: never) => void])[] = [
      ["data", onData],
      ["end", () => reader.end()],
      ["error", (error: Error) => broken(error.message, error)],
      ["close", () => broken("it closed the connection.")],
    ];
    for (const [event, listener] of listeners) socket.on(event, listener as never);
    socket.write(
      writeRequestHead({
        method: "CONNECT",
        target,
        fields: requestFields(request),
        content: { kind: "none" },
      }),
      "latin1",
    );
  });
}

function requestFields({ authority, authorization, userAgent }: TunnelRequest): readonly Field[] {
  const fields: Field[] = [["Host", authority]];
  if (userAgent !== undefined) fields.push(["User-Agent", userAgent]);
  if (authorization !== undefined) fields.push(["Proxy-Authorization", authorization]);
  return fields;
}

/** Reads the answer to CONNECT: a tunnel, or a refusal with the beginning of its page. */
class ProxyAnswer implements ResponseSink {
  readonly #request: TunnelRequest;
  readonly #opened: () => void;
  readonly #reject: (error: Error) => void;
  readonly #reader: ResponseReader;
  #head: ResponseHead | undefined;
  #body = "";

  constructor(request: TunnelRequest, opened: () => void, reject: (error: Error) => void) {
    this.#request = request;
    this.#reader = new ResponseReader({
      decodeLatin1,
      limits: { headBytes: netLimits.proxyHeadBytes.value },
      allow: request.allow ?? [],
    });
    this.#opened = opened;
    this.#reject = reject;
    this.#reader.begin({ method: "CONNECT" });
  }

  /** What follows the head of a success belongs to the tunnel; `undefined` while there is none. */
  take(chunk: Uint8Array): Uint8Array | undefined {
    const at = this.#reader.push(chunk, 0, chunk.length, this);
    if (this.#reader.phase !== "tunnel") return undefined;
    this.#opened();
    return chunk.subarray(at);
  }

  end(): void {
    this.#reader.end("fin", this);
  }

  onInformational(): void {}

  onHead(head: ResponseHead): void {
    this.#head = head;
  }

  onBody(bytes: Uint8Array, start: number, end: number): boolean {
    const room = netLimits.proxyBodyBytes.value - this.#body.length;
    this.#body += decodeLatin1(bytes, start, Math.min(end, start + room));
    if (this.#body.length >= netLimits.proxyBodyBytes.value) this.#refuse();
    return true;
  }

  onTrailers(): void {}

  onComplete(): void {
    this.#refuse();
  }

  onFailure(failure: Parameters<ResponseSink["onFailure"]>[0]): void {
    if (this.#head !== undefined) return this.#refuse();
    const error = errorFromFailure(failure);
    const { message: reason, detail } = error;
    const tolerance = hasOwn(detail, "tolerance") ? detail.tolerance : undefined;
    const { proxy } = this.#request;
    this.#reject(new HttpsError("proxy-malformed", { proxy, reason, tolerance }, { cause: error }));
  }

  #refuse(): void {
    const refusal = this.refusal();
    if (refusal !== undefined) this.#reject(refusal);
  }

  /** What it answered instead of opening a tunnel, once its head is there; a head that opens one ends the reading. */
  refusal(): HttpsError | undefined {
    const head = this.#head;
    if (head === undefined) return undefined;
    const { proxy, authority: target, authorization } = this.#request;
    const { status, reason } = head;
    const answer = { proxy, target, status, reason, fields: [...head.fields], body: this.#body };
    const schemes = head.fields.getAll("proxy-authenticate").join(", ");
    if (status !== 407) return new HttpsError("proxy-refused", answer);
    const sent = authorization !== undefined;
    return new HttpsError("proxy-authentication-required", { ...answer, schemes, sent });
  }
}
