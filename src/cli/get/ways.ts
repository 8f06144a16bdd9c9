/** Ways that differ from URL to URL: where --connect-to leads, and what a PAC file says. */
import type { RequestOptions, Response } from "../../client/index.ts";
import type { CommandError } from "../frame/failure.ts";

/** Of one command line; closed when it is over. */
export interface Ways extends AsyncDisposable {
  /** How a request to this URL goes. */
  optionsFor(url: string): Promise<RequestOptions>;
  /** Whether a request that failed so has another way to go. */
  hasAnother(url: string, way: RequestOptions, error: unknown): Promise<boolean>;
  /** Why the other place was not reached, told once. */
  takeFailure(): CommandError | undefined;
}

interface Sent {
  readonly ways: Ways | undefined;
  readonly url: string;
  /** One that is a stream goes one way, whatever comes of it. */
  readonly body: RequestOptions["body"];
}

/** Sends by the first way, and by the next where that one does not reach its proxy: no octet of the request has left by then. */
export async function sendByWays(
  { ways, url, body }: Sent,
  send: (way: RequestOptions) => Promise<Response>,
): Promise<Response> {
  if (ways === undefined) return send({});
  const isRepeatable = body === null || body instanceof Uint8Array || body instanceof Blob;
  for (;;) {
    const way = await ways.optionsFor(url);
    try {
      return await send(way);
    } catch (error) {
      if (!isRepeatable || !(await ways.hasAnother(url, way, error))) throw error;
    }
  }
}
