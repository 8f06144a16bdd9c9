/** The flags of `meerkat get`: curl's names for what curl does. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { jsonOption, repeatedOption, secondsOption } from "../frame/options.ts";

/** What was typed. Times in milliseconds. */
export interface GetFlags {
  readonly request?: string;
  readonly header?: readonly string[];
  readonly data?: readonly string[];
  readonly output?: string;
  readonly head?: boolean;
  readonly include?: boolean;
  readonly silent?: boolean;
  readonly verbose?: boolean;
  readonly cacert?: readonly string[];
  readonly resolve?: readonly string[];
  readonly maxTime?: number;
  readonly connectTimeout?: number;
  readonly userAgent?: string;
  readonly insecureBecause?: string;
  readonly insecure?: boolean;
  readonly json?: boolean;
  readonly location?: boolean;
  readonly user?: string;
  readonly digest?: boolean;
  readonly proxy?: string;
  readonly noproxy?: string;
  readonly retry?: number;
  readonly uploadFile?: string;
  readonly form?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly pass?: string;
  readonly pinnedpubkey?: string;
  readonly checkStatus?: boolean;
  readonly remoteName?: boolean;
  readonly cookie?: readonly string[];
  readonly cookieJar?: string;
  readonly writeOut?: string;
  readonly continueAt?: "-";
  readonly get?: boolean;
  readonly referer?: string;
  readonly range?: string;
}

/** Declares the flags on `command`. */
export function addGetFlags(command: Command): void {
  const options = [
    new Option("-X, --request <method>", "the method; GET, or POST where there is data"),
    repeatedOption("-H, --header <line>", '"Name: value"; "Name:" leaves a default field out'),
    repeatedOption("-d, --data <data>", "send this; @FILE for a file's content, @- for stdin's"),
    repeatedOption("-F, --form <part>", '"name=value" or "name=@file" as multipart/form-data'),
    new Option("-G, --get", "put the data of -d into the URL's query instead"),
    new Option("-T, --upload-file <file>", "send this file with PUT"),
    new Option("-u, --user <user:password>", "credentials for the server (basic)"),
    new Option("--digest", "use them in answer to a digest challenge instead"),
    new Option("-A, --user-agent <name>", 'the User-Agent field; "" leaves it out'),
    new Option("-e, --referer <url>", "the Referer field"),
    repeatedOption("-b, --cookie <data>", '"name=value; ..." to send; without "=", a file of cookies'),
    new Option("-c, --cookie-jar <file>", "write the cookies there afterwards, as curl reads them"),
    new Option("-o, --output <file>", "write the body to a file"),
    new Option("-O, --remote-name", "write the body to a file named as in the URL"),
    new Option("-C, --continue-at <->", "go on with the file where it ended").argParser(parseContinueAt),
    new Option("-r, --range <bytes>", "ask for a part: 0-499, 500-, -500").argParser(parseRange),
    new Option("-L, --location", "follow redirects; credentials never cross to another origin"),
    new Option("-I, --head", "ask for the head only (HEAD), and print it"),
    new Option("-i, --include", "print the response's head before its body"),
    new Option("-s, --silent", "print nothing but the body and errors"),
    new Option("-S, --show-error", "accepted for curl's sake: errors are always shown").hideHelp(),
    new Option("-v, --verbose", "show every phase, the chain, and both heads; credentials are masked"),
    repeatedOption("--cacert <file>", "trust the CAs of this file and no others; may be repeated"),
    new Option("--cert <file>", "a client certificate (PEM with its chain, or PKCS#12)"),
    new Option("--key <file>", "its key (PEM)"),
    new Option("--pass <passphrase>", "the passphrase of the key or of the PKCS#12 file"),
    new Option("--pinnedpubkey <pins>", '"sha256//BASE64;..." of which one has to be on the path'),
    new Option("-x, --proxy <url>", "go through this proxy"),
    new Option("--noproxy <hosts>", "hosts for which the environment's proxy is not used; * for all"),
    repeatedOption("--resolve <host:port:address>", "connect to this address for that host and port"),
    secondsOption("-m, --max-time <seconds>", "the most the whole request may take"),
    secondsOption("--connect-timeout <seconds>", "the most that DNS, TCP, a proxy and TLS may take together"),
    new Option("--retry <times>", "try again after failures and statuses that may pass").argParser(
      parseRetries,
    ),
    new Option("-w, --write-out <format>", '"%{http_code}" and the like at the end; "%{json}" for all'),
    new Option("--check-status", "end with 22 when the status is 400 or above"),
    new Option("--compressed", "accepted for curl's sake: it is the default").hideHelp(),
    new Option("--insecure-because <reason>", "do not verify, and say why; the report still has the verdict"),
    new Option("-k, --insecure").hideHelp(),
    jsonOption("one JSON object on stdout instead of the body: answer, trust, timings, or the error"),
  ];
  for (const option of options) command.addOption(option);
}

const mostRetries = 10; // The client's own limit.

function parseRetries(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= mostRetries) return Number(text);
  throw new InvalidArgumentError(`It takes a whole number from 0 to ${mostRetries}.`);
}

function parseContinueAt(text: string): "-" {
  if (text === "-") return text;
  throw new InvalidArgumentError('It takes "-": the file itself says where it ends.');
}

/** RFC 9110 §14.1.2: one or several ranges of octets. */
function parseRange(text: string): string {
  const part = /^(?:\d{1,15}-\d{0,15}|-\d{1,15})$/;
  if (text.split(",").every((one) => part.test(one.trim()))) return text;
  throw new InvalidArgumentError("It takes octets counted from 0: 0-499, 500-, or -500 for the last 500.");
}
