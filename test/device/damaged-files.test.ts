/** Over every damaged file and every device: what is found of the file, and what is said of the sites, agree. */
import { describe, expect, it } from "vitest";
import { readBundle } from "../../src/bundle/index.ts";
import { deviceNames, devices } from "../../src/device/index.ts";
import { checkContent, type CheckReport } from "./check-bundle.ts";
import { makeDamagedFiles } from "./damaged-files.ts";
import { mintLeaf } from "../pki/today.ts";

const { roots, files } = makeDamagedFiles();
const sites = roots.map((root, i) => {
  const name = `site-${i}.example`;
  return { site: name, name, chain: [mintLeaf(name, root).certificate] };
});
const subjects = roots.map(({ certificate }) => certificate.subject.display);

function check(bytes: Uint8Array, name: (typeof deviceNames)[number]): CheckReport {
  return checkContent(bytes, { sites, profile: devices[name] });
}

/** Roots under which a site is verified: an anchor that is none verifies nobody. */
function verifiedBy({ sites: checked }: CheckReport): readonly string[] {
  return checked.flatMap(({ report: { device } }, i) =>
    device.accepts && device.anchor !== undefined ? [subjects[i] ?? ""] : [],
  );
}

describe.each(deviceNames)("for %s", (name) => {
  it.each(files)("$what: no finding contradicts a verdict", ({ bytes }) => {
    const report = check(bytes, name);
    const verified = verifiedBy(report);
    const kinds = report.findings.map(({ kind }) => kind);
    const errors = report.findings.filter(({ severity }) => severity === "error");
    const lost = report.findings.flatMap((finding) => (finding.kind === "lost" ? finding.lost : []));
    // What is lost verifies nothing.
    for (const { subject } of lost) expect(verified).not.toContain(subject);
    // A file of which nothing is read, or that is refused whole, verifies nothing.
    if (kinds.some((kind) => kind === "empty" || kind === "format" || kind === "broken"))
      expect(verified).toEqual([]);
    // Where something of it verifies nothing, the file is told what is wrong with it.
    const held = subjects.filter((subject) => holds(bytes, subject));
    if (held.some((subject) => !verified.includes(subject))) expect(errors).not.toEqual([]);
    // Where nothing is wrong, each of its roots verifies; a device can read more than we do.
    if (report.findings.length === 0)
      expect(held.filter((subject) => !verified.includes(subject))).toEqual([]);
    expect(report.sentences).toHaveLength(report.findings.length);
  });
});

/** Whether the root can be read out of the file by some means. */
function holds(bytes: Uint8Array, subject: string): boolean {
  return readBundle(bytes).entries.some((entry) =>
    entry.kind === "certificate"
      ? entry.certificate.subject.display === subject
      : entry.kind === "name-and-key" && entry.subject.display === subject,
  );
}
