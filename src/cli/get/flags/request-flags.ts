/** Flags that say what is asked, and what is sent. */
import { fileName, parsed, repeated, text, toggle } from "../../frame/flags.ts";
import { headerFlag, userAgentFlag } from "../../frame/shared-flags.ts";
import { inGroup } from "./in-group.ts";

/** The flags whose values are joined to one body, in the order in which they came, and what `@FILE` is for each. */
export const dataKinds = {
  data: "a file without its line ends",
  dataAscii: "a file without its line ends",
  dataBinary: "a file",
  dataRaw: "itself",
  dataUrlencode: "a file, encoded",
  json: "a file",
} as const;

/** The flags whose values are the parts of a form, and what a sign in front is for each. */
export const formKinds = { form: "a file", formString: "itself" } as const;

export const requestFlags = inGroup("What is asked, and what is sent:", [
  repeated("--url <url>", "a URL, as one that stands by itself"),
  text("-X, --request <method>", "the method; GET, or POST where there is data"),
  headerFlag,
  repeated("-d, --data <data>", "send this; @FILE for a file's content, @- for stdin's"),
  repeated("--data-ascii <data>", "the same as -d").hideHelp(),
  repeated("--data-binary <data>", "the same, with a file's line ends as they are"),
  repeated("--data-raw <data>", "the same, where @ is no more than a sign"),
  repeated("--data-urlencode <data>", "percent-encode it: content, name=content, @FILE, name@FILE"),
  repeated("--json <data>", "send this as JSON; @FILE and @- as for -d"),
  repeated("-F, --form <part>", '"name=value" or "name=@file" as multipart/form-data'),
  repeated("--form-string <part>", "the same, where @, < and ; are no more than signs"),
  toggle("-G, --get", "put the data of -d into the URL's query instead"),
  repeated("--url-query <data>", "add this to the URL's query, as --data-urlencode reads it"),
  repeated("-T, --upload-file <file>", "send this file with PUT; - for stdin", fileName),
  text("-u, --user <user:password>", "credentials for the server (basic)"),
  toggle("--basic", "accepted for curl's sake: -u is that").hideHelp(),
  toggle("--anyauth", "use them in the form that the server asks for"),
  toggle("--digest", "use them in answer to a digest challenge instead"),
  text("--oauth2-bearer <token>", "send this token (RFC 6750)"),
  toggle("-n, --netrc", "take who logs in to which host from ~/.netrc"),
  toggle("--netrc-optional", "the same, where there is one").hideHelp(),
  parsed("--netrc-file <file>", "the same from this file", fileName),
  userAgentFlag,
  text("-e, --referer <url>", "the Referer field"),
  repeated("-b, --cookie <data>", '"name=value; ..." to send; without "=", a file of cookies'),
  parsed("-c, --cookie-jar <file>", "write the cookies there afterwards, as curl reads them", fileName),
  toggle("-j, --junk-session-cookies", "leave out the file's cookies that have no end").hideHelp(),
  parsed("-r, --range <bytes>", "ask for a part: 0-499, 500-, -500", {
    // curl takes a number alone for where the part begins.
    read: (given) => (/^\d{1,15}$/.test(given) ? `${given}-` : isRange(given) ? given : undefined),
    takes: "It takes octets counted from 0: 0-499, 500-, or -500 for the last 500.",
  }),
  text("-z, --time-cond <time>", "what is newer than a date or a file; -DATE: what is not"),
  parsed("--etag-compare <file>", "what is not the version of this file's ETag", fileName),
  toggle("-I, --head", "ask for the head only (HEAD), and print it"),
  toggle("--compressed", "ask for content codings, and undo them"),
  text("--request-target <target>", "send this path in place of the URL's"),
  toggle("--path-as-is", "send the dots of a path as they are"),
  toggle("-g, --globoff", "take braces and brackets in a URL as they are"),
]);

/** RFC 9110 §14.1.2: one or several ranges of octets. */
function isRange(given: string): boolean {
  const part = /^(?:\d{1,15}-\d{0,15}|-\d{1,15})$/;
  return given.split(",").every((one) => part.test(one.trim()));
}
