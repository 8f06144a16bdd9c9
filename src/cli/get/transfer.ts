/**
 * A transfer in curl's names and units: what `-w` can print. Times are seconds from the start, each including those
 * before it; what curl counts and this client does not (bytes of requests' heads) is left out rather than guessed.
 */
import { X509Certificate } from "node:crypto";
import type { TrustReport } from "../../trust/index.ts";
import type { Response } from "../../client/index.ts";
import type { Asked } from "./request.ts";
import type { Tally } from "./tally.ts";
import { HttpsError, parseUrl, requireUrl, resolveLocation } from "../../core/index.ts";
import { exitCodeOf } from "../frame/failure.ts";

/** The object of `%{json}`; the order is alphabetical, as curl's. */
export interface Transfer {
  readonly certs: string;
  readonly conn_id: number;
  readonly content_type: string | null;
  readonly errormsg: string | null;
  readonly exitcode: number;
  readonly filename_effective: string | null;
  readonly ftp_entry_path: null;
  readonly http_code: number;
  readonly http_connect: number;
  readonly http_version: string;
  readonly local_ip: string;
  readonly local_port: number;
  readonly method: string;
  readonly num_certs: number;
  readonly num_connects: number;
  readonly num_headers: number;
  readonly num_redirects: number;
  readonly num_retries: number;
  readonly proxy_ssl_verify_result: number;
  readonly proxy_used: number;
  readonly redirect_url: string | null;
  readonly referer: string | null;
  readonly remote_ip: string;
  readonly remote_port: number;
  readonly response_code: number;
  readonly scheme: string | null;
  readonly size_download: number;
  readonly size_header: number;
  readonly size_upload: number;
  readonly speed_download: number;
  readonly speed_upload: number;
  readonly ssl_verify_result: number;
  readonly time_appconnect: number;
  readonly time_connect: number;
  readonly time_namelookup: number;
  readonly time_pretransfer: number;
  readonly time_queue: number;
  readonly time_redirect: number;
  readonly time_starttransfer: number;
  readonly time_total: number;
  readonly url: string;
  readonly url_effective: string;
  readonly urlnum: number;
}

export type TransferVariable = keyof Transfer;

const asText = (name: TransferVariable) => (transfer: Transfer) => String(transfer[name] ?? "");
const asCode = (name: "http_code" | "http_connect" | "response_code") => (transfer: Transfer) =>
  String(transfer[name]).padStart(3, "0");
const asSeconds = (name: TransferVariable) => (transfer: Transfer) => Number(transfer[name]).toFixed(6);

/** Each variable as text, in curl's form. */
export const transferVariables: Readonly<Record<TransferVariable, (transfer: Transfer) => string>> = {
  certs: asText("certs"),
  conn_id: asText("conn_id"),
  content_type: asText("content_type"),
  errormsg: asText("errormsg"),
  exitcode: asText("exitcode"),
  filename_effective: asText("filename_effective"),
  ftp_entry_path: asText("ftp_entry_path"),
  http_code: asCode("http_code"),
  http_connect: asCode("http_connect"),
  http_version: asText("http_version"),
  local_ip: asText("local_ip"),
  local_port: asText("local_port"),
  method: asText("method"),
  num_certs: asText("num_certs"),
  num_connects: asText("num_connects"),
  num_headers: asText("num_headers"),
  num_redirects: asText("num_redirects"),
  num_retries: asText("num_retries"),
  proxy_ssl_verify_result: asText("proxy_ssl_verify_result"),
  proxy_used: asText("proxy_used"),
  redirect_url: asText("redirect_url"),
  referer: asText("referer"),
  remote_ip: asText("remote_ip"),
  remote_port: asText("remote_port"),
  response_code: asCode("response_code"),
  scheme: asText("scheme"),
  size_download: asText("size_download"),
  size_header: asText("size_header"),
  size_upload: asText("size_upload"),
  speed_download: asText("speed_download"),
  speed_upload: asText("speed_upload"),
  ssl_verify_result: asText("ssl_verify_result"),
  time_appconnect: asSeconds("time_appconnect"),
  time_connect: asSeconds("time_connect"),
  time_namelookup: asSeconds("time_namelookup"),
  time_pretransfer: asSeconds("time_pretransfer"),
  time_queue: asSeconds("time_queue"),
  time_redirect: asSeconds("time_redirect"),
  time_starttransfer: asSeconds("time_starttransfer"),
  time_total: asSeconds("time_total"),
  url: asText("url"),
  url_effective: asText("url_effective"),
  urlnum: asText("urlnum"),
};

