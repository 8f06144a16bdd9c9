/** Hints in the words of the command line, where the catalogue's own speak of the library's options. */
import { HttpsError, type Code } from "../../core/index.ts";
import { AdvisedError } from "../frame/failure.ts";
import type { GetFlags } from "./flags/table.ts";
import { protocolAsked } from "./protocol.ts";

/** The error, with a hint that names a flag where one can help. */
export function adviseInFlags(error: unknown, flags: GetFlags, url: string): unknown {
  if (!(error instanceof HttpsError)) return error;
  const hint =
    hintForPreface(error, flags, url) ??
    hintForPlaintext(error, url) ??
    hintForRedirects(error) ??
    (opening.has(error.code) ? hintForOpening(flags) : undefined);
  return hint === undefined ? error : new AdvisedError(error, hint);
}

/** A server of HTTP/1.1 may end the connection at the preface of HTTP/2, and so may one of TLS. */
function hintForPreface({ code }: HttpsError, flags: GetFlags, url: string): string | undefined {
  if (code !== "empty-response" || protocolAsked(flags, url) !== "h2" || !/^http:/i.test(url))
    return undefined;
  return `Likely the server does not speak HTTP/2 in plain: try --http1.1, or ${url.replace(/^http:/i, "https:")} if the port speaks TLS.`;
}

/** A TLS server that is spoken to in the clear ends the connection, or sends an alert and no HTTP. */
function hintForPlaintext(error: HttpsError, url: string): string | undefined {
  const { code } = error;
  const isTls = HttpsError.is(error, "http2-not-spoken") && error.detail.speaks === "TLS";
  if ((code !== "empty-response" && code !== "not-http" && !isTls) || !/^http:/i.test(url)) return undefined;
  const secure = url.replace(/^http:/i, "https:");
  return `Likely the port speaks TLS: ask for ${secure}, or let meerkat why ${secure} find out.`;
}

function hintForRedirects(error: HttpsError): string | undefined {
  if (!HttpsError.is(error, "too-many-redirects")) return undefined;
  return `Raise --max-redirs (now ${error.detail.value}) if you expect so many.`;
}

/** Deadlines that --connect-timeout sets. */
const opening: ReadonlySet<Code> = new Set<Code>([
  "dns-timeout",
  "connect-timeout",
  "proxy-timeout",
  "tls-timeout",
]);

function hintForOpening({ connectTimeout }: GetFlags): string {
  if (connectTimeout === undefined) return "--connect-timeout says how long opening a connection may take.";
  return `--connect-timeout ${connectTimeout / 1000} is for DNS, TCP, a proxy and TLS together; raise it if the peer is known to be slow.`;
}
