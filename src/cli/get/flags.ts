/** The flags of `meerkat get`: curl's names for what curl does. */
import { Option, type Command } from "commander";
import { jsonOption, repeatedOption, secondsOption } from "../options.ts";

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
}

/** Declares the flags on `command`. */
export function addGetFlags(command: Command): void {
  const options = [
    new Option("-X, --request <method>", "the method; GET, or POST where there is data"),
    repeatedOption("-H, --header <line>", '"Name: value"; "Name:" leaves a default field out'),
    repeatedOption("-d, --data <data>", "send this; @FILE for a file's content, @- for stdin's"),
    new Option("-A, --user-agent <name>", 'the User-Agent field; "" leaves it out'),
    new Option("-o, --output <file>", "write the body to a file"),
    new Option("-I, --head", "ask for the head only (HEAD), and print it"),
    new Option("-i, --include", "print the response's head before its body"),
    new Option("-s, --silent", "print nothing but the body and errors"),
    new Option("-S, --show-error", "accepted for curl's sake: errors are always shown").hideHelp(),
    new Option("-v, --verbose", "show every phase, the chain, and both heads; credentials are masked"),
    repeatedOption("--cacert <file>", "trust the CAs of this file and no others; may be repeated"),
    repeatedOption("--resolve <host:port:address>", "connect to this address for that host and port"),
    secondsOption("-m, --max-time <seconds>", "the most the whole request may take"),
    secondsOption("--connect-timeout <seconds>", "the most each of DNS, TCP and TLS may take"),
    new Option("--insecure-because <reason>", "do not verify, and say why; the report still has the verdict"),
    new Option("-k, --insecure").hideHelp(),
    jsonOption("one JSON object on stdout instead of the body: answer, trust, timings, or the error"),
  ];
  for (const option of options) command.addOption(option);
}
