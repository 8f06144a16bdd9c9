/** `meerkat ca --verify-manifest FILE`: what a device does before it takes a bundle: the signature first, then each file. */
import { dirname, join } from "node:path";
import { showControls, renderCount } from "../../../core/index.ts";
import { maxBundleBytes } from "../../../bundle/index.ts";
import { devices } from "../../../device/index.ts";
import { Unshaped } from "../../devices/shape.ts";
import { renderDay, renderIso } from "../../devices/dates.ts";
import { hashOf } from "../../devices/output-files.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput } from "../../frame/files.ts";
import { wrapText } from "../../frame/layout.ts";
import type { Output } from "../../frame/output.ts";
import { otaManifestBytes } from "../../limits.ts";
import { readPublicKey } from "./keys.ts";
import { type BundleManifest, isSignedBy, readManifest, signatureSuffix } from "./manifest.ts";

const hint = "`meerkat ca --update LOCK -o FOLDER --sign-key FILE` writes manifests and their signatures.";

/** The manifest, once its signature and every file hold. Throws a `CommandError` for the first thing that does not. */
export async function verifyManifest(
  file: string,
  publicKeyFile: string | undefined,
  signal: AbortSignal,
): Promise<BundleManifest> {
  if (publicKeyFile === undefined) {
    throw new CommandError(
      "A manifest is checked with the public key of whoever signed it, and none is given.",
      {
        hint: "Add --public-key FILE.",
      },
    );
  }
  const key = await readPublicKey(publicKeyFile, signal);
  const bytes = await readInput(file, { what: "The manifest", most: otaManifestBytes, hint, signal });
  const signature = await readInput(`${file}${signatureSuffix}`, {
    what: "The signature",
    most: otaManifestBytes,
    hint,
    signal,
  });
  if (!isSignedBy(bytes, signature, key)) {
    throw new CommandError(
      `The signature of "${file}" does not hold: another key made it, or the manifest was changed.`,
      {
        hint: "Take nothing of this bundle.",
        exitCode: exitCode.untrusted,
      },
    );
  }
  const manifest = parse(file, bytes);
  for (const one of manifest.files) await checkFile(dirname(file), one, signal);
  return manifest;
}

function parse(file: string, bytes: Uint8Array): BundleManifest {
  try {
    return readManifest(bytes);
  } catch (error) {
    if (!(error instanceof Unshaped) && !(error instanceof TypeError)) throw error;
    const why = error instanceof TypeError ? "it is not UTF-8" : error.message;
    throw new CommandError(`"${file}" is signed, and is not a manifest that can be read: ${why}.`, {
      hint,
      exitCode: exitCode.readFailed,
    });
  }
}

async function checkFile(
  folder: string,
  { path, bytes, sha256 }: BundleManifest["files"][number],
  signal: AbortSignal,
): Promise<void> {
  if (/^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path)) {
    throw new CommandError(`The manifest names a file outside its folder: ${JSON.stringify(path)}.`, {
      exitCode: exitCode.untrusted,
    });
  }
  const place = join(folder, path);
  const found = await readInput(place, {
    what: "The bundle's file",
    most: maxBundleBytes,
    signal,
    hint: "The files lie beside the manifest, as -o wrote them.",
  });
  if (found.length === bytes && hashOf(found) === sha256) return;
  throw new CommandError(`"${place}" is not the file that was signed: its SHA-256 is another one.`, {
    hint: "Take nothing of this bundle.",
    exitCode: exitCode.untrusted,
  });
}

export function describeVerified(manifest: BundleManifest): object {
  const { bundle, device, format, createdAt, untilAt, files, anchors, previous } = manifest;
  return {
    schema: 1,
    ok: true,
    exitCode: exitCode.ok,
    bundle,
    device,
    format,
    created: renderIso(createdAt),
    until: untilAt === undefined ? null : renderIso(untilAt),
    files,
    anchors: anchors.map(({ subject, sha256 }) => ({ subject, sha256 })),
    previous,
  };
}

export function renderVerified(manifest: BundleManifest, { style, width }: Output): string[] {
  const { bundle, device, createdAt, untilAt, files, anchors } = manifest;
  const until = untilAt === undefined ? "" : `; the first end is on ${renderDay(untilAt)}`;
  const what = `the ${bundle} bundle for ${devices[device].title}, ${renderCount(anchors.length, "CA certificate")}, written ${renderDay(createdAt)}${until}`;
  return [
    style.green(
      `The signature holds, and so ${files.length === 1 ? "does its file" : `do all ${files.length} files`}.`,
    ),
    ...wrapText(showControls(`It is ${what}.`), { width }),
  ];
}
