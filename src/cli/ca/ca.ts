/** `meerkat ca URL...`: the smallest set of CA certificates that a device needs for its sites, in its own format. */
import type { Command } from "commander";
import { ownValue } from "../../core/index.ts";
import { proveFiles } from "../../device/index.ts";
import { trustPorts } from "../../admission/index.ts";
import type { Context } from "../frame/context.ts";
import { asReported, type CaOutcome, chooseFrom, mayBeWritten } from "../devices/files/ca-choice.ts";
import { describeCa, type Delivery } from "./report.ts";
import { renderCa } from "./text.ts";
import {
  deviceFlag,
  formatFlag,
  renderDeviceList,
  renderFormatList,
} from "../devices/files/device-option.ts";
import { explainPresets, presetFlag, renderPresetList } from "../devices/files/preset-option.ts";
import { checkLockedPlace, earlierOf } from "./locked-place.ts";
import { type Lock, readLock, records, renderLock } from "./lock.ts";
import {
  explainLeftovers,
  findLeftovers,
  placeFiles,
  writeFiles,
  writeOne,
} from "../devices/files/output-files.ts";
import { gather } from "./gather.ts";
import { rotationFlags, runRotation } from "./rotation/command.ts";
import { renderEndpointHelp } from "../devices/meet/targets.ts";
import { explainNarrow, type Variant } from "../devices/meet/host-chains.ts";
import { filesNamed, identityFlags, siteFlags } from "../devices/meet/site-options.ts";
import { explainUnanswered } from "../devices/meet/survey-outcome.ts";
import { checkOverwriting, forceFlag, isJson } from "../frame/overwriting.ts";
import { anyEndings, httpEndings, serverEndings, exitCode } from "../frame/exit-codes.ts";
import { endsWith } from "../frame/help.ts";
import { CommandError } from "../frame/failure.ts";
import {
  date,
  fileName,
  json,
  onFlags,
  parsed,
  toggle,
  whole,
  withDefault,
  type FlagsOf,
} from "../frame/flags.ts";
import { version } from "../../manifest/index.ts";

const flagList = [
  deviceFlag("the device; Node.js when left out"),
  parsed("--from <file>", "further URLs, one a line; # begins a comment", fileName),
  date("--until <date>", "how long it has to last (default: two years from now)"),
  parsed("--redundancy <number>", "also this many other roots of each CA, to which it is likely to move", {
    read: whole(0, 99),
    takes: "It takes a whole number up to 99.",
  }),
  formatFlag("the form of the files; the device's own when left out"),
  parsed("-o, --output <path>", "write it: to a file, or into a folder", fileName),
  forceFlag,
  toggle("--partial", "write a bundle even when it does not serve every site"),
  withDefault(parsed("--lock <file>", "where what was seen is recorded", fileName), "meerkat.lock.json"),
  toggle("--locked", "repeat what the lock records, visiting nobody"),
  presetFlag(),
  ...rotationFlags,
  toggle("-v, --verbose", "every site and chain, however many there are"),
  ...identityFlags,
  ...siteFlags("choose from, and verify with,"),
  json(
    "one JSON object instead of text: docs/ca.schema.json, with --update docs/ca-update.schema.json, with --verify-manifest docs/ca-manifest.schema.json, where none of these could be made docs/error.schema.json",
  ),
];
type Flags = FlagsOf<typeof flagList>;

export function defineCa(command: Command, context: Context): void {
  command
    .description(
      "Choose the CA certificates that a device needs for its sites.\n\n" +
        "With -o they are written, and so is meerkat.lock.json: into the working directory, wherever -o points, " +
        "so that it does not end up on the device. --lock names another place.",
    )
    .argument("[url...]", "what the device talks to: https://, mqtts://, smtp://, host:port and others")
    .addHelpText("after", () => renderNotes(context.out.width));
  endsWith(command, context, {
    ...anyEndings,
    ...serverEndings,
    ...httpEndings,
    0: "every site is served; with --partial, those that answered",
    60: "a site is not trusted, or the device refuses it",
  });
  onFlags(command, flagList, async (flags, urls: readonly string[]) => {
    if ((await runRotation(urls, flags, context)) === "done") return;
    const lock = flags.locked === true ? await openLock(urls, flags, context.signal) : undefined;
    const outcome = chooseFrom(lock?.material ?? (await gather(urls, flags, context)));
    if (lock !== undefined) checkRepeated(outcome, lock, flags.lock);
    const delivery = await deliver(outcome, { flags, lock, signal: context.signal });
    context.exit(delivery.exitCode);
    const shown = asReported(outcome);
    if (flags.json === true) context.out.json(describeCa(shown, delivery));
    else
      context.out.lines(...renderCa(shown, delivery, { out: context.out, verbose: flags.verbose === true }));
  });
}

function renderNotes(width: number): string {
  return [
    "",
    "Each site is visited and fully verified first; redirects are followed, because a download often",
    "ends on another host. What is written is read back and verified with every chain that was seen.",
    "",
    "Examples:",
    "  meerkat ca https://api.example.com/ --for mongoose-os -o .      writes fs/ca.pem",
    "  meerkat ca --from sites.txt --for esp-idf-bundle -o main/       for a list of sites",
    "  meerkat ca --preset aws-iot --for mongoose-os -o .              the roots that AWS IoT announces",
    "  meerkat ca mqtts://broker.example.com smtp://mail.example.com   a broker, and a mail server",
    "  meerkat ca --locked                                             the same again, offline",
    "  meerkat ca --update meerkat.lock.json -o ota/ --sign-key k.pem  for a fleet in the field",
    "",
    ...renderEndpointHelp(width, "is visited, and redirects are followed"),
    "",
    ...renderDeviceList(width),
    "",
    ...renderFormatList(width),
    "",
    ...renderPresetList(width),
  ].join("\n");
}

