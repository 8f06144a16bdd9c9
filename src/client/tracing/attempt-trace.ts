/**
 * What tracers are told of each attempt, by `node:diagnostics_channel`: on undici's channels as undici tells it, so that what
 * is made for undici sees this client, and on `meerkat:attempt` in the names of OpenTelemetry's conventions for HTTP.
 *
 * Nothing is made when nobody has subscribed. No message holds a credential or a URL's query (law 10): fields that carry
 * credentials are masked, and the socket is given as its addresses.
 */
import { channel } from "node:diagnostics_channel";
import { HttpsError, shownHref, type Target } from "../../core/index.ts";
import { maskHead, shownField, writeFieldLine, type ResponseHead, type Fields } from "../../http1/index.ts";
import type { LinkFacts } from "../../net/index.ts";

const attempts = channel("meerkat:attempt");
const created = channel("undici:request:create");
const sending = channel("undici:client:sendHeaders");
const sent = channel("undici:request:bodySent");
const answered = channel("undici:request:headers");
const completed = channel("undici:request:trailers");
const failed = channel("undici:request:error");

/** An attempt that is about to wait for a connection. */
export interface TracedAttempt {
  readonly target: Target;
  readonly method: string;
  /** As it would go out. */
  readonly head: string;
  readonly secretHeaders: readonly string[] | undefined;
  /** How many attempts of the same request came before it, for any reason. */
  readonly resends: number;
}

/** What a message of `meerkat:attempt` says: one is published as each attempt ends, its body included. */
export interface AttemptMessage {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: "complete" | "failed" | "cancelled";
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Whether anybody has subscribed to any of it. */
export function isTraced(): boolean {
  return (
    attempts.hasSubscribers ||
    created.hasSubscribers ||
    sending.hasSubscribers ||
    sent.hasSubscribers ||
    answered.hasSubscribers ||
    completed.hasSubscribers ||
    failed.hasSubscribers
  );
}

export class AttemptTrace {
  readonly #attempt: TracedAttempt;
  readonly #request: TracedRequest;
  readonly #startedAt = Date.now();
  readonly #began = performance.now();
  readonly #attributes: Record<string, string | number>;