/** What is known of a transfer when it is over. */
export interface Ended {
  /** As it was typed. */
  readonly url: string;
  readonly asked: Pick<Asked, "url" | "path" | "method">;
  readonly referer: string | undefined;
  readonly file: string | undefined;
  readonly tally: Tally;
  readonly response: Response | undefined;
  readonly error: Error | undefined;
  readonly code: number;
  /** Its place among the URLs of the command line, from 0. */
  readonly index: number;
  /** Whether what came is older, or newer, than -z asks for: curl calls that 304. */
  readonly unmet: boolean;
}

export async function describeTransfer(ended: Ended): Promise<Transfer> {
  const { url, asked, referer, file, tally, response, error } = ended;
  const connection = response?.connection;
  const chain = trustOf(ended)?.chain ?? [];
  const times = timesOf(ended);
  const sizes = {
    size_download: response?.receivedBytes ?? 0,
    size_header: tally.headBytes,
    size_upload: tally.uploadedBytes,
  };
  const perSecond = (bytes: number): number =>
    times.time_total === 0 ? 0 : Math.floor(bytes / times.time_total);
  // A chain that was refused was shown over one that counts for curl.
  const connects = Math.max(tally.connects, response === undefined && trustOf(ended) !== undefined ? 1 : 0);
  const status = ended.unmet ? 304 : (response?.status ?? 0);
  const effective = effectiveOf(ended);
  const reading = parseUrl(effective);
  return {
    certs: chain.map(({ der }) => new X509Certificate(der).toString()).join(""),
    conn_id: connection?.id ?? -1,
    content_type: response?.headers.get("content-type") ?? null,
    errormsg: error?.message ?? null,
    exitcode: error === undefined ? ended.code : exitCodeOf(error),
    filename_effective: file ?? null,
    ftp_entry_path: null,
    http_code: status,
    http_connect: isTunnelled(response) ? 200 : 0,
    http_version: response?.httpVersion ?? "0",
    local_ip: connection?.localAddress ?? "",
    local_port: connection?.localPort ?? 0,
    method: asked.method,
    num_certs: chain.length,
    num_connects: connects,
    num_headers: response?.headers.size ?? 0,
    num_redirects: (response?.redirects.length ?? 0) + tally.hops,
    num_retries: tally.retries,
    // A proxy that does not verify is not gone through.
    proxy_ssl_verify_result: 0,
    proxy_used: connection?.proxy === undefined ? 0 : 1,
    redirect_url: redirectOf(response),
    referer: referer ?? null,
    remote_ip: connection?.remoteAddress ?? "",
    remote_port: connection?.remotePort ?? 0,
    response_code: status,
    // curl knows it of a connection.
    scheme: reading.ok && connects > 0 ? reading.target.scheme.toUpperCase() : null,
    ...sizes,
    speed_download: perSecond(sizes.size_download),
    speed_upload: perSecond(sizes.size_upload),
    ssl_verify_result: await verifyResult(trustOf(ended)),
    ...times,
    url,
    url_effective: effective,
    urlnum: ended.index,
  };
}

