/**
 * Redirects that are followed here because the client would follow them otherwise: with the method that -X names, with a POST that
 * stays one, only to some schemes, or each by the proxy that a PAC file names for it. What is said to the first origin alone stays there, as in the client.
 */
import { wireFields, type RequestOptions, type Response } from "../../client/index.ts";
import { HttpsError, requireUrl, type Target } from "../../core/index.ts";
import { checkTrail, credentialNames, isRedirect, readRedirect } from "../../http1/index.ts";
import type { GetFlags } from "./flags/table.ts";
import { checkScheme } from "./line/schemes.ts";
import type { Session } from "./plan.ts";
import type { Asked } from "./request.ts";
import { placeOf } from "./send/path.ts";
import type { Tally } from "./tally.ts";
import { sendByWays } from "./ways.ts";

/** How one request is made: what is the same for every hop, and what is the first origin's alone. */
export interface Way {
  readonly session: Session;
  readonly everywhere: RequestOptions;
  readonly atHome: RequestOptions;
}

/** Asks, and follows as far as the flags say. @throws HttpsError as the client does; the redirect that is not followed is the tally's then */
export async function follow(asked: Asked, way: Way, tally: Tally): Promise<Response> {
  const { client, flags, ways } = way.session;
  const limit = flags.maxRedirs ?? 50;
  const home = requireUrl(asked.url).origin;
  const urls = [requireUrl(asked.url).href];
  let next = asked;
  for (;;) {
    const isHome = requireUrl(next.url).origin === home;
    const { method, headers, body = null } = next;
    if (urls.length > 1) tally.lastStartedAt = performance.now();
    const response = await sendByWays({ ways, url: next.url, body }, (by) =>
      client.request(placeOf(next), {
        ...way.everywhere,
        ...(isHome ? way.atHome : {}),
        ...by,
        redirects: 0,
        method,
        headers,
        body,
      }),
    );
    const { status } = response;
    const fields = wireFields(response);
    if (!isRedirect({ status, fields })) return response;
    const from = requireUrl(next.url);
    const reading = readRedirect({ fields }, from, { allowDowngrade: false });
    if (!reading.ok) {
      tally.refused = response;
      throw checkScheme("http", flags, "redirect") ?? reading.error;
    }
    urls.push(reading.target.href);
    const refusal = checkTrail(urls, limit) ?? checkScheme(reading.target.scheme, flags, "redirect");
    if (refusal !== undefined) {
      tally.refused = response;
      throw refusal;
    }
    await discard(response);
    tally.hops++;
    next = hop(next, { from, to: reading.target, status }, flags);
  }
}

/** curl reads a small body to its end, so that the connection can be used again. */
async function discard(response: Response): Promise<void> {
  const length = Number(response.headers.get("content-length") ?? Infinity);
  if (length > 65_536) return response.cancel();
  await response.forEachChunk(() => undefined);
}

interface Hop {
  readonly from: Target;
  readonly to: Target;
  readonly status: number;
}

/** Fields that speak of a body. */
const contentNames = ["content-type", "content-length", "content-encoding", "transfer-encoding", "expect"];

function hop(asked: Asked, { from, to, status }: Hop, flags: GetFlags): Asked {
  const dropped = new Set<string>(to.origin === from.origin ? [] : ["host", ...credentialNames]);
  const losesBody = asked.body !== undefined && becomesGet(status, asked, flags);
  if (losesBody) for (const name of contentNames) dropped.add(name);
  const isStream = !(asked.body instanceof Uint8Array) && !(asked.body instanceof Blob);
  if (asked.body !== undefined && !losesBody && isStream)
    throw new HttpsError("redirect-needs-body", { from: from.href, to: to.href, status });
  const headers = Object.entries(asked.headers).filter(
    ([name, lines]) => lines === null || !dropped.has(name.toLowerCase()),
  );
  const usual = flags.request ?? (losesBody ? "GET" : asked.method);
  return {
    url: to.href,
    path: undefined,
    method: usual,
    headers: Object.fromEntries(headers),
    body: losesBody ? undefined : asked.body,
  };
}

/** curl(1), --post301 and its like: a POST becomes a GET after these three, and whatever has a body after 303. */
function becomesGet(status: number, { method, body }: Asked, flags: GetFlags): boolean {
  const isUpload = flags.uploadFile !== undefined;
  if (status === 303) return flags.post303 !== true || isUpload || (method !== "POST" && body === undefined);
  if (isUpload) return false;
  return (status === 301 && flags.post301 !== true) || (status === 302 && flags.post302 !== true);
}
