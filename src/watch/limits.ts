/** The limits of the watch: each wait, count and size has a name, a value and a reason. */
import type { Limit } from "../core/index.ts";

export { listLimits } from "./list/limits.ts";
export { metricsLimits } from "./metrics/limits.ts";
export { pageLimits } from "./page/limits.ts";
export { roundLimits } from "./rounds/limits.ts";
export { runLimits } from "./run/limits.ts";
export { postgresLimits } from "./store/postgres/limits.ts";
export { storeLimits } from "./store/limits.ts";
export { visitLimits } from "./visit/limits.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

export const tellLimits: Readonly<
  Record<
    | "alertsAtOnce"
    | "hooksAtOnce"
    | "mailsAtOnce"
    | "gatherMs"
    | "lendMs"
    | "sendMs"
    | "lookMs"
    | "stopMs"
    | "firstAgainMs"
    | "longestAgainMs"
    | "tellForMs"
    | "remindMs"
    | "holdMs"
    | "answerBytes"
    | "secretBytes"
    | "subjectLength",
    Limit
  >
> = {
  alertsAtOnce: {
    value: 64,
    unit: "count",
    why: "Prometheus, too, sends Alertmanager at most 64 alerts in one request by default.",
  },
  hooksAtOnce: {
    value: 20,
    unit: "count",
    why: "They are sent one after the other, and all of them before what was lent is lent to somebody else.",
  },
  mailsAtOnce: {
    value: 100,
    unit: "count",
    why: "More alerts than this in one mail are not read; what is left is in the next.",
  },
  gatherMs: {
    value: minute,
    unit: "ms",
    why: "What breaks together is found within about a minute, and told in one mail.",
  },
  lendMs: {
    value: 2 * minute,
    unit: "ms",
    why: "After a kill, what was lent is told again after this time. Longer than sendMs, so that nothing is lent twice at a time.",
  },
  sendMs: {
    value: 90 * second,
    unit: "ms",
    why: "Webhooks are given 15 to 30 seconds by most senders; a batch of them, and a slow mail server, need more.",
  },
  lookMs: {
    value: 5 * second,
    unit: "ms",
    why: "How late a telling can be that another process queued; one of the same process wakes the pump.",
  },
  stopMs: {
    value: 5 * second,
    unit: "ms",
    why: "What is being sent when the watch stops has this long; systemd and Docker kill after 10 seconds at the earliest.",
  },
  firstAgainMs: {
    value: 5 * second,
    unit: "ms",
    why: "Standard Webhooks' example schedule has its first retry after five seconds.",
  },
  longestAgainMs: {
    value: hour,
    unit: "ms",
    why: "A receiver that was away for a day is told within an hour of its return.",
  },
  tellForMs: {
    value: 7 * 24 * hour,
    unit: "ms",
    why: "An alert that is a week old says nothing new; open ones are repeated by then.",
  },
  remindMs: {
    value: 2 * minute,
    unit: "ms",
    why: "Alertmanager keeps alerts in memory alone: after its restart it has all of them again within two minutes.",
  },
  holdMs: {
    value: 30 * minute,
    unit: "ms",
    why: "How long an Alertmanager keeps an alert open that it hears nothing of: a restart of the watch takes less.",
  },
  answerBytes: {
    value: 65_536,
    unit: "bytes",
    why: "Of an answer only the status counts; a longer one is cut off with its connection.",
  },
  secretBytes: {
    value: 65_536,
    unit: "bytes",
    why: "A token or a password has a few hundred octets; what is longer is another file.",
  },
  subjectLength: {
    value: 200,
    unit: "count",
    why: "A line of a mail's header has 998 octets at most (RFC 5322 §2.1.1), and people read the first hundred.",
  },
};

export const workLimits: Readonly<
  Record<
    | "shardLength"
    | "longestShard"
    | "longestRun"
    | "shardsAtOnce"
    | "quietMs"
    | "leaseMs"
    | "runEveryMs"
    | "tendMs"
    | "bundlesMs"
    | "stopMs"
    | "leaveMs"
    | "retryMs"
    | "connectMs"
    | "silentMs"
    | "keepAliveMs"
    | "poolSize"
    | "planLookMs"
    | "idleRounds"
    | "resolvedAtOnce"
    | "underWay"
    | "recordedAtOnce"
    | "addedAtOnce"
    | "readAtOnce"
    | "attempts"
    | "attemptMs"
    | "keptFailures",
    Limit
  >
