/** The report of `meerkat ca --update` as data: what `--json` prints. */
import { formats } from "../../../bundle/index.ts";
import {
  type ChainProof,
  explainEndFor,
  explainRefusal,
  type Fate,
  noticesEnd,
  type Rotation,
  type RotationBundle,
} from "../../../device/index.ts";
import { asReported } from "../../devices/files/ca-choice.ts";
import { describeAnchors, describeFiles } from "./manifest.ts";
import type { RotationOutcome } from "./outcome.ts";
import { renderIso } from "../../devices/dates.ts";

export function describeRotation(made: RotationOutcome): object {
  const { lock, rotation, written, leftovers, isSigned, newLock, exitCode } = made;
  const { material, lost } = asReported(made.outcome);
  const { bundles, field, steps, clashes, unmet, waitsFor, profile } = rotation;
  return {
    schema: 1,
    ok: exitCode === 0,
    exitCode,
    device: material.profile.name,
    format: { name: material.format, title: formats[material.format].title },
    recordedAt: renderIso(lock.material.at),
    at: renderIso(material.at),
    until: renderIso(material.untilAt),
    field: field.map(({ site, fate }) => ({ site, ...describeFate(fate, profile) })),
    bundles: [bundles.old, bundles.union, bundles.new].map(describeBundle),
    steps,
    clashes: clashes.map(describeProof),
    waitsFor,
    unmet,
    lost,
    failures: material.failures,
    unseen: material.notes.flatMap(({ unseen }) => unseen),
    notes: material.notes.map(({ says }) => says),
    written: written.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    leftovers,
    signed: isSigned,
    lock: newLock ?? null,
  };
}

function describeBundle({ name, anchors, files, proof, end }: RotationBundle): object {
  return {
    name,
    anchors: describeAnchors(anchors).map(({ subject, sha256, notAfterAt }) => ({
      subject,
      sha256,
      notAfter: renderIso(notAfterAt),
    })),
    files: describeFiles(files),
    firstEnd: end === undefined ? null : { at: renderIso(end.at), reason: end.reason.kind },
    proof: proof.map(describeProof),
  };
}

function describeProof({ site, seen, seenAt, verdict }: ChainProof): object {
  const says = verdict.accepts
    ? {}
    : { code: verdict.refusal.code, because: explainRefusal(verdict.refusal) };
  return { site, seen, seenAt: renderIso(seenAt), accepts: verdict.accepts, ...says };
}

function describeFate(fate: Fate, profile: Rotation["profile"]): object {
  const says = explainFate(fate, profile);
  const end = fate.kind === "verifies" ? fate.end : undefined;
  return end === undefined
    ? { fate: fate.kind, lastsUntil: null, says }
    : { fate: fate.kind, lastsUntil: renderIso(end.at), reason: end.reason.kind, says };
}

/** A clause after the site's name: what becomes of it without an update. */
export function explainFate(fate: Fate, profile: Rotation["profile"]): string {
  switch (fate.kind) {
    case "moved": {
      const to = fate.to?.display ?? "another CA certificate";
      const how = fate.from === undefined ? `ends in ${to}` : `moved from ${fate.from.display} to ${to}`;
      return `lost already: it ${how}, which that firmware does not hold`;
    }
    case "refused": {
      const because = fate.verdict.accepts ? "" : `, because ${explainRefusal(fate.verdict.refusal)}`;
      return `refused today, with the new bundle too${because}`;
    }
    case "verifies": {
      const { anchor, end } = fate;
      const by = anchor === undefined ? "verifies" : `verifies by ${anchor.display}`;
      if (end === undefined) return `${by}; nothing here says for how long`;
      return `${by}${noticesEnd(profile, end) ? "," : ";"} ${explainEndFor(profile, end)}`;
    }
  }
}
