/** Flags that say what is made of an answer: followed, tried again, taken for a failure. */
import { choice, parsed, secondsOrNone, text, toggle, whole } from "../../frame/flags.ts";
import { allowFlag } from "../../frame/shared-flags.ts";
import { parseSize } from "../line/sizes.ts";
import { inGroup } from "./in-group.ts";

const mostRetries = 1_000; // An hour of pauses, and more, is somebody's loop.
const count = (most: number) => ({
  read: whole(0, most),
  takes: `It takes a whole number from 0 to ${most}.`,
});

export const answerFlags = inGroup("What is made of the answer:", [
  toggle("-f, --fail", "end with 22 when the status is 400 or above, without its body"),
  toggle("--fail-with-body", "the same, and the body is written"),
  toggle("--check-status", "the same as --fail-with-body, without a word about it"),
  toggle("--fail-early", "of several URLs, end with the first that fails"),
  toggle("-L, --location", "follow redirects; credentials never cross to another origin"),
  parsed("--max-redirs <times>", "follow so many at most; 50 when left out, -1 for 1,000", {
    read: (given) => (given === "-1" ? mostRetries : whole(0, mostRetries)(given)),
    takes: `It takes a whole number from 0 to ${mostRetries}, or -1.`,
  }),
  toggle("--post301", "a POST stays one where a 301 leads; GET when left out"),
  toggle("--post302", "the same for 302"),
  toggle("--post303", "the same for 303"),
  text("--proto <list>", 'schemes that may be asked: "=https" alone, "-http" not'),
  text("--proto-redir <list>", "the same for where a redirect leads"),
  text("--proto-default <scheme>", "the scheme of a URL without one"),
  parsed("--retry <times>", "try again after deadlines and statuses that may pass", count(mostRetries)),
  parsed("--retry-delay <seconds>", "the pause before it; doubled from 1 when left out", count(86_400)),
  parsed("--retry-max-time <seconds>", "no further try after so long", count(86_400)),
  toggle("--retry-connrefused", "try again where the connection was refused, too"),
  toggle("--retry-all-errors", "try again whatever the failure was"),
  parsed("--max-filesize <bytes>", "end with 63 where the body is larger", {
    read: (given) => parseSize(given),
    takes: "It takes a number of bytes, with k, M or G behind it for more.",
  }),
  secondsOrNone("-m, --max-time <seconds>", "the most the whole request may take"),
  parsed("-Y, --speed-limit <bytes>", "end with 28 where the body is slower a second", count(2 ** 40)),
  parsed("-y, --speed-time <seconds>", "for so long; 30 when left out", count(86_400)),
  parsed("--limit-rate <bytes>", "take a body no faster a second", {
    read: (given) => parseSize(given) || undefined,
    takes: "It takes a number of bytes above 0, with k, M or G behind it for more.",
  }),
  allowFlag,
]);

/** What `--report` prints; a choice, so that there may be others. */
export const reportFlag = choice(
  "--report <form>",
  "json: one JSON object on stdout in place of the body, with the trust report",
  ["json"],
);
