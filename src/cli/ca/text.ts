/** The report of `meerkat ca` for a person. */
import {
  renderList,
  renderSpan,
  requireEndpoint,
  showControls,
  renderAmount,
  renderCount,
  spokenSite,
} from "../../core/index.ts";
import { formats, programmeDatesSource } from "../../bundle/index.ts";
import {
  type CaAnchor,
  type DeviceProfile,
  explainEndFor,
  explainEndOfDayFor,
  noticesEnd,
  presets,
} from "../../device/index.ts";
import { renderFacts, wrapText } from "../frame/layout.ts";
import type { Output, TextSetting } from "../frame/output.ts";
import { type CaOutcome, figuresOf } from "../devices/files/ca-choice.ts";
import { type EndRow, endRowsOf } from "./end-rows.ts";
import { type Delivery, explainRole, namesOfAnchors } from "./report.ts";
import { renderDay } from "../devices/dates.ts";
import { hostOf } from "../devices/meet/sites.ts";

/** What of a long list is shown unless all is asked for: with five hundred sites the report is still a page. */
const rowsShown = 6;
const sitesShown = 3;
const anchorsInFull = 5;

export function renderCa(outcome: CaOutcome, delivery: Delivery, setting: TextSetting): string[] {
  const isInFull = setting.verbose || outcome.report.anchors.length <= anchorsInFull;
  const ends = endRowsOf(outcome.report);
  const sections = [
    renderHeadline(outcome, setting.out),
    ...(isInFull ? renderAnchors(outcome, ends, setting) : [listAnchors(outcome, setting)]),
    renderEnds(outcome, isInFull ? ends : ends.filter(({ anchors }) => anchors.length === 0), setting),
    renderWay(outcome, setting),
    renderLost(outcome, setting),
    renderFigures(outcome, setting),
    renderDelivery(outcome, delivery, setting),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** The first rows of a list, and a line that counts the others. */
function cut<Row>(
  rows: readonly Row[],
  what: string,
  { verbose }: TextSetting,
): { readonly rows: readonly Row[]; readonly rest: readonly string[] } {
  const count = rows.length - rowsShown;
  if (verbose || count <= 0) return { rows, rest: [] };
  return {
    rows: rows.slice(0, rowsShown),
    rest: [`  and ${renderCount(count, what)} more; --verbose lists them`],
  };
}

function renderHeadline({ material, report }: CaOutcome, { style, width }: Output): string[] {
  const { profile, format, anchors, bytes, storeBytes, exact, served } = report;
  const wrap = (text: string): string[] => wrapText(text, { width });
  const met = material.sites.length + material.failures.length;
  const whole =
    bytes === storeBytes
      ? ", which is the whole store"
      : `; the whole store would take ${renderCount(storeBytes, "byte")}, so this is ${renderShare(bytes, storeBytes)} of it`;
  if (anchors.length === 0)
    return [style.red(`There is nothing to give to ${profile.title}: no site verifies.`)];
  const sites = countSites(material, served.length);
  const services = material.presets.map((name) => presets[name].title);
  const whom = renderList([...(met === 0 && services.length > 0 ? [] : [sites]), ...services]);
  const roots = renderCount(anchors.length, "CA certificate");
  const size = `${renderCount(bytes, "byte")} as ${formats[format].title}${whole}.`;
  return [
    style.bold(`${profile.title}: ${roots} for ${whom}`),
    // Where no site was met, nothing was chosen from: what is announced is all there.
    ...wrap(met === 0 ? size : `${size} ${describeSearch(exact)}`),
  ];
}

function describeSearch(exact: boolean): string {
  return exact
    ? "No smaller set lasts as long."
    : "A smaller set may exist: the search ended at its limit, so this one is approximate.";
}

/** How many there are, or are served; a host that shows several chains is one site, and each chain counts. */
function countSites({ sites, failures }: CaOutcome["material"], served: number): string {
  const met = sites.length + failures.length;
  const hosts = new Set(sites.map(hostOf)).size + failures.length;
  const all = renderCount(hosts, "site");
  if (hosts === met) return served === met ? all : `${served} of ${all}`;
  const chains = renderCount(met, "chain");
  return served === met ? `${all} with ${chains}` : `${served} of the ${chains} of ${all}`;
}

/** Where they are few: all there is to say of each, but for an end that stands among the ends. */
function renderAnchors(
  { report: { anchors, profile } }: CaOutcome,
  ends: readonly EndRow[],
  setting: TextSetting,
): string[][] {
  const names = namesOfAnchors(anchors);
  const told = new Set(cut(ends, "day", setting).rows.flatMap((row) => row.anchors));
  return anchors.map((anchor, i) => {
    const lasts = told.has(anchor) ? undefined : explainLasting(anchor, profile);
    return renderAnchor(anchor, { ...setting, lasts, isAlone: anchors.length === 1, name: names[i] ?? "" });
  });
}

/** Where they are many: a line each, the first to end first. */
function listAnchors({ report }: CaOutcome, { out: { style, width } }: TextSetting): string[] {
  const names = namesOfAnchors(report.anchors);
  const facts = report.anchors
    .map((anchor, i) => ({ anchor, name: names[i] ?? "" }))
    .toSorted((a, b) => (a.anchor.end?.at ?? Infinity) - (b.anchor.end?.at ?? Infinity))
    .map(({ anchor, name }) => [showControls(name), describeBriefly(anchor, report)] as const);
  return [
    style.bold("CA certificates"),
    ...renderFacts(facts, { width, indent: "  ", label: style.cyan }),
    "  --verbose says of each which sites it serves, why it was chosen, and its SHA-256",
  ];
}

function describeBriefly(
  { bytes, end, role }: CaAnchor,
  { profile, untilAt }: Pick<CaOutcome["report"], "profile" | "untilAt">,
): string {
  const serves = role.kind === "chosen" ? renderCount(role.sites.length, "site") : role.kind;
  if (end === undefined) return `${serves}, ${renderCount(bytes, "byte")}`;
  const isEarly = role.kind === "chosen" && end.at < untilAt;
  const early = isEarly ? `, before ${renderDay(untilAt)}, which was asked for` : "";
  const unnoticed = noticesEnd(profile, end) ? "" : ", which this device does not notice";
  return `${serves}, ${renderCount(bytes, "byte")}, until ${renderDay(end.at)}${early}${unnoticed}`;
}

function explainLasting({ end }: CaAnchor, profile: DeviceProfile): string {
  return end === undefined ? "nobody knows how long" : explainEndFor(profile, end);
}

function renderAnchor(
  { fingerprint, bytes, role }: CaAnchor,
  {
    out,
    verbose,
    lasts,
    isAlone,
    name,
  }: TextSetting & {
    /** `undefined` where it is said elsewhere. */
    readonly lasts: string | undefined;
    readonly isAlone: boolean;
    readonly name: string;
  },
): string[] {
  const { style, width } = out;
  const facts: (readonly [string, string])[] = [
    role.kind === "chosen"
      ? (["serves", verbose ? role.sites.join(", ") : renderList(role.sites)] as const)
      : (["serves", "no site that was met"] as const),
    // The headline has the size of one that is alone.
    ...(isAlone ? [] : [["bytes", renderAmount(bytes)] as const]),
    ...(lasts === undefined ? [] : [["lasts", lasts] as const]),
    ["because", explainChoice(role)],
    ["sha256", fingerprint],
  ];
  return [
    style.cyan(showControls(name)),
    ...renderFacts(
      facts.map(([label, text]) => [label, showControls(text)] as const),
      { width, indent: "  ", label: style.dim },
    ),
  ];
}

/** Why it is carried, beside the sites that it serves: they are named where they are not all of these. */
function explainChoice(role: CaAnchor["role"]): string {
  if (role.kind !== "chosen" || role.motive.kind === "cheapest") return explainRole(role);
  const { kind, sites } = role.motive;
  const whom = sites.length === role.sites.length ? "" : ` for ${renderList(sites)}`;
  return kind === "only-one"
    ? `no other would do${whom} for as long as was asked`
    : `none would do${whom} for as long as was asked; this lasts longest`;
}

/** The ends in their order, and what each is the end of: of CA certificates with all their sites, or of some sites. */
function renderEnds({ report }: CaOutcome, ends: readonly EndRow[], setting: TextSetting): string[] {
  const { anchors, profile, untilAt } = report;
  const { style, width } = setting.out;
  if (ends.length === 0) return [];
  const names = namesOfAnchors(anchors);
  const { rows, rest } = cut(ends, "day", setting);
  const facts = rows.map(({ end, sites, anchors: owners }) => {
    const early = end.at < untilAt ? ` That is before ${renderDay(untilAt)}, which was asked for.` : "";
    const whose =
      owners.length === 0
        ? renderSites(sites, { ...setting, isShort: ends.length > anchorsInFull })
        : owners.map((owner) => names[anchors.indexOf(owner)] ?? "").join(", ");
    return [
      renderDay(end.at),
      `${showControls(whose)}: ${showControls(explainEndOfDayFor(profile, end))}.${early}`,
    ] as const;
  });
  return [style.bold("What ends, and when"), ...renderFacts(facts, { width, indent: "  " }), ...rest];
}

/** Some of the sites by name; of a long list of rows the first, and how many there are. */
function renderSites(
  sites: readonly string[],
  { verbose, isShort }: TextSetting & { readonly isShort: boolean },
): string {
  if (verbose) return sites.join(", ");
  if (!isShort || sites.length <= sitesShown) return renderList(sites);
  return `${renderCount(sites.length, "site")} (${sites[0]} and others)`;
}

/** Hosts that no URL names: somebody who wonders where they come from is told. */
function renderWay({ material }: CaOutcome, setting: TextSetting): string[] {
  const { style, width } = setting.out;
  const hosts = new Map(material.sites.map((site) => [hostOf(site), site.urls]));
  const ways = [...hosts].flatMap(([host, urls]) => {
    const led = urls.filter((url) => requireEndpoint(url).authority !== host);
    return led.length === 0 ? [] : [[host, `redirected from ${renderList(led)}`] as const];
  });
  if (ways.length === 0) return [];
  const { rows, rest } = cut(ways, "host", setting);
  const shown = rows.map(([site, way]) => [showControls(site), showControls(way)] as const);
  return [style.bold("Hosts that redirects led to"), ...renderFacts(shown, { width, indent: "  " }), ...rest];
}

function renderLost({ material, lost, report }: CaOutcome, setting: TextSetting): string[] {
  const { style, width } = setting.out;
  const { failures } = material;
  if (lost.length === 0 && failures.length === 0) return [];
  const { title } = report.profile;
  const facts = [
    ...failures.map(({ url, error: { message, hint } }) => [spokenSite(url), message, hint] as const),
    ...lost.map(
      ({ site, because }) => [site, `${title} refuses it, because ${because}.`, undefined] as const,
    ),
  ];
  const { rows, rest } = cut(facts, "site", setting);
  const lines = rows.flatMap(([what, why, hint]) => [
    `  ${style.cyan(showControls(what))}`,
    ...wrapText(showControls(why), { width, indent: "    " }),
    ...(hint === undefined
      ? []
      : wrapText(`hint: ${showControls(hint)}`, { width, indent: "    " }).map(style.dim)),
  ]);
  return [style.red("Not served"), ...lines, ...rest];
}

/** Whether it fits on the device. */
function renderFigures(outcome: CaOutcome, { out: { style, width } }: TextSetting): string[] {
  if (outcome.report.anchors.length === 0) return [];
  const facts = figuresOf(outcome).map(({ about, says }) => [about, showControls(says)] as const);
  return [style.bold("What it takes"), ...renderFacts(facts, { width, indent: "  ", label: style.dim })];
}

function renderDelivery(outcome: CaOutcome, delivery: Delivery, setting: TextSetting): string[] {
  const { report } = outcome;
  if (report.anchors.length === 0) return [];
  const { out } = setting;
  const { style, width } = out;
  const wrap = (text: string): string[] => wrapText(showControls(text), { width });
  const { rows: notes, rest } = cut(delivery.notes, "remark", setting);
  const { takenAt } = programmeDatesSource;
  const age = report.programmeDatesAgeMs;
  const old = age > 0 ? `, ${renderSpan(age)} ago` : "";
  return [
    ...renderFiles(outcome, delivery, out),
    ...notes.flatMap((note) => wrap(note)),
    ...rest,
    ...wrap(`Dates of Mozilla's root programme are those of ${renderDay(takenAt)}${old}.`).map(style.dim),
  ];
}

function renderFiles(
  { report, isComplete }: CaOutcome,
  { written, lockFile }: Delivery,
  { style, width }: Output,
): string[] {
  const wrap = (text: string): string[] => wrapText(showControls(text), { width });
  if (written.length > 0) {
    const proved = report.proof.filter(({ verdict }) => verdict.accepts).length;
    return [
      style.green(`Written, read back, and verified with ${renderCount(proved, "chain")}:`),
      ...written.map(({ path, bytes }) => `  ${showControls(path)}  ${renderCount(bytes, "byte")}`),
      ...(lockFile === undefined
        ? []
        : wrap(`${lockFile} records it: meerkat ca --locked writes the same again.`)),
    ];
  }
  if (report.anchors.length === 0) return [];
  const paths = renderList(report.files.map(({ path }) => path));
  if (isComplete) return wrap(`Nothing was written. -o FILE or -o FOLDER writes it (${paths}).`);
  return [
    style.yellow("Nothing was written, because not every site is served."),
    ...wrap("Fix the list, or take --partial for a bundle that serves the others."),
  ];
}

/** `2 %`, `less than 1 %`. */
function renderShare(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return percent > 0 && percent < 1 ? "less than 1 %" : `${Math.round(percent)} %`;
}
