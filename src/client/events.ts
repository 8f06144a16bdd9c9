/**
 * What happens inside a request, told as it happens: to the caller's listener and to `node:diagnostics_channel`
 * (`meerkat:request`). Nothing is made when nobody listens.
 */
import { channel } from "node:diagnostics_channel";
import type { ResponseHead } from "../http1/index.ts";
import type { DialPhase } from "../net/index.ts";

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
      /** The request line and the fields as they went out, a line each; credentials are masked. */
      readonly head: readonly string[];
    }
  | { readonly kind: "informational"; readonly url: string; readonly status: number }
  /** Every head that came, those included that another request or a final head follows. */
  | { readonly kind: "head"; readonly url: string; readonly head: ResponseHead }
  | { readonly kind: "response"; readonly url: string; readonly status: number }
  | { readonly kind: "retry"; readonly url: string; readonly reason: string; readonly delayMs: number }
  | { readonly kind: "redirect"; readonly from: string; readonly to: string; readonly status: number }
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
 * Calls a function of the caller's, if there is one. What it throws is not an outcome of the request: it is thrown again
 * once our own work is done, where it is an uncaught exception of the caller's, as `diagnostics_channel` has it too.
 */
export function callListener<Args extends readonly unknown[]>(
  listener: ((...args: Args) => void) | undefined,
  ...args: Args
): void {
  if (listener === undefined) return;
  try {
    listener(...args);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
