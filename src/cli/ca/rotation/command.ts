/** The flags of `meerkat ca` that are about a fleet in the field, and the two ways that they lead. */
import { CommandError } from "../../frame/failure.ts";
import type { Context } from "../../frame/context.ts";
import { fileName, parsed, text, whole, type FlagsOf } from "../../frame/flags.ts";
import { passphraseForms } from "../../frame/passphrase.ts";
import { describeRotation } from "./report.ts";
import { rotate, type RotateFlags } from "./rotate.ts";
import { renderRotation } from "./text.ts";
import { describeVerified, renderVerified, verifyManifest } from "./verify.ts";

export const rotationFlags = [
  parsed(
    "--update <lock>",
    "from what a firmware in the field has, by its lock, to what it needs today",
    fileName,
  ),
  parsed("--sign-key <file>", "sign the manifests of --update: Ed25519, PEM (PKCS#8)", fileName),
  text("--sign-pass <from>", `the passphrase of that key: ${passphraseForms}`),
  parsed("--verify-manifest <file>", "check a manifest: its signature, beside it, and its files", fileName),
  parsed("--public-key <file>", "the key that --verify-manifest checks with", fileName),
  parsed("--max-age <days>", "--verify-manifest refuses one that was written longer ago", {
    read: whole(0, 99_999),
    takes: "It takes a whole number of days.",
  }),
  parsed(
    "--previous <path>",
    "--verify-manifest refuses one from before this manifest, or this folder's bundle",
    fileName,
  ),
];

/** What the command was given, with the flags of its own that matter here. */
export interface RotationFlags extends FlagsOf<typeof rotationFlags>, Omit<RotateFlags, "update"> {
  readonly locked?: boolean;
  readonly lock: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Carries it out where it is about a fleet; else says so. */
export async function runRotation(
  urls: readonly string[],
  flags: RotationFlags,
  context: Context,
): Promise<"done" | "not-asked"> {
  const { update, verifyManifest: file, json = false, verbose = false } = flags;
  checkTogether(urls, flags);
  if (file !== undefined) {
    const { publicKey, maxAge, previous } = flags;
    const manifest = await verifyManifest(file, { publicKey, maxAge, previous }, context.signal);
    if (json) context.out.json(describeVerified(manifest));
    else context.out.lines(...renderVerified(manifest, context.out));
    return "done";
  }
  if (update === undefined) return "not-asked";
  const made = await rotate(urls, { ...flags, update }, context);
  context.exit(made.exitCode);
  if (json) context.out.json(describeRotation(made));
  else context.out.lines(...renderRotation(made, { out: context.out, verbose }));
  return "done";
}

/** Each flag has one way that it belongs to; on the other it would be passed over in silence. */
function checkTogether(urls: readonly string[], flags: RotationFlags): void {
  const { update, verifyManifest: file, locked } = flags;
  const refuse = (what: string, hint: string): never => {
    throw new CommandError(what, { hint });
  };
  if (file !== undefined) {
    const also = (["update", "signKey", "output", "from"] as const).find((name) => flags[name] !== undefined);
    if (also !== undefined || locked === true || urls.length > 0)
      refuse(
        "--verify-manifest only checks: it takes --public-key, --max-age, --previous and nothing else.",
        "Leave the rest out.",
      );
    return;
  }
  for (const [name, value] of Object.entries({
    "public-key": flags.publicKey,
    "max-age": flags.maxAge,
    previous: flags.previous,
  }))
    if (value !== undefined)
      refuse(`--${name} is for --verify-manifest, and that is not given.`, "Add --verify-manifest FILE.");
  if (update === undefined && (flags.signKey !== undefined || flags.signPass !== undefined))
    refuse("--sign-key signs the manifests of --update, and that is not given.", "Add --update LOCK.");
  if (update !== undefined && locked === true)
    refuse("--locked visits nobody and --update visits again: it is one or the other.", "Leave one out.");
}
