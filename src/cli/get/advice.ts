/** Hints in the words of the command line, where the catalogue's own speak of the library's options. */
import { HttpsError, type Code, type Details } from "../../core/index.ts";
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
  const { code } = error;
  if (opening.has(code)) return { hint: hintForOpening(flags) };
  if (code === "proxy-unreachable" && flags.proxy !== undefined) {
    return {
      message: error.message.replace("from the option proxy", "from -x"),
      hint: "Check what -x says.",
    };
  }
  if (HttpsError.is(error, "option-invalid")) return adviceForOption(error.detail);
  const hint = hints.get(code);
  return hint === undefined ? undefined : { hint };
}

/** Deadlines that --connect-timeout sets. */
const opening: ReadonlySet<Code> = new Set<Code>([
  "dns-timeout",
  "connect-timeout",
  "proxy-timeout",
  "tls-timeout",
]);

const noFlag = "This deadline is fixed here (the library can move it). -v shows how far the request got.";
const plainBody = '-H "Accept-Encoding: identity" asks the server for the plain body.';

const hints: ReadonlyMap<Code, string> = new Map<Code, string>([
  ["total-timeout", "--max-time gives the whole request longer."],
  ["send-timeout", noFlag],
  ["head-timeout", noFlag],
  ["body-timeout", noFlag],
  [
    "redirect-downgrade",
    "The server should redirect to https. If http is what you want, ask for that URL yourself.",
  ],
  ["content-coding-unknown", plainBody],
  ["content-coding-malformed", plainBody],
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
