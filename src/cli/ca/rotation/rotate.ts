/**
 * `meerkat ca --update LOCK`: for a fleet in the field. The lock says what its firmware holds; the sites are visited again
 * and chosen for anew; and the way from one bundle to the other is written, with a manifest for each step.
 */
import { trustPorts } from "../../../admission/index.ts";
import { type BundleFile, formats } from "../../../bundle/index.ts";
import { planRotation, type RotationSite } from "../../../device/index.ts";
import { version } from "../../../manifest/index.ts";
import { gather, type GatherFlags } from "../gather.ts";
import { type Lock, readLock, records } from "../lock.ts";
import { chooseFrom, mayBeWritten } from "../../devices/files/ca-choice.ts";
import { isPublicRoot, mozillaRoots } from "../../devices/files/roots.ts";
import { hostOf, type Site } from "../../devices/meet/sites.ts";
import type { Context } from "../../frame/context.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { checkOverwriting, passFile } from "../../frame/overwriting.ts";
import { filesNamed } from "../../devices/meet/site-options.ts";
import { checkUnsigned, deliver, namesBeside } from "./deliver.ts";
import { readSignKey } from "./keys.ts";
import type { RotationOutcome } from "./outcome.ts";
import { checkRoots } from "./named-roots.ts";

export interface RotateFlags extends GatherFlags {
  /** The lock of the firmware in the field. */
  readonly update: string;
  readonly output?: string;
  readonly partial?: boolean;
  readonly force?: boolean;
  readonly signKey?: string;
  readonly signPass?: string;
}

export async function rotate(
  typed: readonly string[],
  flags: RotateFlags,
  context: Context,
): Promise<RotationOutcome> {
  checkFlags(flags);
  const key =
    flags.signKey === undefined ? undefined : await readSignKey(flags.signKey, flags.signPass, context);
  if (key === undefined && flags.output !== undefined) await checkUnsigned(flags.output);
  const kept = {
    inputs: [flags.update, flags.from, flags.signKey, passFile(flags.signPass), ...filesNamed(flags)],
    force: flags.force === true,
  };
  if (flags.output !== undefined) await checkOverwriting(namesBeside(flags.output), kept);
  const lock = await readLock(flags.update, context.signal);
  const files = repeatFiles(lock, flags.update);
  checkRoots(lock.material, flags);
  const outcome = chooseFrom(await gatherAgain(typed, { lock, flags }, context));
  const { report, material } = outcome;
  const rotation = planRotation(
    {
      profile: material.profile,
      format: material.format,
      field: { at: lock.material.at, anchors: lock.anchors, files, sites: lock.material.sites.map(withHost) },
      today: {
        at: material.at,
        anchors: report.anchors.map(({ certificate }) => certificate),
        files: report.files,
        // What only a part of the device's offer meets, and the device refuses, is a note of the choice's.
        sites: material.sites
          .filter(({ site }) => !outcome.uncovered.some((one) => one.site === site))
          .map(withHost),
      },
      isPublic: isPublicRoot,
      knownRoots: mozillaRoots(),
    },
    trustPorts,
  );
  const isGood = mayBeWritten(outcome, flags.partial ?? lock.partial);
  const made: RotationOutcome = {
    lockFile: flags.update,
    lock,
    outcome,
    rotation,
    written: [],
    leftovers: [],
    isSigned: false,
    newLock: undefined,
    exitCode: isGood ? exitCode.ok : outcome.exitCode,
  };
  return isGood && flags.output !== undefined
    ? deliver(made, { output: flags.output, key, kept, signal: context.signal })
    : made;
}

function withHost(site: Site): RotationSite {
  return { ...site, host: hostOf(site) };
}

function checkFlags({ for: profile, format, output, signKey, signPass }: RotateFlags): void {
  const given = [...(profile === undefined ? [] : ["--for"]), ...(format === undefined ? [] : ["--format"])];
  if (given.length > 0) {
    throw new CommandError(
      `--update takes the device and its format from the lock, so it takes no ${given.join(", ")}.`,
      {
        hint: "Another device is a choice of its own: leave --update out.",
      },
    );
  }
  if (signKey !== undefined && output === undefined) {
    throw new CommandError("--sign-key signs what is written, and nothing is to be written.", {
      hint: "Add -o FOLDER.",
    });
  }
  if (signPass !== undefined && signKey === undefined)
    throw new CommandError("--sign-pass is the passphrase of a key, and none is given.", {
      hint: "Add --sign-key FILE.",
    });
}

/** The files of the firmware in the field, from the lock alone. They have to be the very ones that were written then. */
function repeatFiles(lock: Lock, lockFile: string): readonly BundleFile[] {
  const written = formats[lock.material.format].write(lock.anchors).files;
  if (records(lock, written)) return written;
  throw new CommandError(
    `The files that ${lockFile} records come out otherwise: it was written by version ${lock.version}, and this is ${version}.`,
    {
      hint: "Take the version that wrote it, or check the bundle that the firmware has: meerkat check --fleet MANIFEST.",
      exitCode: exitCode.failed,
    },
  );
}

function gatherAgain(
  typed: readonly string[],
  { lock: { material }, flags }: { readonly lock: Lock; readonly flags: RotateFlags },
  context: Context,
): ReturnType<typeof gather> {
  const { at, untilAt, profile, format, redundancy } = material;
  const asked = {
    ...flags,
    for: profile,
    format,
    // As long from now as it was then.
    until: flags.until ?? Date.now() + (untilAt - at),
    redundancy: flags.redundancy ?? redundancy,
    preset: [...material.presets, ...(flags.preset ?? [])],
  };
  return gather([...material.urls, ...typed], asked, context);
}
