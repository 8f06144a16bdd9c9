/**
 * Fetches what a certificate points to: an issuer, an OCSP response, a CRL. Over http alone, because what is fetched is
 * signed and https would need a certificate to check a certificate; bounded in time, bytes and redirects.
 *
 * The URL is the peer's own word, so it may not lead into a network that the peer itself is not in.
 */
import { request, type IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { lookup } from "node:dns/promises";
import { parseUrl, resolveLocation, shownUrl } from "../core/index.ts";
import { isRedirectStatus } from "../http1/index.ts";
import { experimentLimits } from "./limits.ts";

export interface PlainFetch {
  readonly url: string;
  readonly body?: { readonly bytes: Uint8Array; readonly type: string };
  /** The address of the server that named the URL. */
  readonly namedBy: string | undefined;
  readonly signal: AbortSignal;
  readonly userAgent?: string;
}

export type Fetched =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly type: string }
  | { readonly ok: false; readonly reason: string };

/** Fetches; never rejects. */
export async function fetchPlain(asked: PlainFetch): Promise<Fetched> {
  const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(experimentLimits.fetchMs.value)]);
  try {
    let { url } = asked;
    for (let left = experimentLimits.fetchRedirects.value; left >= 0; left--) {
      const answer = await fetchOnce(url, asked, signal);
      if (!("location" in answer)) return answer;
      url = answer.location;
    }
    return { ok: false, reason: "it redirects too often" };
  } catch (error) {
    if (signal.aborted) return { ok: false, reason: `no answer within ${experimentLimits.fetchMs.value} ms` };
    return { ok: false, reason: error instanceof Error ? error.message || error.name : String(error) };
  }
}

async function fetchOnce(
  text: string,
  { body, namedBy }: PlainFetch,
  signal: AbortSignal,
): Promise<Fetched | { readonly location: string }> {
  const reading = parseUrl(text);
  if (!reading.ok || reading.target.scheme !== "http")
    return { ok: false, reason: `it is not an http: URL (${shownUrl(text)})` };
  const { target } = reading;
  const { address } = await lookup(target.host);
  if (isPrivate(address) && (namedBy === undefined || !isPrivate(namedBy)))
    return { ok: false, reason: `it leads to ${address}, inside a private network` };
  const headers: Record<string, string | number> =
    body === undefined ? {} : { "content-type": body.type, "content-length": body.bytes.length };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(
      {
        host: address,
        port: target.port,
        path: target.path,
        method: body === undefined ? "GET" : "POST",
        headers: { host: target.authority, ...headers },
        agent: false,
        signal,
      },
      resolve,
    );
    sent.on("error", reject);
    sent.end(body?.bytes);
  });
  const { statusCode = 0, headers: fields } = response;
  if (isRedirectStatus(statusCode) && fields.location !== undefined) {
    response.destroy();
    const next = resolveLocation(fields.location, target);
    return { location: next.ok ? next.target.href : fields.location };
  }
  if (statusCode !== 200) {
    response.destroy();
    return { ok: false, reason: `it answered ${statusCode}` };
  }
  const bytes = await readBounded(response);
  return bytes === undefined
    ? { ok: false, reason: `it is longer than ${experimentLimits.fetchBytes.value} bytes` }
    : { ok: true, bytes, type: fields["content-type"] ?? "" };
}

async function readBounded(response: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > experimentLimits.fetchBytes.value) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Loopback, link-local and private networks: RFC 1918, RFC 4193, RFC 3927, RFC 6598. */
const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv6");

function isPrivate(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && privateNetworks.check(address, version === 4 ? "ipv4" : "ipv6");
}
