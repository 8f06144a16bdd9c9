/**
 * Node tells a request of its `timeout` by its socket, and ends it by that. While there is none yet, both are done here:
 * the timeout is told whichever phase takes so long, and a request that is destroyed ends at once, wherever it waits.
 */
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { nodeHttp } from "./node-http.ts";

/** Watches a request until it has its socket. The signal ends the opening of one: the caller's own, or the request's end. */
export function watchOpening(
  request: ClientRequest,
  {
    timeout = 0,
    signal,
    onGivenUp,
  }: {
    readonly timeout: number | undefined;
    readonly signal: AbortSignal | undefined;
    readonly onGivenUp: () => void;
  },
): AbortSignal {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const arm = (limitMs: number): void => {
    clearTimeout(timer);
    if (limitMs > 0) timer = setTimeout(() => request.emit("timeout"), limitMs);
  };
  const own = request as Partial<Pick<ClientRequest, "setTimeout" | "destroy"> & { onSocket: Tell }>;
  const end = (): void => {
    clearTimeout(timer);
    delete own.setTimeout;
    delete own.destroy;
    delete own.onSocket;
  };
  arm(timeout);
  own.setTimeout = (limitMs, then) => {
    arm(limitMs);
    return nodeHttp.ClientRequest.prototype.setTimeout.call(request, limitMs, then);
  };
  own.onSocket = (socket, error) => {
    end();
    tellSocket(request, socket, error);
  };
  own.destroy = (error) => {
    end();
    request.destroy(error);
    // It is told now. A socket that was on its way to it is left to others.
    own.onSocket = (socket) => void socket?.emit("free");
    tellSocket(request, null, undefined);
    stop.abort(error);
    onGivenUp();
    return request;
  };
  return signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
}

/** What Node does with the socket of a request, or with the error for which there is none; its types leave the error out. */
type Tell = (this: ClientRequest, socket: Socket | null, error: Error | undefined) => void;
const { onSocket } = nodeHttp.ClientRequest.prototype as { readonly onSocket: Tell };

/** Gives a request its socket, or the error for which it gets none. One that was destroyed ends with its own. */
export function tellSocket(request: ClientRequest, socket: Socket | null, error: Error | undefined): void {
  onSocket.call(request, socket, error);
}
