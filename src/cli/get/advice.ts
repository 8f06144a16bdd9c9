/** Hints in the words of the command line, where the catalogue's own speak of the library's options. */
import { HttpsError, type Code } from "../../core/index.ts";
import { AdvisedError } from "../frame/failure.ts";
import type { GetFlags } from "./flags.ts";

/** The error, with a hint that names a flag where one can help. */
export function adviseInFlags(error: unknown, flags: GetFlags, url: string): unknown {
  if (!(error instanceof HttpsError)) return error;
  const hint = hintForPlaintext(error, url) ?? (opening.has(error.code) ? hintForOpening(flags) : undefined);
  return hint === undefined ? error : new AdvisedError(error, hint);
}

/** A TLS server that is spoken to in the clear ends the connection, or sends an alert and no HTTP. */
function hintForPlaintext({ code }: HttpsError, url: string): string | undefined {
  if ((code !== "empty-response" && code !== "not-http") || !/^http:/i.test(url)) return undefined;
  const secure = url.replace(/^http:/i, "https:");
  return `Likely the port speaks TLS: ask for ${secure}, or let meerkat why ${secure} find out.`;
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
