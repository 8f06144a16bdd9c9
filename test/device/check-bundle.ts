/** A check of a bundle, today, for a private CA: what differs is given. */
import { trustPorts } from "../../src/admission/index.ts";
import { readBundle } from "../../src/bundle/index.ts";
import { checkBundle, devices } from "../../src/device/index.ts";
import { now } from "../pki/today.ts";

type CheckRequest = Parameters<typeof checkBundle>[0];
export type CheckChanges = Partial<Omit<CheckRequest, "bundle">>;
export type CheckReport = ReturnType<typeof checkBundle>;

/** `content`: the file or files, as `readBundle` takes them; or their text. */
export function checkContent(
  content: string | Parameters<typeof readBundle>[0],
  changes: CheckChanges,
): CheckReport {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const usual = { sites: [], profile: undefined, fallback: devices.node, at: now, horizonMs: 0 };
  const own = { isPublic: () => false, knownRoots: [] };
  return checkBundle({ bundle: readBundle(bytes), ...usual, ...own, ...changes }, trustPorts);
}
