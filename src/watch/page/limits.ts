/** The limits of the page: it is a server, and whoever reaches its port may send anything. */
import type { Limit } from "../../core/index.ts";

const second = 1_000;
const minute = 60 * second;

export const pageLimits: Readonly<
  Record<
    | "connections"
    | "headersMs"
    | "requestMs"
    | "idleMs"
    | "headBytes"
    | "urlLength"
    | "formBytes"
    | "storeMs"
    | "stopMs"
    | "streams"
    | "newsMs"
    | "beatMs"
    | "sessionMs"
    | "tokenLength"
    | "guesses"
    | "guessesMs"
    | "guessers"
    | "rows"
    | "nextShown"
    | "weeks"
    | "lanes"
    | "segments"
    | "variants"
    | "certificates"
    | "alertsShown"
    | "textLength"
    | "behindMs",
    Limit
  >
> = {
  connections: {
    value: 256,
    unit: "count",
    why: "A team's browsers hold six each, a few scrapers one; what is beyond waits in the kernel's queue or is closed.",
  },
  headersMs: {
    value: 10 * second,
    unit: "ms",
    why: "Whoever sends a head one octet at a time holds a connection no longer than this (Slowloris).",
  },
  requestMs: {
    value: 30 * second,
    unit: "ms",
    why: "The one body that is taken is a form with a token.",
  },
  idleMs: {
    value: 5 * second,
    unit: "ms",
    why: "The next click comes later or at once; Node's own default is the same.",
  },
  headBytes: {
    value: 16_384,
    unit: "bytes",
    why: "Node's own default: cookies of other programs on the same host are sent along.",
  },
  urlLength: {
    value: 2_048,
    unit: "count",
    why: "A search, a tag and the place where a page ends need some hundreds; longer ones are not ours.",
  },
  formBytes: {
    value: 4_096,
    unit: "bytes",
    why: "A token and the page to go on to, percent-encoded.",
  },
  storeMs: {
    value: 10 * second,
    unit: "ms",
    why: "A store that has not answered by then is away; a person would not wait longer, a scraper's timeout is 10 seconds.",
  },
  stopMs: {
    value: 3 * second,
    unit: "ms",
    why: "What is being answered when the watch stops has this long; then its connection is closed.",
  },
  streams: {
    value: 64,
    unit: "count",
    why: "One for each open page; each holds a connection for as long as it is open.",
  },
  newsMs: {
    value: 2 * second,
    unit: "ms",
    why: "A fleet is visited several times a second: pages are told of it together.",
  },
  beatMs: {
    value: 25 * second,
    unit: "ms",
    why: "Proxies close what says nothing for 30 or 60 seconds.",
  },
  sessionMs: {
    value: 12 * 60 * minute,
    unit: "ms",
    why: "A shift: whoever signs in at its beginning is not asked again in it.",
  },
  tokenLength: {
    value: 16,
    unit: "count",
    why: "Sixteen random characters cannot be guessed over a network; what is shorter is most likely a password.",
  },
  guesses: {
    value: 10,
    unit: "count",
    why: "Wrong tokens of one address within guessesMs: more than a person mistypes, and a token stands for longer than the universe.",
  },
  guessesMs: {
    value: minute,
    unit: "ms",
    why: "Somebody who was wrong that often reads the file again meanwhile.",
  },
  guessers: {
    value: 1_024,
    unit: "count",
    why: "Addresses whose wrong tokens are counted, about 200 octets each; who has more of them than this gains nothing by it.",
  },
  rows: {
    value: 50,
    unit: "count",
    why: "A screen or two; with 2,000 nodes to a page there is room for forty in each row.",
  },
  nextShown: {
    value: 12,
    unit: "count",
    why: "What breaks next is what somebody can do something about today; the rest is one click away.",
  },
  weeks: {
    value: 53,
    unit: "count",
    why: "A year: the longest certificate that is issued today lasts 200 days.",
  },
  lanes: {
    value: 16,
    unit: "count",
    why: "Four addresses with two kinds of keys in two versions are sixteen; the rest stands in the table.",
  },
  segments: {
    value: 16,
    unit: "count",
    why: "Of each line of the history, the newest: a year of monthly renewals.",
  },
  variants: {
    value: 48,
    unit: "count",
    why: "Eight addresses with six hellos each; more are counted.",
  },
  certificates: {
    value: 48,
    unit: "count",
    why: "In the trees of one endpoint: each costs a signature to check and ten nodes to show.",
  },
  alertsShown: {
    value: 5,
    unit: "count",
    why: "On pages that show other things besides; the page of alerts has them all.",
  },
  textLength: {
    value: 20_000,
    unit: "count",
    why: "Text of one diagnosis, which has some thousands.",
  },
  behindMs: {
    value: 15 * minute,
    unit: "ms",
    why: "A schedule that lies this far behind has lost its worker or its network: `/readyz` says so.",
  },
};