async function openLock(urls: readonly string[], flags: Flags, signal: AbortSignal): Promise<Lock> {
  const chosen = [
    "for",
    "from",
    "until",
    "redundancy",
    "format",
    "cacert",
    "addCacert",
    "roots",
    "resolve",
    "preset",
  ] as const;
  const also = chosen
    .filter((name) => flags[name] !== undefined)
    .map((name) => (name === "addCacert" ? "--add-cacert" : `--${name}`));
  if (urls.length > 0) also.unshift("URLs");
  if (also.length > 0) {
    throw new CommandError(`--locked repeats what the lock records, so it takes no ${also.join(", ")}.`, {
      hint: "Leave --locked out to choose anew.",
    });
  }
  return readLock(flags.lock, signal);
}

/** The same material has to give the same files, or this version decides otherwise than the one that wrote the lock. */
function checkRepeated({ report }: CaOutcome, lock: Lock, lockFile: string): void {
  if (records(lock, report.files)) return;
  throw new CommandError(
    `What ${lockFile} records comes out otherwise: it was written by version ${lock.version}, and this is ${version}.`,
    { hint: "Run without --locked to choose anew, and look at what changed.", exitCode: exitCode.failed },
  );
}

/** Writes what was chosen, where it was asked for, and proves what stands on the disk. */
async function deliver(
  outcome: CaOutcome,
  {
    flags,
    lock,
    signal,
  }: { readonly flags: Flags; readonly lock: Lock | undefined; readonly signal: AbortSignal },
): Promise<Delivery> {
  const { report, material } = outcome;
  const partial = flags.partial ?? lock?.partial ?? false;
  const isGood = mayBeWritten(outcome, partial);
  const code = isGood ? exitCode.ok : outcome.exitCode;
  const output = flags.output ?? lock?.output;
  const notes = notesOf(asReported(outcome));
  if (output === undefined || !isGood) return { written: [], lockFile: undefined, notes, exitCode: code };
  const placed = await placeFiles(report.files, output);
  if (flags.output === undefined) await checkLockedPlace({ output, placed, home: process.cwd() });
  await checkOverwriting(
    [
      ...placed.map(({ path, file }) => ({ file: path, isEarlier: earlierOf(file.bytes) })),
      ...(lock === undefined ? [{ file: flags.lock, isEarlier: isJson }] : []),
    ],
    {
      inputs: [flags.from, ...(lock === undefined ? [] : [flags.lock]), ...filesNamed(flags)],
      force: flags.force === true,
    },
  );
  const written = await writeFiles(placed, signal);
  const { profile, at } = report;
  const missed = new Set([...outcome.lost, ...outcome.uncovered].map(({ site }) => site));
  const sites = material.sites.filter(({ site }) => !missed.has(site));
  const proof = proveFiles({ profile, files: written.map(({ file }) => file), sites, at }, trustPorts);
  const failed = proof.filter(({ verdict }) => !verdict.accepts);
  if (failed.length > 0) {
    const names = failed.map(({ site }) => site).join(", ");
    throw new CommandError(`What was written to ${output} reads back otherwise: ${names} would not verify.`, {
      exitCode: exitCode.writeFailed,
    });
  }
  notes.push(...explainLeftovers(await findLeftovers(placed)));
  if (lock === undefined) await writeOne(flags.lock, renderLock(outcome, { output, partial }), signal);
  return { written, lockFile: flags.lock, notes, exitCode: code };
}

/** What else the device needs, and how far its verdicts can be relied on. */
function notesOf({ material, uncovered, report: { profile, anchors, missing } }: CaOutcome): string[] {
  const variantOf = (name: string): Variant | undefined =>
    material.sites.find(({ site }) => site === name)?.variant;
  const notes = [
    ...material.notes.map(({ says }) => says),
    ...uncovered.map(
      ({ site, because }) =>
        `${explainNarrow(site, variantOf(site), profile.title)}, and is not served then: it refuses that, because ${because}.`,
    ),
    ...explainPresets(material.presets, missing),
  ];
  const { maxAnchors } = profile.fileRules;
  if (maxAnchors !== undefined && anchors.length > maxAnchors) {
    notes.push(`${profile.title} takes ${maxAnchors} CA certificates unless it is configured for more.`);
  }
  const several = ownValue(profile.fileRules, "severalCost");
  if (several !== undefined && anchors.length > 1)
    notes.push(`The device gets ${anchors.length} CA certificates: ${several}.`);
  if (profile.withoutCa.behaviour === "unverified") {
    notes.push(`Without this file it verifies nobody: ${profile.withoutCa.note}.`);
  }
  if (profile.confirmation.how === "read") {
    notes.push("What this device accepts is taken from its source; the library itself was not run.");
  }
  // Last: there may be one for each URL.
  notes.push(...material.unanswered.map(explainUnanswered));
  return notes;
}