/** Where the answer came from: as it was typed where no redirect led elsewhere, dots and quotes as they were sent. */
function effectiveOf({ url, asked, tally, response }: Ended): string {
  const isElsewhere = tally.hops > 0 || (response?.redirects.length ?? 0) > 0;
  const reading = parseUrl(asked.url);
  if (!reading.ok) return url;
  if (isElsewhere && response !== undefined) return response.url;
  const { origin, path } = reading.target;
  return `${origin}${asked.path ?? path}${/#.*$/s.exec(asked.url)?.[0] ?? ""}`;
}

/** Whether a proxy of HTTP was asked for a tunnel, and gave one (RFC 9110 §9.3.6). */
function isTunnelled(response: Response | undefined): boolean {
  const proxy = response?.connection.proxy?.url;
  return proxy !== undefined && /^https?:/i.test(proxy) && response?.connection.protocol !== undefined;
}

/** The report of the answer, or of the chain that was refused. */
function trustOf({ response, error }: Ended): TrustReport | undefined {
  if (response !== undefined) return response.trust;
  return error instanceof HttpsError ? error.trust : undefined;
}

type Times = Pick<Transfer, Extract<TransferVariable, `time_${string}`>>;

/** curl(1): each time is "from the start until" its phase was done; 0 for a phase that was not reached. */
function timesOf({ tally, response }: Ended): Times {
  if (response === undefined) {
    const time_total = seconds(performance.now() - tally.startedAt);
    const none = { time_namelookup: 0, time_connect: 0, time_appconnect: 0, time_pretransfer: 0 };
    return { ...none, time_queue: 0, time_redirect: 0, time_starttransfer: 0, time_total };
  }
  const { waitMs, dnsMs, tcpMs, proxyMs, tlsMs, requestMs, firstByteMs, downloadMs, totalMs } =
    response.timings;
  const openingMs = dnsMs + tcpMs + proxyMs + tlsMs;
  const earlierMs = tally.lastStartedAt === undefined ? 0 : tally.lastStartedAt - tally.startedAt;
  const followedMs = Math.max(0, totalMs - waitMs - requestMs - firstByteMs - downloadMs);
  const redirectMs = earlierMs + followedMs;
  const queueMs = Math.max(0, waitMs - openingMs);
  const nameAt = redirectMs + queueMs + dnsMs;
  const pretransferAt = nameAt + tcpMs + proxyMs + tlsMs;
  return {
    time_namelookup: seconds(nameAt),
    time_connect: seconds(nameAt + tcpMs),
    time_appconnect: response.connection.protocol === undefined ? 0 : seconds(pretransferAt),
    time_pretransfer: seconds(pretransferAt),
    time_queue: seconds(queueMs),
    // curl: 0 where no redirect was followed; retries and pauses before them count here too.
    time_redirect: seconds(response.redirects.length + tally.hops === 0 ? 0 : redirectMs),
    time_starttransfer: seconds(pretransferAt + requestMs + firstByteMs),
    time_total: seconds(earlierMs + totalMs),
  };
}

function seconds(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1e6;
}

/** curl: the URL that following would have led to. */
function redirectOf(response: Response | undefined): string | null {
  const location = response?.headers.get("location") ?? undefined;
  if (response === undefined || location === undefined) return null;
  if (response.status < 300 || response.status > 399) return null;
  const reading = resolveLocation(location, requireUrl(response.url));
  return reading.ok ? reading.target.href : null;
}

/** curl: 0 where the chain verified. A chain that OpenSSL took and the engine refused is 1. */
async function verifyResult(trust: TrustReport | undefined): Promise<number> {
  if (trust === undefined || trust.kind === "plaintext") return 0;
  const { openssl, rejection } = trust;
  if (openssl?.accepted !== false) return rejection === undefined ? 0 : 1;
  // Loaded where there is something to look up: a tenth of what `get` would read at its start.
  const { opensslNumber } = await import("../../foreign/index.ts");
  return opensslNumber(openssl.code) ?? 1;
}
