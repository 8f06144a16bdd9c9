/** The report of `meerkat ca --update` for a person. */
import { join } from "node:path";
import { renderList, showControls, renderAmount, renderCount, spokenSite } from "../../../core/index.ts";
import { formats } from "../../../bundle/index.ts";
import type { BundleName, FieldSite, RotationBundle } from "../../../device/index.ts";
import { renderDay } from "../../devices/dates.ts";
import { asReported } from "../../devices/files/ca-choice.ts";
import { explainLeftovers } from "../../devices/files/output-files.ts";
import { renderFacts, wrapText } from "../../frame/layout.ts";
import type { TextSetting } from "../../frame/output.ts";
import { manifestName, signatureSuffix } from "./manifest.ts";
import type { RotationOutcome } from "./outcome.ts";
import { explainFate } from "./report.ts";

/** How many of a list are shown unless all are asked for. */
const shown = 10;

export function renderRotation(made: RotationOutcome, setting: TextSetting): string[] {
  const sections = [
    renderField(made, setting),
    renderBundles(made, setting),
    renderProblems(made, setting),
    renderSteps(made, setting),
    renderWritten(made, setting),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** What the firmware in the field loses without an update. */
function renderField({ lock, rotation }: RotationOutcome, { out, verbose }: TextSetting): string[] {
  const { style, width } = out;
  const { field, profile } = rotation;
  const lost = field.filter(isLost);
  const headline =
    lost.length === 0
      ? `${profile.title}: the firmware recorded ${renderDay(lock.material.at)} reaches every site that answers today`
      : `${profile.title}: the firmware recorded ${renderDay(lock.material.at)} has lost ${lost.length} of ${renderCount(field.length, "site")}`;
  const rows = joinSites(field, (one) => explainFate(one.fate, profile));
  const some = verbose ? rows : rows.slice(0, Math.max(shown, lost.length));
  const facts = some.map(
    ([says, sites]) =>
      [showControls(verbose ? sites.join(", ") : renderList(sites)), showControls(says)] as const,
  );
  const lines = facts.flatMap(([sites, says]) => [
    ...wrapText(sites, { width, indent: "  " }).map(style.cyan),
    ...wrapText(says, { width, indent: "    " }),
  ]);
  return [
    ...wrapText(headline, { width }).map(style.bold),
    ...(lines.length === 0 ? [] : ["Without an update:"]),
    ...lines,
    ...tellRest(rows.length - some.length),
  ];
}

function isLost({ fate }: FieldSite): boolean {
  return fate.kind !== "verifies";
}

/** Sites of which the same is said, in the order of the first of each. */
function joinSites(
  sites: readonly FieldSite[],
  says: (site: FieldSite) => string,
): readonly (readonly [says: string, sites: readonly string[]])[] {
  const rows = new Map<string, string[]>();
  for (const one of sites) rows.set(says(one), [...(rows.get(says(one)) ?? []), one.site]);
  return [...rows];
}

function tellRest(count: number): string[] {
  return count > 0 ? [`  and ${renderAmount(count)} more; --verbose lists them.`] : [];
}

function renderBundles({ rotation: { bundles }, outcome }: RotationOutcome, { out }: TextSetting): string[] {
  const { style, width } = out;
  const facts = [bundles.old, bundles.union, bundles.new].map(
    (bundle) => [bundle.name, describeBundle(bundle)] as const,
  );
  return [
    style.bold(`The bundles, as ${formats[outcome.material.format].title}`),
    ...renderFacts(facts, { width, indent: "  ", label: style.cyan }),
  ];
}

function describeBundle({ anchors, files, proof, end }: RotationBundle): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  const count = (seen: "recorded" | "today"): string => {
    const all = proof.filter((one) => one.seen === seen);
    return `${all.filter(({ verdict }) => verdict.accepts).length} of ${all.length}`;
  };
  const until = end === undefined ? "" : `; the first end is on ${renderDay(end.at)}`;
  return (
    `${renderCount(anchors.length, "CA certificate")}, ${renderCount(bytes, "byte")}; verifies ${count("today")} of today's` +
    ` chains and ${count("recorded")} of the recorded ones${until}`
  );
}

/** What could not be chosen for, what was not met, and why there is no union. */
function renderProblems(
  { outcome: chosen, rotation, lock }: RotationOutcome,
  { out, verbose }: TextSetting,
): string[] {
  const { style, width } = out;
  const { clashes, unmet, profile, bundles } = rotation;
  const outcome = asReported(chosen);
  const { failures } = outcome.material;
  const facts = [
    ...failures.map(({ url, error }) => [spokenSite(url), error.message] as const),
    ...outcome.lost.map(({ site, because }) => [site, `the device refuses it, because ${because}.`] as const),
  ];
  const some = verbose ? facts : facts.slice(0, shown);
  const lines = some.flatMap(([what, why]) => [
    `  ${style.cyan(showControls(what))}`,
    ...wrapText(showControls(why), { width, indent: "    " }),
  ]);
  const names = renderList([...new Set(clashes.map(({ site }) => site))]);
  const limit = profile.fileRules.maxAnchors ?? Infinity;
  const why =
    bundles.union.anchors.length > limit
      ? `the device takes ${limit} CA certificates, and these are ${bundles.union.anchors.length}`
      : `under both together the device no longer verifies ${names}`;
  const notes = [
    ...outcome.material.notes.map(({ says }) => says),
    ...(clashes.length === 0 ? [] : [`There is no union to roll out: ${why}.`]),
    ...(unmet.length === 0
      ? []
      : [
          `Recorded on ${renderDay(lock.material.at)} and not met today, so that the new bundle was not chosen for: ${renderList(unmet)}.`,
        ]),
  ];
  return [
    ...(lines.length === 0 ? [] : [style.red("Not served by the new bundle")]),
    ...lines,
    ...tellRest(facts.length - some.length),
    ...notes.flatMap((note) => wrapText(showControls(note), { width })).map(style.yellow),
  ];
}

function renderSteps({ rotation, written, outcome }: RotationOutcome, { out }: TextSetting): string[] {
  const { style, width } = out;
  const { steps, waitsFor } = rotation;
  if (outcome.report.anchors.length === 0) return [];
  if (steps.length === 0) return [style.green("The field has what it needs: there is nothing to roll out.")];
  const folder = (name: BundleName): string => (written.length === 0 ? name : `${name}/`);
  const until =
    waitsFor.length === 0
      ? "When every device has it"
      : `When every device has it, and no server of ${renderList(waitsFor)} shows its recorded chain any more`;
  const lines = steps.includes("union")
    ? [
        `1. ${folder("union")} to every device. It serves what was recorded and what is met today, so that nothing depends on when a device is updated.`,
        `2. ${until}, ${folder("new")}: it leaves out what nothing needs any more.`,
      ]
    : [`1. ${folder("new")} to every device.`];
  return [
    style.bold("Roll out, in this order"),
    ...lines.flatMap((line) => {
      const [first = "", ...rest] = wrapText(showControls(line), { width: width - 5 });
      return [`  ${first}`, ...rest.map((one) => `     ${one}`)];
    }),
  ];
}

function renderWritten(made: RotationOutcome, { out }: TextSetting): string[] {
  const { style, width } = out;
  const { written, leftovers, newLock, outcome, isSigned, exitCode } = made;
  const wrap = (text: string): string[] => wrapText(showControls(text), { width });
  if (written.length === 0) {
    if (exitCode === 0) return wrap("Nothing was written. -o FOLDER writes the bundles and their manifests.");
    const partial =
      outcome.report.anchors.length > 0 ? " --partial writes bundles that serve the others." : "";
    return [
      style.yellow("Nothing was written, because not every site is served."),
      ...wrap(`Fix the list.${partial}`),
    ];
  }
  const signature = isSigned
    ? `Each ${manifestName} is signed: ${manifestName}${signatureSuffix} is 64 bytes, Ed25519 (RFC 8032) over the file as it stands. A device checks that first, with the public key that it was built with; then that "created" is not before that of the manifest it has; then each file's SHA-256. \`meerkat ca --verify-manifest FILE --public-key FILE\` does the same here.`
    : `No ${manifestName} is signed: with --sign-key FILE each is, and a device can tell who wrote it.`;
  return [
    style.green("Written and read back:"),
    ...written.map(({ path, bytes }) => `  ${showControls(path)}  ${renderCount(bytes, "byte")}`),
    ...explainLeftovers(leftovers).flatMap(wrap).map(style.yellow),
    ...wrap(signature),
    ...(newLock === undefined
      ? []
      : wrap(
          `${newLock} records the new bundle: it is the lock to update from, next time. ${join(newLock, "..", "rotation.json")} has the verdict on every chain.`,
        )),
  ];
}
