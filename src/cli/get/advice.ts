/** Hints in the words of the command line, where the catalogue's own speak of the library's options. */
import { HttpsError, renderSentence, type Code, type Details } from "../../core/index.ts";
import { AdvisedError } from "../frame/failure.ts";
import type { GetFlags } from "./flags.ts";

/** The error, with a hint that names a flag where one can help. */
export function adviseInFlags(error: unknown, flags: GetFlags, url: string): unknown {
  if (!(error instanceof HttpsError)) return error;
  const advice = adviceForPlaintext(error, url) ?? adviceFor(error, flags);
  return advice === undefined ? error : new AdvisedError(error, advice);
}

interface Advice {
  readonly message?: string;
  readonly hint: string;
}

/** A TLS server that is spoken to in the clear ends the connection, or sends an alert and no HTTP. */
function adviceForPlaintext({ code }: HttpsError, url: string): Advice | undefined {
  if ((code !== "empty-response" && code !== "not-http") || !/^http:/i.test(url)) return undefined;
  const secure = url.replace(/^http:/i, "https:");
  return {
    hint: `Likely the port speaks TLS: ask for ${secure}, or let meerkat why ${secure} find out.`,
  };
}

function adviceFor(error: HttpsError, flags: GetFlags): Advice | undefined {
  if (opening.has(error.code)) return { hint: hintForOpening(flags) };
  if (error.code === "proxy-unreachable" && flags.proxy !== undefined) {
    const { code, detail } = error;
    return {
      message: renderSentence({ code, detail: { ...detail, source: "-x" } }),
      hint: "Check what -x says.",
    };
  }
  return error.code === "option-invalid" ? adviceForOption(error.detail) : undefined;
}

/** Deadlines that --connect-timeout sets. */
const opening: ReadonlySet<Code> = new Set<Code>([
  "dns-timeout",
  "connect-timeout",
  "proxy-timeout",
  "tls-timeout",
]);

/** The library's options that flags set: the flag, and how it is written. */
const flagOf: ReadonlyMap<string, readonly [flag: string, form: string]> = new Map([
  ["pins", ["--pinnedpubkey", '"sha256//" and the base64 of 32 bytes'] as const],
  ["resolve", ["--resolve", "host:port:address, with an IP address"] as const],
  ["insecure", ["--insecure-because", "the reason why nobody need vouch for the server"] as const],
]);

function adviceForOption({ option, value }: Details["option-invalid"]): Advice | undefined {
  const [flag, form] = flagOf.get(option) ?? [];
  if (flag === undefined) return undefined;
  return {
    message: `${flag} was given ${value}; it takes ${form}.`,
    hint: "`meerkat get --help` lists what it takes.",
  };
}

function hintForOpening({ connectTimeout }: GetFlags): string {
  if (connectTimeout === undefined) return "--connect-timeout says how long opening a connection may take.";
  return `--connect-timeout ${connectTimeout / 1000} is for DNS, TCP, a proxy and TLS together; raise it if the peer is known to be slow.`;
}