> = {
  shardLength: {
    value: 150,
    unit: "count",
    why: "A job of BullMQ takes 0.2 to 0.4 ms of CPU, a visit 2 ms; what is lost with a worker is a minute's work.",
  },
  longestShard: {
    value: 20_000,
    unit: "count",
    why: "At eight a second to one network these take 40 minutes, and a job's data has 500 KB.",
  },
  longestRun: {
    value: 100_000,
    unit: "count",
    why: "Two hours of a million a day, and about 50 MB in the worker that plans; what is due beyond is left to the next run.",
  },
  shardsAtOnce: {
    value: 2,
    unit: "count",
    why: "While one waits for its slowest network, and for a second at its end, the other goes on.",
  },
  quietMs: {
    value: 1_000,
    unit: "ms",
    why: "A connection counts until a second after its end: before that nobody else may speak to its network.",
  },
  runEveryMs: {
    value: 60_000,
    unit: "ms",
    why: "How late a visit may be for its minute; each run takes what came due since the one before.",
  },
  tendMs: {
    value: 15_000,
    unit: "ms",
    why: "How late it is noticed that a place has nobody, and how old what an open page shows can be.",
  },
  bundlesMs: {
    value: 60_000,
    unit: "ms",
    why: "How late a worker learns of other bundles: a few megabytes at most, read once a minute.",
  },
  stopMs: {
    value: 8_000,
    unit: "ms",
    why: "A worker that stops gives its shards back in about a second, and a slow queue is given more; Docker kills after ten.",
  },
  leaveMs: {
    value: 2_000,
    unit: "ms",
    why: "Where the queue is away nothing can be given back: what was visited is written down, and the lease ends by itself.",
  },
  retryMs: {
    value: 1_000,
    unit: "ms",
    why: "Before a queue that is away is asked again; a worker that asked without a pause would do nothing else.",
  },
  connectMs: {
    value: 10_000,
    unit: "ms",
    why: "A connection takes a few round trips and a handshake; a queue that is there has answered by then.",
  },
  silentMs: {
    value: 20_000,
    unit: "ms",
    why: "BullMQ's longest question to Redis is answered after ten seconds. Whoever says nothing then is not there any more.",
  },
  keepAliveMs: {
    value: 10_000,
    unit: "ms",
    why: "Before a connection on which nothing moves is probed: BullMQ's own for the one that listens on PostgreSQL.",
  },
  poolSize: {
    value: 6,
    unit: "count",
    why: "Connections of a worker to its queue's PostgreSQL, beside those of the store (connections): two of them listen, and each of its four parts can ask something at a time.",
  },
  leaseMs: {
    value: 30_000,
    unit: "ms",
    why: "BullMQ's own default: a worker that says nothing for so long has lost its shard.",
  },
  planLookMs: {
    value: 1_000,
    unit: "ms",
    why: "How late a run's next round begins; looking is one command.",
  },
  idleRounds: {
    value: 3,
    unit: "count",
    why: "A round that visits nobody has met a fault; a third would meet it again, and the next run is near.",
  },
  resolvedAtOnce: {
    value: 64,
    unit: "count",
    why: "Resolvers of most networks bear this; a million names take about five minutes.",
  },
  underWay: {
    value: 64,
    unit: "count",
    why: "Visits under way in a worker: most of them wait for their turn at an address.",
  },
  recordedAtOnce: {
    value: 25,
    unit: "count",
    why: "One transaction each; what is lost with a worker is visited once more, and that should be few.",
  },
  addedAtOnce: {
    value: 200,
    unit: "count",
    why: "Shards in one command, with about 4 KB of ids each: less than a megabyte.",
  },
  readAtOnce: {
    value: 2_000,
    unit: "count",
    why: "Endpoints of one query: a million is read by 500 of them.",
  },
  attempts: {
    value: 5,
    unit: "count",
    why: "A shard that fails is planned anew in the next round anyway.",
  },
  attemptMs: {
    value: 5_000,
    unit: "ms",
    why: "Before a shard that failed is tried again, twice as long each time.",
  },
  keptFailures: {
    value: 1_000,
    unit: "count",
    why: "Shards that failed are kept for whoever looks into the queue; about 4 MB.",
  },
};
