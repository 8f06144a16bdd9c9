/**
 * Sends one request: the head at once, with a body in hand behind it; a body that comes in time chunk by chunk, as
 * fast as the socket takes it, and only after 100 Continue where that was asked for.
 */
import type { Socket } from "node:net";
import { asError, HttpsError, messageOf } from "../../core/index.ts";
import { checkBodySent } from "../../http1/index.ts";
import type { Call } from "./call.ts";
import { SocketOutlet, type BodyOutlet } from "./body-outlet.ts";
import { callListener } from "../events.ts";
import { clientLimits } from "../limits.ts";

export interface UploadEvents {
  /** The whole request was handed to the socket. */
  onSent(call: Call): void;
  /** The peer takes no more for now. */
  onStalled(): void;
  /** It takes more again. */
  onMoving(call: Call): void;
  onUploadFailed(error: Error): void;
}

const utf8 = new TextEncoder();
const joinedBytes = clientLimits.joinedWriteBytes.value;
const sliceBytes = clientLimits.queuedBodyBytes.value;

/** Sends what can be sent in one go; an `Upload` where more has to follow. */
export function sendRequest(call: Call, socket: Socket, events: UploadEvents): Upload | undefined {
  const { head, octets, body, expectContinueMs } = call.outgoing;
  if (body.kind === "none") {
    if (octets === undefined) socket.write(head, "latin1");
    else socket.write(octets);
    events.onSent(call);
    return undefined;
  }
  if (body.kind === "bytes" && expectContinueMs === undefined && body.bytes.length <= joinedBytes) {
    const joined = Buffer.allocUnsafe(head.length + body.bytes.length);
    joined.write(head, "latin1");
    joined.set(body.bytes, head.length);
    socket.write(joined);
    callListener(call.outgoing.onUploadProgress, body.bytes.length, body.bytes.length);
    events.onSent(call);
    return undefined;
  }
  socket.write(head, "latin1");
  const isChunked = body.kind === "stream" && body.length === undefined;
  return Upload.begin(call, new SocketOutlet(socket, isChunked), events);
}

export class Upload {
  readonly #call: Call;
  readonly #outlet: BodyOutlet;
  readonly #events: UploadEvents;
  #stopped = false;
  #wake: (() => void) | undefined;
  #mayContinue = false;
  #source: AsyncIterator<Uint8Array | string> | undefined;

  private constructor(call: Call, outlet: BodyOutlet, events: UploadEvents) {
    this.#call = call;
    this.#outlet = outlet;
    this.#events = events;
  }

  /** Sends the body of a call whose head is on its way. */
  static begin(call: Call, outlet: BodyOutlet, events: UploadEvents): Upload {
    const upload = new Upload(call, outlet, events);
    void upload.#run();
    return upload;
  }

  /** The answer has come, or the connection has gone: nothing more is sent. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake?.();
    void this.#leaveSource();
  }

  onDrain(): void {
    this.#wake?.();
  }

  onContinue(): void {
    this.#mayContinue = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { body, expectContinueMs } = this.#call.outgoing;
    if (body.kind === "none") return;
    try {
      if (expectContinueMs !== undefined) await this.#waitForContinue(expectContinueMs);
      if (this.#stopped) return;
      this.#call.bodyOpened = true;
      const declaredBytes = body.kind === "bytes" ? body.bytes.length : body.length;
      const sentBytes = await this.#sendAll(
        body.kind === "bytes" ? slices(body.bytes) : body.open(),
        declaredBytes,
      );
      if (this.#stopped) return;
      if (declaredBytes !== undefined) checkBodySent(declaredBytes, sentBytes);
      this.#outlet.end();
      this.#events.onSent(this.#call);
    } catch (error) {
      if (!this.#stopped) this.#events.onUploadFailed(asFailure(error));
    }
  }

  async #sendAll(
    chunks: AsyncIterable<Uint8Array | string>,
    declaredBytes: number | undefined,
  ): Promise<number> {
    let sentBytes = 0;
    if (this.#stopped) return sentBytes;
    // A stream that has given what was declared may have more to give, which is an error then.
    const lastAt = this.#call.outgoing.body.kind === "bytes" ? declaredBytes : undefined;
    const source = (this.#source = chunks[Symbol.asyncIterator]());
    for (;;) {
      const { done, value } = await source.next();
      if (done === true) this.#source = undefined;
      if (done === true || this.#stopped) break;
      const bytes = typeof value === "string" ? utf8.encode(value) : asBytes(value);
      if (bytes.length === 0) continue;
      sentBytes += bytes.length;
      if (declaredBytes !== undefined && sentBytes > declaredBytes) checkBodySent(declaredBytes, sentBytes);
      const flowing = this.#outlet.write(bytes, sentBytes === lastAt);
      callListener(this.#call.outgoing.onUploadProgress, sentBytes, declaredBytes);
      if (!flowing) await this.#waitForDrain();
    }
    return sentBytes;
  }

  /** The source may have nothing to say for a long time; it is told at once that nobody listens. */
  async #leaveSource(): Promise<void> {
    try {
      await this.#source?.return?.();
    } catch {
      // How it takes its end is its own affair.
    }
  }

  async #waitForDrain(): Promise<void> {
    this.#events.onStalled();
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    if (!this.#stopped) this.#events.onMoving(this.#call);
  }

  /** RFC 9110 §10.1.1: the client waits no longer than it wants to; a final answer stops it. */
  async #waitForContinue(limitMs: number): Promise<void> {
    if (this.#mayContinue || this.#stopped) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, limitMs);
    });
    this.#wake = undefined;
    clearTimeout(timer);
  }
}

// eslint-disable-next-line typescript/require-await -- an async iterable is what a stream is read as.
async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sliceBytes) yield bytes.subarray(at, at + sliceBytes);
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new HttpsError("option-invalid", {
    option: "body",
    value: `a stream with a chunk of type ${typeof chunk}`,
    expected: "chunks of bytes or strings",
  });
}

function asFailure(thrown: unknown): Error {
  const error = asError(thrown);
  if (error instanceof HttpsError) return error;
  return new HttpsError("request-body-failed", { reason: messageOf(thrown) }, { cause: thrown });
}
