/** Hints in the words of the command line, where the catalogue's own speak of the library's options. */
import { HttpsError, type Code } from "../../core/index.ts";
import type { Environment } from "../../client/index.ts";
import { AdvisedError } from "../frame/failure.ts";
import type { GetFlags } from "./flags/table.ts";
import { protocolAsked } from "./protocol.ts";
import { trustVariable, variableOfCurl } from "./trust-variables.ts";

/** What was asked, and where. */
export interface Around {
  readonly flags: GetFlags;
  readonly url: string;
  readonly env: Environment;
}

/** The error, with a hint that names a flag where one can help. */
export function adviseInFlags(error: unknown, { flags, url, env }: Around): unknown {
  if (!(error instanceof HttpsError)) return error;
  const hint =
    hintForPreface(error, flags, url) ??
    hintForPlaintext(error, url) ??
    hintForRedirects(error) ??
    hintForStores(error, flags, env) ??
    hintForSocket(error, flags) ??
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
  // What greets in its own words is no TLS.
  if (
    HttpsError.is(error, "not-http") &&
    ["SSH", "SMTP or FTP", "IMAP", "POP3"].includes(error.detail.speaks)
  )
    return undefined;
  const isTls = HttpsError.is(error, "http2-not-spoken") && error.detail.speaks === "TLS";
  if ((code !== "empty-response" && code !== "not-http" && !isTls) || !/^http:/i.test(url)) return undefined;
  const secure = url.replace(/^http:/i, "https:");
  return `Likely the port speaks TLS: ask for ${secure}, or let meerkat why ${secure} find out.`;
}

function hintForRedirects(error: HttpsError): string | undefined {
  if (!HttpsError.is(error, "too-many-redirects")) return undefined;
  return `Raise --max-redirs (now ${error.detail.value}) if you expect so many.`;
}

/** Codes at which another root could have helped. */
const rootless: ReadonlySet<Code> = new Set<Code>(["untrusted-root", "self-signed", "missing-intermediate"]);

/** A variable names the roots, and whoever reads the error may not know that it is set. */
function hintForStores({ code }: HttpsError, flags: GetFlags, env: Environment): string | undefined {
  if (!rootless.has(code) || flags.addCacert !== undefined || flags.caNative !== undefined) return undefined;
  const variable = trustVariable(flags, env);
  if (variable === undefined) return hintForCurl(flags, env);
  const { name, does } = variable;
  return `${name} is set: ${does}. --add-cacert FILE trusts another one, too; --roots mozilla sets the variable aside.`;
}

/** Whoever sets a variable for curl may expect it to count here. */
function hintForCurl(flags: GetFlags, env: Environment): string | undefined {
  const name = variableOfCurl(flags, env);
  if (name === undefined) return undefined;
  const flag = name === "CURL_CA_BUNDLE" ? `--cacert "$${name}"` : "--roots system";
  return `${name} is set, which meerkat curl follows, as curl does, and get does not: ${flag} trusts what it names.`;
}

function hintForSocket(error: HttpsError, { unixSocket }: GetFlags): string | undefined {
  if (unixSocket === undefined || !HttpsError.is(error, "connect-failed")) return undefined;
  if (!error.detail.attempts.some(({ outcome }) => outcome === "ENOENT")) return undefined;
  return `There is no file ${unixSocket}: start the server that listens there, or correct --unix-socket.`;
}

/** Deadlines that --connect-timeout sets. */
const opening: ReadonlySet<Code> = new Set<Code>([
  "dns-timeout",
  "connect-timeout",
  "proxy-timeout",
  "tls-timeout",
]);

function hintForOpening({ connectTimeout }: GetFlags): string {
  if (connectTimeout === undefined || connectTimeout === 0)
    return "--connect-timeout says how long opening a connection may take.";
  return `--connect-timeout ${connectTimeout / 1000} is for DNS, TCP, a proxy and TLS together; raise it if the peer is known to be slow.`;
}
