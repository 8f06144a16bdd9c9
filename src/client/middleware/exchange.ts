/** What a middleware is given, and what it gives: one request on its way, and the response to it. */
import type { BodyInput } from "../body/request-body.ts";
import type { FieldsInput, RequestOptions } from "../options/options.ts";
import type { ReadonlyHeaders } from "../readonly-headers.ts";
import type { Response } from "../response.ts";

declare module "../options/options.ts" {
  interface OptionTypes {
    readonly middleware: Middleware;
  }
}

/** A request before anything is done for it. It is frozen: what is to be another goes into `next()`. */
export interface AskedRequest {
  /** In full, with its query. */
  readonly url: string;
  readonly method: string;
  /**
   * The client's and the request's own, and the Content-Type that the body brings; what else the client adds by itself (Host,
   * User-Agent, credentials, cookies) is not here.
   */
  readonly headers: ReadonlyHeaders;
  /** As the caller gave it. A stream can be sent once: a second `next()` with it fails. */
  readonly body: BodyInput | null | undefined;
}

/** What `next()` asks instead; fields are added to those of the request, and `null` takes one out. */
export interface RequestChanges extends Omit<RequestOptions, "middleware" | "signal"> {
  readonly url?: string | URL;
}

/** An answer that the program makes by itself. */
export interface MadeAnswer {
  /** Default 200. */
  readonly status?: number;
  /** Default none. */
  readonly statusText?: string;
  readonly headers?: FieldsInput;
  /** As it is to be read: no content coding is undone. */
  readonly body?: BodyInput | null;
  /** A value that is written as JSON, in place of `body`, with the Content-Type for it where `headers` says none. */
  readonly json?: unknown;
  /** The response that this one is made of: whose trust, connection and redirects it has. */
  readonly from?: Response;
}

/** One request on its way through the middleware of its client. */
export interface Exchange {
  readonly request: AskedRequest;
  /** Aborts when nobody waits for the response any more: the caller's signal, the total deadline, the client's end. */
  readonly signal: AbortSignal;
  /**
   * Makes a response without a server, or from another response. Its trust is `none` unless it is made from one.
   * @throws HttpsError `option-unknown`, `option-invalid`, `request-field-invalid`
   */
  respond(answer: MadeAnswer): Response;
}

/** Has the request go on: to the next middleware, and in the end to the server. It can be called again. @throws HttpsError */
export type Next = (changes?: RequestChanges) => Promise<Response>;

/**
 * One function around a whole exchange, redirects and retries included. It is called before anything is dialled, and has the
 * response as soon as its head is there: of a server that was admitted, and of no other. What it throws is the request's error.
 *
 * @example
 * const withToken: Middleware = async (exchange, next) => {
 *   const response = await next({ headers: { authorization: `Bearer ${await token()}` } });
 *   return response;
 * };
 */
export type Middleware = (exchange: Exchange, next: Next) => Response | Promise<Response>;
