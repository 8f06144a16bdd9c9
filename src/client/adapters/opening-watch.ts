/**
 * Node tells a request of its `timeout` by its socket, and ends it by that. While there is none yet, both are done here:
 * the timeout is told whichever phase takes so long, and a request that is destroyed is waited for no longer.
 */
import { ClientRequest } from "node:http";
import type { Socket } from "node:net";

/** Watches a request until it has its socket. The signal ends the opening of one: the caller's own, or the request's end. */
export function watchOpening(
  request: ClientRequest,
  { timeout = 0, signal }: { readonly timeout: number | undefined; readonly signal: AbortSignal | undefined },
): AbortSignal {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const arm = (limitMs: number): void => {
    clearTimeout(timer);
    if (limitMs > 0) timer = setTimeout(() => request.emit("timeout"), limitMs);
  };
  const own: Partial<Pick<ClientRequest, "setTimeout" | "destroy" | "onSocket">> = request;
  const end = (): void => {
    clearTimeout(timer);
    delete own.setTimeout;
    delete own.destroy;
    delete own.onSocket;
  };
  arm(timeout);
  own.setTimeout = (limitMs, then) => {
    arm(limitMs);
    return ClientRequest.prototype.setTimeout.call(request, limitMs, then);
  };
  own.destroy = (error) => {
    clearTimeout(timer);
    stop.abort(error);
    ClientRequest.prototype.destroy.call(request, error);
    return request;
  };
  // What ended the request is its error, and not that its socket was given up for it.
  own.onSocket = (socket, error?: Error) =>
    tellSocket(request, socket, request.destroyed ? undefined : error);
  request.once("socket", end);
  request.once("close", end);
  return signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
}

/** What Node does with the socket of a request, or with the error for which there is none; its types leave the error out. */
interface Hidden {
  readonly onSocket: (this: ClientRequest, socket: Socket | null, error: Error | undefined) => void;
}
const { onSocket } = ClientRequest.prototype as unknown as Hidden;

/** Gives a request its socket, or the error for which it gets none. */
export function tellSocket(request: ClientRequest, socket: Socket | null, error: Error | undefined): void {
  onSocket.call(request, socket, error);
}
