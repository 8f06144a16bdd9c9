/** The report of `meerkat ca` as data: what `--json` prints. */
import { renderList } from "../../core/index.ts";
import { explainMotive, formats, programmeDatesSource, type End } from "../../bundle/index.ts";
import { type CaAnchor, type DeviceProfile, explainEndFor, presets } from "../../device/index.ts";
import { namesApart } from "../../x509/index.ts";
import { type CaOutcome, figuresOf } from "../devices/files/ca-choice.ts";
import type { WrittenFile } from "../devices/files/output-files.ts";
import { dayMs, renderIso } from "../devices/dates.ts";

export interface Delivery {
  /** Files as they stand on disk, read back and proved; empty where nothing was written. */
  readonly written: readonly WrittenFile[];
  readonly lockFile: string | undefined;
  /** Sentences about what else is there. */
  readonly notes: readonly string[];
  /** What the program ends with. */
  readonly exitCode: number;
}

export function describeCa(outcome: CaOutcome, { written, lockFile, notes, exitCode }: Delivery): object {
  const { material, report, lost, uncovered } = outcome;
  const byName = new Map(material.sites.map((site) => [site.site, site]));
  const { profile, format } = report;
  const names = namesOfAnchors(report.anchors);
  return {
    schema: 1,
    ok: exitCode === 0,
    exitCode,
    device: profile.name,
    title: profile.title,
    format: { name: format, title: formats[format].title },
    at: renderIso(report.at),
    until: renderIso(report.untilAt),
    exact: report.exact,
    bytes: report.bytes,
    storeBytes: report.storeBytes,
    anchors: report.anchors.map((anchor, i) =>
      describeAnchor(anchor, { profile, nameApart: names[i] ?? "" }),
    ),
    sites: report.served.map(({ site, anchors, end, lasts }) => ({
      site,
      urls: byName.get(site)?.urls ?? [],
      variant: byName.get(site)?.variant ?? null,
      anchors,
      lasts,
      ...describeEnd(end, profile),
    })),
    presets: material.presets.map((name) => ({
      name,
      readOn: presets[name].readOn,
      sources: presets[name].sources,
    })),
    missing: report.missing,
    lost,
    uncovered,
    failures: material.failures,
    unseen: material.notes.flatMap(({ unseen }) => unseen),
    breaks: report.breaks.map(({ end, sites }) => ({ ...describeEnd(end, profile), sites })),
    written: written.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    proof: {
      sites: report.proof.length,
      verified: report.proof.filter(({ verdict }) => verdict.accepts).length,
    },
    lock: lockFile ?? null,
    fits: figuresOf(outcome).map(({ about, bytes, basis, says }) => ({
      about,
      bytes: bytes ?? null,
      basis,
      says,
    })),
    programmeDates: {
      takenAt: renderIso(programmeDatesSource.takenAt),
      ageDays: Math.floor(report.programmeDatesAgeMs / dayMs),
      sources: programmeDatesSource.sources,
    },
    notes,
  };
}

function describeAnchor(
  { certificate, fingerprint, bytes, end, role }: CaAnchor,
  { profile, nameApart }: { readonly profile: DeviceProfile; readonly nameApart: string },
): object {
  const sites = role.kind === "chosen" ? role.sites : [];
  return {
    subject: certificate.subject.text,
    name: certificate.subject.display,
    nameApart,
    sha256: fingerprint,
    bytes,
    role: role.kind,
    sites,
    why: explainRole(role),
    ...(end === undefined ? { lastsUntil: null } : describeEnd(end, profile)),
  };
}

/** What each is called among the others. */
export function namesOfAnchors(anchors: readonly CaAnchor[]): readonly string[] {
  return namesApart(
    anchors.map(({ certificate: { subject, extensions }, fingerprint }) => ({
      subject,
      keyId: extensions.value("subjectKeyIdentifier") ?? fingerprint,
    })),
  );
}

/** Why an anchor is carried: a clause. */
export function explainRole(role: CaAnchor["role"]): string {
  switch (role.kind) {
    case "chosen":
      return explainMotive(role.motive);
    case "announced":
      return `announced by ${renderList(role.by)}`;
    case "spare":
      return `a spare: ${role.organisation} is likely to move to one of its own roots`;
  }
}

function describeEnd(end: End, profile: DeviceProfile): object {
  return { lastsUntil: renderIso(end.at), reason: end.reason.kind, says: explainEndFor(profile, end) };
}
