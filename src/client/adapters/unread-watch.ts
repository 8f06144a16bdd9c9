/**
 * A response that nobody reads holds its socket in Node for as long as the server lets it: nobody else gets it, and the process
 * goes on. Here it is whole or it is not: one that is whole needs no socket any more, and stays there to be read without; one
 * that is not is given up as the client's own are.
 */
import type { ClientRequest, IncomingMessage } from "node:http";
import { HttpsError } from "../../core/index.ts";
import { clientLimits } from "../limits.ts";

/** Node's type leaves out what it is before there is an answer. */
type Answered = ClientRequest & { readonly res?: IncomingMessage | null };

const lookEveryMs = clientLimits.unclaimedBodyMs.value;

/** Watches a request until its answer is read or it is over. */
export function watchUnread(
  request: ClientRequest,
  { host, limitMs }: { readonly host: string; readonly limitMs: number },
): void {
  let unreadSince = Infinity;
  const look = (): void => {
    const response = (request as Answered).res ?? undefined;
    if (response === undefined) return;
    if (request.destroyed || isClaimed(response)) return stop();
    const now = performance.now();
    if (unreadSince === Infinity) unreadSince = now;
    else if (response.complete) {
      stop();
      request.socket?.destroy();
    } else if (now - unreadSince >= limitMs) {
      stop();
      const bytesReceived = response.readableLength;
      // Told to whoever reads it yet: the request has had its answer.
      request.socket?.destroy();
      response.destroy(new HttpsError("body-unread", { host, limitMs, bytesReceived }));
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  const stop = (): void => clearInterval(timer);
  request.once("close", stop);
}

/** Whether somebody reads it, or has begun to listen. */
function isClaimed(response: IncomingMessage): boolean {
  return response.readableFlowing !== null || response.readableDidRead || response.destroyed;
}
