/** What of a choice ends when, each end once: of a CA certificate with all that it serves, or of sites that end apart from theirs. */
import type { End } from "../../bundle/index.ts";
import type { CaAnchor } from "../../device/index.ts";
import type { CaOutcome } from "../devices/files/ca-choice.ts";

export interface EndRow {
  readonly end: End;
  readonly sites: readonly string[];
  /** The CA certificates whose own end it is, where these sites are all that they serve; else none. */
  readonly anchors: readonly CaAnchor[];
}

export function endRowsOf({
  breaks,
  anchors,
}: Pick<CaOutcome["report"], "breaks" | "anchors">): readonly EndRow[] {
  return breaks.map(({ end, sites }) => {
    const owners = anchors.filter((anchor) => anchor.role.kind === "chosen" && isSameEnd(anchor.end, end));
    const served = owners.flatMap(({ role }) => (role.kind === "chosen" ? role.sites : []));
    const isAll =
      new Set([...served, ...sites]).size === sites.length && new Set(served).size === sites.length;
    return { end, sites, anchors: isAll ? owners : [] };
  });
}

function isSameEnd(one: End | undefined, other: End): boolean {
  return (
    one !== undefined && one.at === other.at && JSON.stringify(one.reason) === JSON.stringify(other.reason)
  );
}
