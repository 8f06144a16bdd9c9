/**
 * How a receiver over HTTP is asked, and what its answer means. The client verifies it by both keys; plain HTTP goes to this
 * machine alone. A redirect is not followed: alerts go where somebody sent them, and nowhere else.
 */
import { HttpsError, parseUrl, renderSpan, type Target } from "../../core/index.ts";
import type { Client } from "../../client/index.ts";
import { parseRetryAfter } from "../../http1/index.ts";
import { isLoopback } from "../loopback.ts";
import { WatchError } from "../watch-error.ts";
import type { Outcome } from "./channel.ts";
import { tellLimits } from "../limits.ts";

export interface Post {
  readonly client: Client;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly now: number;
}

/** Sends JSON, and says what came of it. Nothing of the URL but scheme, host and port is in a reason. */
export async function post({ client, url, headers, body, signal, now }: Post): Promise<Outcome> {
  const { origin, scheme } = checkReceiver(url);
  try {
    const response = await client.request(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...headers },
      body,
      signal,
      redirects: 0,
      maxBodyBytes: tellLimits.answerBytes.value,
      ...(scheme === "http" ? { proxy: null } : {}),
    });
    const asked = response.headers.get("retry-after");
    const afterMs = asked === null ? undefined : parseRetryAfter(asked, now);
    // Read, so that the connection can be used again; what it says does not count.
    await response.bytes().catch(() => undefined);
    return judge(response.status, origin, afterMs);
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    return { kind: "again", reason: error.message };
  }
}

/** @throws WatchError for what is neither https: nor plain HTTP to this machine; without showing more than its site */
export function checkReceiver(url: string): Target {
  const reading = parseUrl(url);
  if (!reading.ok)
    throw new WatchError(`The address of a receiver is not one of https: (${reading.error.code}).`, {
      hint: "Give a URL that begins with https://. Credentials go into a file or a variable, not into the URL.",
    });
  const { target } = reading;
  if (target.scheme === "https" || isLoopback(target.host)) return target;
  throw new WatchError(`${target.origin} would be told of alerts in plain text.`, {
    hint: "Use https:. Plain http: is for a receiver on this machine: localhost, 127.0.0.1 or [::1].",
  });
}

/** 4xx means that the same request will not do later either, but for those that say otherwise (RFC 9110 §15.5, RFC 6585 §4). */
const passing: ReadonlySet<number> = new Set([408, 421, 425, 429]);

function judge(status: number, origin: string, afterMs: number | undefined): Outcome {
  if (status >= 200 && status < 300) return { kind: "told" };
  if (status >= 500 || passing.has(status)) {
    const wait = afterMs === undefined ? "" : ` and asked to wait for ${renderSpan(afterMs)}`;
    return { kind: "again", reason: `${origin} answered with status ${status}${wait}.`, afterMs };
  }
  return { kind: "refused", reason: `${origin} answered with status ${status}: ${meaningOf(status)}.` };
}

function meaningOf(status: number): string {
  if (status === 410) return "it no longer wants to be told anything";
  if (status === 401 || status === 403) return "it does not accept the secret";
  if (status < 400) return "it is somewhere else, and redirects are not followed";
  return "it does not take this";
}
