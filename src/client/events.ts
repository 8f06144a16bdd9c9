/**
 * What happens inside a request, told as it happens: to the caller's listener and to `node:diagnostics_channel`
 * (`meerkat:request`). Nothing is made when nobody listens.
 */
import { channel } from "node:diagnostics_channel";
import { bare, messageOf, showControls, showControlsInLines } from "../core/index.ts";
import type { ResponseHead } from "../http1/index.ts";
import type { DialPhase } from "../net/index.ts";
import type { CacheUse } from "./response-facts.ts";

/**
 * What happens inside a request, told apart by `kind`. `connection` is the connection's number, as in
 * `Response.connection`.
 */
export type ClientEvent =
  | { readonly kind: "phase"; readonly origin: string; readonly phase: DialPhase }
  | {
      readonly kind: "connected";
      readonly origin: string;
      readonly connection: number;
      readonly trust: string;
      /** Which version of HTTP is spoken on it, by ALPN's name. */
      readonly protocol: "http/1.1" | "h2";
      /** Why the connections that there were did not take the request; `undefined` where there were none. A clause, not to be read by programs. */
      readonly because: string | undefined;
    }
  /** A connection will carry no further request, and why. */
  | {
      readonly kind: "retired";
      readonly origin: string;
      readonly connection: number;
      readonly reason: string;
    }
  | {
      readonly kind: "unsolicited";
      readonly origin: string;
      readonly connection: number;
      readonly bytes: number;
    }
  | {
      readonly kind: "sent";
      readonly url: string;
      readonly method: string;
      readonly connection: number;
      readonly reused: boolean;
      /**
       * The request line and the fields as they went out, a line each; over HTTP/2, pseudo-fields are in the request line's place.
       * Credentials are masked.
       */
      readonly head: readonly string[];
    }
  | { readonly kind: "informational"; readonly url: string; readonly status: number }
  /** Every head that came, those included that another request or a final head follows. */
  | { readonly kind: "head"; readonly url: string; readonly head: ResponseHead }
  | { readonly kind: "response"; readonly url: string; readonly status: number }
  | { readonly kind: "retry"; readonly url: string; readonly reason: string; readonly delayMs: number }
  | { readonly kind: "redirect"; readonly from: string; readonly to: string; readonly status: number }
  /** What the client's cache made of a request, as `Response.cache` says it. */
  | { readonly kind: "cache"; readonly url: string; readonly use: CacheUse }
  /** A response was given to the cache's store, with so many bytes of content, as they were on the wire. */
  | { readonly kind: "kept"; readonly url: string; readonly bytes: number }
  /** A response that the cache had to do with was not kept, and why. A clause, not to be read by programs. */
  | { readonly kind: "not-kept"; readonly url: string; readonly because: string }
  | { readonly kind: "failed"; readonly url: string; readonly code: string };

export type EventListener = (event: ClientEvent) => void;

const requests = channel("meerkat:request");

/** Whether an event would be told to anybody. */
export function isHeard(listener: EventListener | undefined): boolean {
  return listener !== undefined || requests.hasSubscribers;
}

/** Tells an event, if there is somebody to tell; `make` is called only then. */
export function tell(listener: EventListener | undefined, make: () => ClientEvent): void {
  if (!isHeard(listener)) return;
  const event = make();
  callListener(listener, event);
  if (requests.hasSubscribers) requests.publish(event);
}

/**
 * Calls a function of the caller's, if there is one. What it throws, or what its promise ends with, is not an outcome of the
 * request, and no reason to end the process inside a socket's event: it becomes a warning of the process.
 */
export function callListener<Args extends readonly unknown[]>(
  listener: ((...args: Args) => unknown) | undefined,
  ...args: Args
): void {
  if (listener === undefined) return;
  try {
    const given = listener(...args);
    if (typeof given === "object" && given !== null)
      Promise.resolve(given).catch((error: unknown) => warn(listener, error));
  } catch (error) {
    warn(listener, error);
  }
}

/** Listeners that a warning was given for: one that fails at every chunk is told of once. */
const warned = new WeakSet<object>();

function warn(listener: object, error: unknown): void {
  if (warned.has(listener)) return;
  warned.add(listener);
  const options = { type: "MeerkatWarning", code: "listener-failed", detail: stackOf(error) };
  process.emitWarning(`A listener failed: ${showControls(messageOf(error))}`, bare(options));
}

function stackOf(error: unknown): string {
  try {
    return error instanceof Error ? showControlsInLines(String(error.stack)) : "";
  } catch {
    return "";
  }
}