  constructor(attempt: TracedAttempt) {
    const { target, method, resends } = attempt;
    this.#attempt = attempt;
    this.#request = new TracedRequest(attempt);
    this.#attributes = {
      ...methodAttributes(method),
      "url.full": shownHref(target.href),
      "url.scheme": target.scheme,
      "server.address": target.host,
      "server.port": target.port,
      ...(resends === 0 ? {} : { "http.request.resend_count": resends }),
    };
    if (created.hasSubscribers) created.publish({ request: this.#request });
    this.#request.close();
  }

  /** The head with what subscribers added to it. */
  get head(): string {
    const { added } = this.#request;
    const { head } = this.#attempt;
    return added === "" ? head : `${head.slice(0, -2)}${added}\r\n`;
  }

  onSending(facts: LinkFacts): void {
    this.#attributes["network.peer.address"] = facts.remoteAddress;
    this.#attributes["network.peer.port"] = facts.remotePort;
    if (!sending.hasSubscribers) return;
    const { method, path, headers } = this.#request;
    const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1]}\r\n`] : []));
    const text = `${method} ${path} HTTP/1.1\r\n${lines.join("")}`;
    sending.publish({ request: this.#request, headers: text, socket: addressesOf(facts) });
  }

  onSent(): void {
    if (sent.hasSubscribers) sent.publish({ request: this.#request });
  }

  onHead({ status, reason, version, fields }: ResponseHead): void {
    this.#attributes["http.response.status_code"] = status;
    this.#attributes["network.protocol.version"] = version;
    // OpenTelemetry's conventions for HTTP: for a client, 400 and above are errors, named by their number.
    if (status >= 400) this.#attributes["error.type"] = String(status);
    if (!answered.hasSubscribers) return;
    const response = { statusCode: status, statusText: reason, headers: this.#octetsOf(fields) };
    answered.publish({ request: this.#request, response });
  }

  onComplete(trailers: Fields | undefined): void {
    this.#request.completed = true;
    if (completed.hasSubscribers)
      completed.publish({
        request: this.#request,
        trailers: trailers === undefined ? [] : this.#octetsOf(trailers),
      });
    this.#publish("complete");
  }

  onFailure(error: Error): void {
    const isCancelled = HttpsError.is(error, "aborted") || HttpsError.is(error, "body-cancelled");
    this.#request.aborted = isCancelled;
    // Tracers know who gave up by the name that the platform gives it.
    const told = isCancelled ? new DOMException(error.message, "AbortError") : error;
    if (failed.hasSubscribers) failed.publish({ request: this.#request, error: told });
    if (!isCancelled) this.#attributes["error.type"] = error instanceof HttpsError ? error.code : error.name;
    this.#publish(isCancelled ? "cancelled" : "failed");
  }

  #publish(outcome: AttemptMessage["outcome"]): void {
    if (!attempts.hasSubscribers) return;
    const durationMs = performance.now() - this.#began;
    const message: AttemptMessage = {
      startedAt: this.#startedAt,
      durationMs,
      outcome,
      attributes: this.#attributes,
    };
    attempts.publish(message);
  }

  /** Name, value, name, value, as undici has them. */
  #octetsOf(fields: Fields): readonly Buffer[] {
    const { secretHeaders } = this.#attempt;
    return [...fields].flatMap(([name, value]) =>
      [name, shownField(name, value, secretHeaders)].map((text) => Buffer.from(text, "latin1")),
    );
  }
}

/** What undici's subscribers are given as the request: what they read of one of undici's, and `addHeader`. */
class TracedRequest {
  readonly origin: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Name, value, name, value; credentials are masked. */
  readonly headers: string[];
  completed = false;
  aborted = false;
  readonly #secretHeaders: readonly string[] | undefined;
  #added = "";
  #isOpen = true;

  constructor({ target, method, head, secretHeaders }: TracedAttempt) {
    this.origin = target.origin;
    this.method = method;
    this.path = shownHref(target.path);
    this.#secretHeaders = secretHeaders;
    this.headers = maskHead(head, secretHeaders)
      .slice(1)
      .flatMap((line) => {
        const colon = line.indexOf(":");
        const name = line.slice(0, colon);
        return [name, shownField(name, line.slice(colon + 2), secretHeaders)];
      });
  }

  /** The field lines that were added. */
  get added(): string {
    return this.#added;
  }

  /** Nothing is added any more: the head is about to go out. */
  close(): void {
    this.#isOpen = false;
  }

  /** Adds a field to the request, while `undici:request:create` is being told. @throws HttpsError `request-field-invalid` */
  addHeader(name: string, value: string): this {
    const line = writeFieldLine(name, value, this.#secretHeaders);
    if (framing.has(name.toLowerCase()))
      throw new HttpsError("request-field-invalid", { name, value, reason: "it frames the message" });
    if (!this.#isOpen) return this;
    this.#added += line;
    this.headers.push(name, shownField(name, value, this.#secretHeaders));
    return this;
  }
}

/** Whoever adds one of these would have the server read another message than the one that is sent. */
const framing: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "transfer-encoding",
  "upgrade",
]);

/** RFC 9110 §9.3 and RFC 5789; anything else is `_OTHER`, so that a peer of the caller's makes no new names. */
const knownMethods: ReadonlySet<string> = new Set(
  "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY".split(" "),
);

function methodAttributes(method: string): Record<string, string> {
  if (knownMethods.has(method)) return { "http.request.method": method };
  return { "http.request.method": "_OTHER", "http.request.method_original": method };
}

/** What a tracer reads of a socket. The socket itself is nobody's. */
export function addressesOf(facts: LinkFacts): object {
  const { remoteAddress, remotePort, localAddress, localPort } = facts;
  return { remoteAddress, remotePort, localAddress, localPort };
}
