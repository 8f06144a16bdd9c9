/** Hints in the words of the command line, where the catalogue's own speak of the library's options. */
import { HttpsError, type Code } from "../../core/index.ts";
import { AdvisedError } from "../failure.ts";
import type { GetFlags } from "./flags.ts";

/** The error, with a hint that names a flag where one can help. */
export function adviseInFlags(error: unknown, flags: GetFlags): unknown {
  if (!isHttpsError(error)) return error;
  const hint = hintInFlags(error, flags);
  return hint === undefined ? error : new AdvisedError(error, hint);
}

function hintInFlags(error: HttpsError, flags: GetFlags): string | undefined {
  if (opening.has(error.code)) return hintForOpening(flags);
  if (HttpsError.is(error, "option-invalid")) {
    const { option, expected } = error.detail;
    const flag = flagOf.get(option);
    return flag === undefined ? undefined : `Give ${flag} ${expected}.`;
  }
  return hints.get(error.code);
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

/** The library's options that flags set. */
const flagOf: ReadonlyMap<string, string> = new Map([
  ["pins", "--pinnedpubkey"],
  ["resolve", "--resolve"],
  ["proxy", "--proxy"],
  ["insecure.reason", "--insecure-because"],
]);

function hintForOpening({ connectTimeout }: GetFlags): string {
  if (connectTimeout === undefined) return "--connect-timeout says how long opening a connection may take.";
  return `--connect-timeout ${connectTimeout / 1000} is for DNS, TCP, a proxy and TLS together; raise it if the peer is known to be slow.`;
}

/** `instanceof` alone would leave the code untyped, because the class is generic. */
function isHttpsError(error: unknown): error is HttpsError {
  return error instanceof HttpsError;
}
