/** The report of `meerkat check` for a person. */
import { renderAmount, showControls, renderCount, spokenSite } from "../../core/index.ts";
import type { Severity } from "../../bundle/index.ts";
import { explainEndOfDayFor } from "../../device/index.ts";
import { renderFacts, wrapText } from "../frame/layout.ts";
import type { Output } from "../frame/output.ts";
import { explainUnanswered } from "../devices/meet/survey-outcome.ts";
import { renderIdentity } from "../identity/report.ts";
import { fewRemarks } from "./few-remarks.ts";
import type { CheckMaterial, CheckOutcome, Connects, SiteRemark, TimelineEntry } from "./outcome.ts";
import { renderDay } from "../devices/dates.ts";

/** How many of the next ends are listed; the page has all of them. */
const endsShown = 5;

export function renderCheck(outcome: CheckOutcome, out: Output): string[] {
  const sections = [
    renderFindings(outcome, out),
    renderSites(outcome, out),
    renderIdentities(outcome, out),
    renderFailures(outcome, out),
    renderUnanswered(outcome, out),
    renderNotes(outcome, out),
    renderEnds(outcome, out),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** What was looked at, in one sentence. */
export function describeSubject({ path, bundle, profile, at }: CheckMaterial): string {
  const device = profile === undefined ? "no device in particular" : profile.title;
  const readable = bundle.entries.filter(({ kind }) => kind !== "unreadable").length;
  const count = bundle.entries.length === 1 ? "1 entry" : `${renderAmount(bundle.entries.length)} entries`;
  // In something else than a bundle there is nothing to count: what it is stands below.
  const entries = readable === 0 ? "" : `${count}, `;
  const form = bundle.format === "unknown" ? "" : `, format ${bundle.format}`;
  return `${path}: ${entries}${renderCount(bundle.bytes, "byte")}${form}; for ${device}, as of ${renderDay(at)}.`;
}

/** What "nothing is wrong" covers, and no more. */
function describeLook({ bundle, profile, survey, at, horizonMs }: CheckMaterial): string {
  const certificates = bundle.entries.filter(({ kind }) => kind === "certificate").length;
  const form =
    profile === undefined
      ? "what readers of such files stumble over"
      : `its form as ${profile.title} reads it`;
  const each =
    certificates === 0
      ? "the name and the key of each entry"
      : `of ${certificates === 1 ? "its certificate" : `its ${certificates} certificates`} that they are CAs', their dates and their programmes' until ${renderDay(at + horizonMs)}, keys, extensions and own signatures`;
  const sites = survey.sites.length;
  const met =
    sites === 0
      ? "No site was named, so none was tried."
      : `${sites === 1 ? "One site was" : `${sites} sites were`} tried with it.`;
  return `Looked at were ${form}, ${each}, and names that repeat. ${met}`;
}

function renderFindings({ material, remarks, sites }: CheckOutcome, { style, width }: Output): string[] {
  const wrap = (text: string): string[] => wrapText(showControls(text), { width });
  const colours: Readonly<Record<Severity, (text: string) => string>> = {
    error: style.red,
    warning: style.yellow,
    note: style.dim,
  };
  const lines = wrap(describeSubject(material));
  if (remarks.length === 0) {
    const what = sites.every(({ connects }) => connects === "yes") ? "it" : "the bundle";
    return [
      ...lines,
      style.green(`Nothing is wrong with ${what}.`),
      ...wrap(describeLook(material)).map(style.dim),
    ];
  }
  return [
    ...lines,
    ...fewRemarks(remarks).flatMap(({ severity, says }) => {
      const [first = "", ...rest] = wrapText(`${severity}: ${showControls(says)}`, { width });
      return [
        colours[severity](`${severity}:`) + first.slice(severity.length + 1),
        ...rest.map((line) => `  ${line}`),
      ];
    }),
  ];
}

const words: Readonly<Record<Connects, string>> = {
  yes: "connects",
  wrongly: "connects, wrongly",
  ends: "connects, for now",
  no: "refuses",
};

function renderSites({ sites }: CheckOutcome, { style, width }: Output): string[] {
  if (sites.length === 0) return [];
  const colours: Readonly<Record<Connects, (text: string) => string>> = {
    yes: style.green,
    wrongly: style.yellow,
    ends: style.yellow,
    no: style.red,
  };
  return [
    style.bold("Sites"),
    ...groupSites(sites).flatMap(({ names, connects, says }) => {
      const lines = wrapText(showControls(names.join(", ")), { width: width - 20, indent: "  " });
      const last = lines.pop() ?? "";
      return [
        ...lines,
        `${last}  ${colours[connects](words[connects])}`,
        ...wrapText(showControls(says), { width, indent: "    " }),
      ];
    }),
  ];
}

/** Sites of which the same is said, in the order of the first of each. */
function groupSites(
  sites: CheckOutcome["sites"],
): readonly { readonly names: readonly string[]; readonly connects: Connects; readonly says: string }[] {
  const groups = new Map<
    string,
    { readonly names: string[]; readonly connects: Connects; readonly says: string }
  >();
  for (const { site, connects, says } of sites) {
    const known = groups.get(says);
    if (known === undefined) groups.set(says, { names: [site], connects, says });
    else known.names.push(site);
  }
  return [...groups.values()];
}

/** One verdict that counts at several hosts is said once. */
function renderIdentities({ identities, material: { identity } }: CheckOutcome, out: Output): string[] {
  if (identity === undefined) return [];
  const groups = new Map<string, string[]>();
  const said = new Map(
    identities.map(({ site, verdict }) => {
      const lines = renderIdentity(identity, { verdict, out });
      const key = lines.join("\n");
      groups.set(key, [...(groups.get(key) ?? []), site]);
      return [key, lines] as const;
    }),
  );
  return [...said].flatMap(([key, lines], i) => [
    ...(i === 0 ? [] : [""]),
    out.style.bold(`At ${showControls((groups.get(key) ?? []).join(", "))}`),
    ...lines,
  ]);
}

function renderFailures({ unknown }: CheckOutcome, { style, width }: Output): string[] {
  if (unknown.length === 0) return [];
  return [
    style.red("Not reached, so nothing is known of them"),
    ...unknown.flatMap(({ url, error }) => [
      `  ${showControls(spokenSite(url))}`,
      ...wrapText(showControls(error.message), { width, indent: "    " }),
    ]),
  ];
}

function renderUnanswered({ material }: CheckOutcome, { width }: Output): string[] {
  return material.survey.unanswered.flatMap((one) =>
    wrapText(showControls(explainUnanswered(one)), { width }),
  );
}

function renderNotes({ notes }: CheckOutcome, { width }: Output): string[] {
  return notes.flatMap(({ says }) => wrapText(showControls(says), { width }));
}

/** The ends to come that nothing above tells of: no finding of what ends soon, and no site that ends with it. */
function renderEnds(outcome: CheckOutcome, { style, width }: Output): string[] {
  const { material, timeline } = outcome;
  const coming = timeline.filter((one) => one.end.at > material.at && !isTold(one, outcome));
  // One certificate that stands there twice ends once.
  const facts = new Map(
    coming.map(({ subject, end }) => {
      const text = `${subject}: ${explainEndOfDayFor(material.profile, end)}`;
      return [`${end.at} ${text}`, [renderDay(end.at), showControls(text)]] as const;
    }),
  );
  if (facts.size === 0) return [];
  const shown = [...facts.values()].slice(0, endsShown);
  return [style.bold("What ends next"), ...renderFacts(shown, { width, indent: "  " })];
}

function isTold({ subject, end }: TimelineEntry, { remarks, sites }: CheckOutcome): boolean {
  const kind = end.reason.kind === "not-after" ? "expiring" : end.reason.kind;
  const isFound = remarks.some(
    ({ finding }) => finding.kind === kind && "subject" in finding && finding.subject === subject,
  );
  const isOfSite = ({ end: own, says }: SiteRemark): boolean =>
    own?.at === end.at &&
    own.reason.kind === end.reason.kind &&
    [",", ";"].some((sign) => says.includes(` by ${subject}${sign}`));
  return isFound || sites.some(isOfSite);
}
