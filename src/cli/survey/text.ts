/** A survey's report for a person: what breaks next, what failed, and what was looked at. */
import { renderAmount, renderCount, showControls } from "../../core/index.ts";
import { devices } from "../../device/index.ts";
import { surveyLimits } from "../../survey/index.ts";
import { renderDay } from "../devices/dates.ts";
import { renderFacts, wrapText } from "../frame/layout.ts";
import type { TextSetting } from "../frame/output.ts";
import { surveyRows } from "../limits.ts";
import {
  type Break,
  breaksOf,
  describeEnd,
  failureRemedy,
  pathEndOf,
  type SurveyOutcome,
} from "./outcome.ts";

export function renderSurvey(outcome: SurveyOutcome, setting: TextSetting): string[] {
  const sections = [
    renderBreaks(outcome, setting),
    renderFailures(outcome, setting),
    renderEnds(outcome, setting),
    renderCounts(outcome, setting),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function renderBreaks(outcome: SurveyOutcome, setting: TextSetting): string[] {
  const { style } = setting.out;
  const breaks = breaksOf(outcome);
  if (breaks.length === 0) return [];
  return [style.bold("What breaks next"), ...few(breaks, setting, (one) => renderBreak(one, setting))];
}

function renderBreak(
  { at, name, sentence, remedy }: Break,
  { out: { style, width } }: TextSetting,
): string[] {
  const when = at === undefined ? style.red("now") : style.yellow(renderDay(at));
  const says = `${sentence}${remedy === "" ? "" : ` ${remedy}`}`;
  return [`  ${when}  ${showControls(name)}`, ...wrapText(showControls(says), { width, indent: "    " })];
}

function renderFailures({ entries }: SurveyOutcome, setting: TextSetting): string[] {
  const { style, width } = setting.out;
  const failed = entries.flatMap((entry) => {
    const { endpoint, answer } = entry;
    return answer.kind === "failed" ? [{ name: endpoint.name, remedy: failureRemedy(entry), ...answer }] : [];
  });
  if (failed.length === 0) return [];
  return [
    style.red("Failed"),
    ...few(failed, setting, ({ name, code, sentence, remedy }) => [
      `  ${showControls(name)}  ${style.dim(code)}`,
      ...wrapText(showControls(sentence), { width, indent: "    " }),
      ...wrapText(showControls(remedy), { width, indent: "    " }),
    ]),
  ];
}

function renderEnds({ entries }: SurveyOutcome, setting: TextSetting): string[] {
  const { style, width } = setting.out;
  const ends = entries
    .flatMap((entry) => {
      const end = pathEndOf(entry);
      return end === undefined ? [] : [{ name: entry.endpoint.name, end }];
    })
    .toSorted((a, b) => a.end.untilAt - b.end.untilAt);
  if (ends.length === 0) return [];
  return [
    style.bold("Whose path ends next, unless it is renewed"),
    ...few(ends, setting, ({ name, end }) =>
      renderFacts([[renderDay(end.untilAt), showControls(`${name}, with ${describeEnd(end)}`)]], {
        width,
        indent: "  ",
      }),
    ),
  ];
}

/** As many as fit on a screen, and how many more there are. */
function few<T>(items: readonly T[], { verbose, out }: TextSetting, render: (item: T) => string[]): string[] {
  const shown = verbose ? items : items.slice(0, surveyRows.value);
  const left = items.length - shown.length;
  const more = left === 0 ? [] : [out.style.dim(`  and ${left} more; -v lists all of them`)];
  return [...shown.flatMap(render), ...more];
}

function renderCounts(outcome: SurveyOutcome, { out: { style, width } }: TextSetting): string[] {
  const isWell = outcome.exitCode === 0;
  return [
    ...(isWell ? [style.green("Nothing failed, and nothing that was looked at is about to break.")] : []),
    ...describeLook(outcome).flatMap((says) => wrapText(showControls(says), { width })),
  ];
}

/** What was looked at, and no more. */
export function describeLook({ entries, bundles, badLines }: SurveyOutcome): readonly string[] {
  const count = { answered: 0, verified: 0, failed: 0 };
  const addresses = new Set<string>();
  const chains = new Set<string>();
  let lost = 0;
  for (const { answer, shown, unreached } of entries) {
    count[answer.kind]++;
    if (shown.length > 0) lost += unreached.length;
    for (const { variant, value } of shown) {
      if (variant.address !== undefined) addresses.add(variant.address);
      chains.add(value.chain.join(" "));
    }
  }
  const { answered, verified, failed } = count;
  const held = new Set(bundles.map(({ device }) => devices[device].title));
  const asDevices = held.size === 0 ? "" : `, and to the hello of ${[...held].join(" and of ")}`;
  const most = surveyLimits.surveyedAddresses.value;
  return [
    `${renderCount(entries.length, "endpoint")} visited: ${answered} answered over HTTP, ${verified} verified without a request, ${failed} failed.`,
    `${renderCount(chains.size, "chain")} shown at ${renderAddresses(addresses.size)} to an ordinary hello${asDevices}; of each host the first ${most} addresses at most, and no redirect was followed.`,
    ...(lost === 0 ? [] : [`No connection to ${renderAddresses(lost)} of endpoints that connect at others.`]),
    ...(badLines === 0 ? [] : [`${renderCount(badLines, "line")} of the lists left out.`]),
  ];
}

function renderAddresses(count: number): string {
  return count === 1 ? "1 address" : `${renderAmount(count)} addresses`;
}
