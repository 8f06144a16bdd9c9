/**
 * Fetches what a certificate points to: an issuer, an OCSP response, a CRL. Over http alone, because what is fetched is
 * signed and https would need a certificate to check a certificate; bounded in time, bytes and redirects.
 *
 * The URL is the peer's own word, so it may not lead into a network that the peer itself is not in.
 */
import { Client, wireFields } from "../client/index.ts";
import { HttpsError, messageOf, parseUrl, type Target } from "../core/index.ts";
import { isRedirect, readRedirect } from "../http1/index.ts";
import { findAddresses, type AddressRules } from "../net/index.ts";
import { experimentLimits } from "./limits.ts";
import { isOutOfBounds, type NamedBy } from "./private-networks.ts";

/** Where a fetch may lead, and how long it lasts. */
export interface FetchRules {
  /** The server that named the URL; unknown behind a proxy. */
  readonly namedBy: NamedBy | undefined;
  readonly addressRules: AddressRules;
  readonly signal: AbortSignal;
}

export interface PlainFetch extends FetchRules {
  readonly url: string;
  readonly body?: { readonly bytes: Uint8Array; readonly type: string } | undefined;
}

export type Fetched =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly type: string }
  | { readonly ok: false; readonly reason: string };

/** Fetches; never rejects. */
export async function fetchPlain(asked: PlainFetch): Promise<Fetched> {
  const { fetchMs, fetchBytes, fetchRedirects } = experimentLimits;
  try {
    let reading = parseUrl(asked.url);
    for (let left = fetchRedirects.value; left >= 0; left--) {
      if (!reading.ok) return { ok: false, reason: reading.error.message };
      const answer = await fetchOnce(reading.target, asked);
      if ("reason" in answer || "bytes" in answer) return answer;
      reading = answer.next;
    }
    return { ok: false, reason: "it redirects too often" };
  } catch (error) {
    if (asked.signal.aborted || HttpsError.is(error, "total-timeout"))
      return { ok: false, reason: `no answer within ${fetchMs.value} ms` };
    if (HttpsError.is(error, "body-too-large"))
      return { ok: false, reason: `it is longer than ${fetchBytes.value} bytes` };
    return { ok: false, reason: messageOf(error) };
  }
}

let fetcher: Client | undefined;

/** Asks once a connection: what is fetched is small, and seldom two of it stand in one place. */
function openFetcher(): Client {
  return (fetcher ??= new Client({
    // No proxy: where a name leads has to be known before anything is asked there.
    proxy: null,
    redirects: 0,
    headers: { connection: "close" },
    maxBodyBytes: experimentLimits.fetchBytes.value,
    timeouts: { totalMs: experimentLimits.fetchMs.value },
  }));
}

async function fetchOnce(
  target: Target,
  { body, namedBy, addressRules, signal }: PlainFetch,
): Promise<Fetched | { readonly next: ReturnType<typeof readRedirect> }> {
  const { href, scheme, host, port } = target;
  if (scheme !== "http") return { ok: false, reason: `it is not an http: URL (${scheme}:)` };
  const limitMs = experimentLimits.fetchMs.value;
  const { list } = await findAddresses({ ...addressRules, host, port, limitMs, signal });
  const inside = list.find((address) => isOutOfBounds(address, namedBy));
  if (inside !== undefined) return { ok: false, reason: `it leads to ${inside}, inside a private network` };
  // Asked where the look-up led, and nowhere else: another look-up may lead elsewhere.
  const resolve = { [`${host}:${port}`]: list.join(",") };
  const response = await openFetcher().request(href, {
    signal,
    resolve,
    ...(body === undefined
      ? {}
      : { method: "POST", body: body.bytes, headers: { "content-type": body.type } }),
  });
  const { status } = response;
  const fields = wireFields(response);
  if (status === 200)
    return { ok: true, bytes: await response.bytes(), type: fields.get("content-type") ?? "" };
  response.cancel();
  if (isRedirect({ status, fields }))
    return { next: readRedirect({ fields }, target, { allowDowngrade: false }) };
  return { ok: false, reason: `it answered ${status}` };
}
