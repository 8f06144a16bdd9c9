/**
 * A year of the watch, simulated: how many of the breaks that were planted were announced, how long before, and how many
 * alarms were false. `npm run bench:year [SERVERS] [SEED]`
 *
 * What is real: the certificates and the CAs, the engine's verdicts on them, and every decision, clock's included. What is not: there is no
 * network; a visit is put together from what the server would have shown, revocation is stamped on it, and all leaves have one key.
 */
import { clockEvents, dayMs } from "../test/fleet/year/calendar.ts";
import { planKinds, planRules } from "../test/fleet/year/plans.ts";
import { type FalseAlarm, type Outcome, watchYear } from "../test/fleet/year/watched-year.ts";

const [servers = "2000", seed = "1"] = process.argv.slice(2);
const before = process.cpuUsage();
const year = watchYear({ servers: Number(servers), seed: Number(seed) });
const { user, system } = process.cpuUsage(before);

console.log(
  `${servers} endpoints, lives of 6, 47, 90, 200 and 398 days, a visit each 6 hours for those of 6 days and each 12 for the others: ${year.visits} visits, ${year.certificates} certificates, ${((user + system) / 1e6).toFixed(0)} s of CPU time.`,
);
console.log(
  `The clock jumped ${clockEvents.jumps} times and back, the machine slept ${clockEvents.sleeps} times, the watch was started anew ${clockEvents.starts} times; ${year.undecided} visits were not decided for that.\n`,
);
console.log(
  "planted                planted  announced  in time  days before: median, least (or visits after: most)",
);
for (const kind of planKinds) {
  const outcomes = year.outcomes.filter(({ planted }) => planted.kind === kind);
  const told = outcomes.filter(({ toldAt }) => toldAt !== undefined);
  const { isForeseen, visits } = planRules[kind];
  const inTime = told.filter((one) => isInTime(one));
  const figures = isForeseen
    ? describeDays(told.map(({ planted, toldAt = Infinity }) => (planted.breaksAt - toldAt) / dayMs))
    : `at visit ${Math.max(0, ...told.map((one) => one.visits))} (of ${visits} allowed from each place)`;
  console.log(
    `${kind.padEnd(22)} ${String(outcomes.length).padStart(7)}  ${String(told.length).padStart(9)}  ${String(inTime.length).padStart(7)}  ${figures}`,
  );
}
console.log(
  `\n${year.tellings} tellings, ${year.mostTellings} at most of one endpoint.\nfalse alarms: ${year.falseAlarms.length}; warnings at endpoints that renew later than the thresholds, before a renewal of theirs was seen: ${year.beforeHabit.length}; notices that nothing planted explains: ${year.notices}`,
);
for (const one of year.falseAlarms.slice(0, 40)) console.log(describeAlarm(one));
for (const one of year.outcomes.filter((outcome) => !isInTime(outcome)).slice(0, 40))
  console.log(describeMiss(one));
process.exitCode = year.falseAlarms.length === 0 && year.outcomes.every(isInTime) ? 0 : 1;

function isInTime({ planted, toldAt, visits, server }: Outcome): boolean {
  if (toldAt === undefined) return false;
  const rule = planRules[planted.kind];
  return rule.isForeseen ? toldAt < planted.breaksAt : visits <= rule.visits * server.places.length;
}

function describeDays(days: readonly number[]): string {
  const sorted = days.toSorted((a, b) => a - b);
  return `${(sorted[sorted.length >> 1] ?? 0).toFixed(1)}, ${(sorted[0] ?? 0).toFixed(2)}`;
}

function describeAlarm({ server, alert, at }: FalseAlarm): string {
  const plan =
    server.planted === undefined ? "nothing" : `${server.planted.kind} at ${day(server.planted.breaksAt)}`;
  return `FALSE ${server.id} (${server.life} days, ${plan}) on ${day(at)}: ${alert.rule} ${alert.severity}: ${alert.sentence} ${alert.evidence.join(" ")}`;
}

function describeMiss({ server, planted, toldAt, visits }: Outcome): string {
  return `LATE ${server.id} (${server.life} days): ${planted.kind} breaks ${day(planted.breaksAt)}, ${toldAt === undefined ? "never told" : `told ${day(toldAt)}`}, ${visits} visits`;
}

function day(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 16) : "never";
}
