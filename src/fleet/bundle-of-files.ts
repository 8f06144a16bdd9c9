/** A watched bundle from its files: what identifies it, and what its device reads in it. */
import { type BundleFile, readBundle } from "../bundle/index.ts";
import { concatBytes, renderHex } from "../core/index.ts";
import type { DeviceName } from "../device/index.ts";
import type { TrustPorts } from "../trust/index.ts";
import type { WatchedBundle } from "./endpoint.ts";

/** A device's files, as `bundleOfFiles` reads them. */
export interface BundleOfFiles {
  /** For people: the file as it was named. */
  readonly label: string;
  readonly device: DeviceName;
  readonly files: readonly BundleFile[];
}

/** One of label and device has one id, whatever its files hold; what they hold is its digest. */
export function bundleOfFiles(
  { label, device, files }: BundleOfFiles,
  sha256: TrustPorts["sha256"],
): WatchedBundle {
  const text = (value: string): Uint8Array => new TextEncoder().encode(`${value}\n`);
  const [only, ...others] = files;
  return {
    id: renderHex(sha256(concatBytes([text(label), text(device)]))).slice(0, 20),
    label,
    device,
    files,
    digest: renderHex(sha256(concatBytes(files.flatMap(({ path, bytes }) => [text(path), sha256(bytes)])))),
    bundle: only !== undefined && others.length === 0 ? readBundle(only.bytes) : readBundle(files),
  };
}
