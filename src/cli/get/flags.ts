/** The flags of `meerkat get`: curl's names for what curl does. */
import {
  fileName,
  json,
  parsed,
  repeated,
  seconds,
  text,
  toggle,
  whole,
  type FlagsOf,
} from "../frame/flags.ts";
import {
  allowFlag,
  caNativeFlag,
  cacertFlag,
  certFlag,
  headerFlag,
  httpVersionFlags,
  keyFlag,
  noproxyFlag,
  passFlag,
  pinsFlag,
  proxyFlag,
  resolveFlag,
  rootsFlag,
  userAgentFlag,
} from "../frame/shared-flags.ts";

const mostRetries = 10; // The client's own limit.

export const getFlags = [
  text("-X, --request <method>", "the method; GET, or POST where there is data"),
  headerFlag,
  repeated("-d, --data <data>", "send this; @FILE for a file's content, @- for stdin's"),
  repeated("-F, --form <part>", '"name=value" or "name=@file" as multipart/form-data'),
  toggle("-G, --get", "put the data of -d into the URL's query instead"),
  parsed("-T, --upload-file <file>", "send this file with PUT; - for stdin", fileName),
  text("-u, --user <user:password>", "credentials for the server (basic)"),
  toggle("--digest", "use them in answer to a digest challenge instead"),
  userAgentFlag,
  text("-e, --referer <url>", "the Referer field"),
  repeated("-b, --cookie <data>", '"name=value; ..." to send; without "=", a file of cookies'),
  parsed("-c, --cookie-jar <file>", "write the cookies there afterwards, as curl reads them", fileName),
  parsed("-o, --output <file>", "write the body to a file; - for stdout", fileName),
  toggle("-O, --remote-name", "write the body to a file named as in the URL"),
  parsed("-C, --continue-at <->", "go on with the file where it ended", {
    read: (text) => (text === "-" ? text : undefined),
    takes: 'It takes "-": the file itself says where it ends.',
  }),
  parsed("-r, --range <bytes>", "ask for a part: 0-499, 500-, -500", {
    read: (text) => (isRange(text) ? text : undefined),
    takes: "It takes octets counted from 0: 0-499, 500-, or -500 for the last 500.",
  }),
  toggle("-L, --location", "follow redirects; credentials never cross to another origin"),
  toggle("-I, --head", "ask for the head only (HEAD), and print it"),
  toggle("-i, --include", "print the response's head before its body"),
  toggle("-s, --silent", "print nothing but the body and errors"),
  toggle("-S, --show-error", "accepted for curl's sake: errors are always shown").hideHelp(),
  toggle("-v, --verbose", "show every phase, the chain, and both heads; credentials are masked"),
  cacertFlag,
  rootsFlag,
  caNativeFlag,
  certFlag,
  keyFlag,
  passFlag,
  pinsFlag,
  proxyFlag,
  noproxyFlag,
  resolveFlag,
  toggle("-4, --ipv4", "connect by IPv4 alone"),
  toggle("-6, --ipv6", "connect by IPv6 alone"),
  toggle("-0, --http1.0").hideHelp(),
  ...httpVersionFlags,
  seconds("-m, --max-time <seconds>", "the most the whole request may take"),
  seconds("--connect-timeout <seconds>", "the most that DNS, TCP, a proxy and TLS may take together"),
  parsed("--retry <times>", "try again after failures and statuses that may pass", {
    read: whole(0, mostRetries),
    takes: `It takes a whole number from 0 to ${mostRetries}.`,
  }),
  allowFlag,
  text("-w, --write-out <format>", '"%{http_code}" and the like at the end; "%{json}" for all'),
  toggle("--check-status", "end with 22 when the status is 400 or above"),
  toggle("--compressed", "accepted for curl's sake: it is the default").hideHelp(),
  parsed("--insecure-because <reason>", "do not verify, and say why; the report still has the verdict", {
    read: (text) => (text.trim() === "" ? undefined : text),
    takes: "It takes the reason why nobody need vouch for the server.",
  }),
  toggle("-k, --insecure").hideHelp(),
  json("one JSON object on stdout instead of the body: answer, trust, timings, or the error"),
];

/** What was typed. Times in milliseconds. */
export type GetFlags = FlagsOf<typeof getFlags>;

/** RFC 9110 §14.1.2: one or several ranges of octets. */
function isRange(text: string): boolean {
  const part = /^(?:\d{1,15}-\d{0,15}|-\d{1,15})$/;
  return text.split(",").every((one) => part.test(one.trim()));
}
