/**
 * Says what is wrong with a bundle, for a certain device, at a certain moment. Says nothing about a good one.
 *
 * Looks at the bundle alone. Whether a site verifies with it is the device's question.
 */
import {
  ageMs,
  callback,
  equalBytes,
  instant,
  objectWith,
  needed,
  ownValue,
  readOptions,
  renderHex,
  type Checks,
} from "../core/index.ts";
import type { Certificate, Sha256 } from "../x509/index.ts";
import type { AuditFinding, EntryFacts, FoundAt, Severity } from "./audit-finding.ts";
import { type Bundle, type BundleEntry, isEspBundle, type Placed, type Remark, wholeFile } from "./bundle.ts";
import { type FileRules, formatRefusal, generalRules, lookUpName } from "./file-rules.ts";
import { isReadable, keyOf, namesOfEntries, type ReadableEntry, subjectOf } from "./entry-names.ts";
import { anchorEnds } from "./lifetime.ts";
import { placeKey, readAsDevice, type SeenEntries } from "./lost-entries.ts";

/** Faults of form that no reader gets past. */
const alwaysMinded: Readonly<Partial<Record<Remark["kind"], string>>> = {
  "bad-base64": "the certificate is lost",
  "missing-end": "the certificate is lost",
  "missing-begin": "a certificate may be missing",
  "wrong-end": "strict readers refuse the block",
  "header-lines": "strict readers refuse the block",
  hyphens: "TLS libraries do not read it; write five",
  pgp: "PGP has no part in TLS, and OpenSSL reads no certificate of such a file; take it out",
  "unexpected-label": "devices pass over it",
  "too-long": "it was not read",
  "too-many": "the rest was not looked at",
  "index-mismatch": "the device will not find the certificate",
  "trailing-bytes": "the file may be damaged",
  archive: "devices do not unpack it",
  unsorted: "a device that searches by halves will not find every anchor",
};

/** At which moment, and by which device's rules, a bundle is audited. */
export interface AuditRequest {
  readonly at: number;
  /** Anchors that end within this time are told of. */
  readonly horizonMs: number;
  readonly rules?: FileRules;
  readonly sha256: Sha256;
  /** Whether a certificate (by SHA-256, lower-case hexadecimal) belongs to a public programme. */
  readonly isPublic: (fingerprint: string) => boolean;
  /** Whether a certificate that names itself as its issuer is signed by its own key; `undefined` where nobody can tell. */
  readonly vouchesForItself?: ((certificate: Certificate) => boolean | undefined) | undefined;
}

const auditChecks: Checks<AuditRequest> = {
  at: needed(instant),
  horizonMs: needed(ageMs),
  rules: objectWith<FileRules>([], "a device's rules"),
  sha256: needed(callback()),
  isPublic: needed(callback()),
  vouchesForItself: callback(),
};

/** Everything that is wrong, in the order of the file: its form first, then entry by entry. */
export function auditBundle(bundle: Bundle, asked: AuditRequest): readonly AuditFinding[] {
  const { rules = generalRules, ...request } = readOptions(asked, auditChecks);
  const maxAnchors = ownValue(rules, "maxAnchors") ?? Infinity;
  const refused = formatRefusal(bundle.format, rules);
  // What is refused for its format is looked at as it will be once it is converted.
  const seen =
    refused === undefined ? readAsDevice(bundle, rules) : { entries: bundle.entries, faults: [], broken: 0 };
  const all = withRead(bundle.entries, seen.entries);
  const entries = new Set(seen.entries);
  const readable = all.filter(isReadable);
  const howRead = readingOf(readable, entries);
  const names = namesOfEntries(readable, request.sha256);
  // Strings of C source are joined, and have other lines then than the file.
  const hasLines = bundle.format !== "c-source";
  const foundAt = (placed: Placed): FoundAt => ({
    place: placed.place,
    line: hasLines && ownValue(placed, "file") === undefined ? ownValue(placed, "line") : undefined,
  });
  const factsOf = (entry: ReadableEntry): EntryFacts => ({
    ...foundAt(entry),
    subject: names.get(entry) ?? "",
  });
  const findings: AuditFinding[] = bundle.remarks.flatMap((remark) =>
    auditRemark(remark, foundAt(remark), {
      rules: isBehindBundle(remark, bundle) ? generalRules : rules,
      read: howRead(remark),
    }),
  );
  if (refused !== undefined)
    findings.push({ severity: "error", kind: "format", format: bundle.format, reason: refused });
  const lost = readable.filter((entry) => !entries.has(entry)).map(factsOf);
  const count = readable.length - lost.length;
  // A file that cannot be read at all is told of with the reason.
  const isFileRead = !all.some((entry) => entry.kind === "unreadable" && entry.place === wholeFile);
  if (count === 0 && isFileRead) findings.push({ severity: "error", kind: "empty", unread: readable.length });
  else if (lost.length > 0 && count > 0)
    findings.push({ severity: "error", kind: "lost", count: readable.length, lost });
  if (lost.length > 0) findings.push(...auditFaults(seen));
  const costs = ownValue(rules, "takesAllOrNone");
  if (costs !== undefined && seen.broken > 0 && count > 0)
    findings.push({ severity: "error", kind: "broken", count: seen.broken, costs });
  if (count > maxAnchors) {
    findings.push({ severity: "error", kind: "too-many", count, limit: maxAnchors });
  }
  const several = ownValue(rules, "severalCost");
  if (several !== undefined && count > 1)
    findings.push({ severity: "warning", kind: "several", count, costs: several });
  return [...findings, ...auditEntries(all, { ...request, rules, seen: entries, factsOf, foundAt })];
}

interface EntriesRequest extends AuditRequest {
  readonly rules: FileRules;
  /** Those that the device reads. */
  readonly seen: ReadonlySet<BundleEntry>;
  readonly factsOf: (entry: ReadableEntry) => EntryFacts;
  readonly foundAt: (entry: Placed) => FoundAt;
}

/** Entry by entry, in the order of the file. */
function auditEntries(
  all: readonly BundleEntry[],
  { seen, factsOf, foundAt, ...request }: EntriesRequest,
): readonly AuditFinding[] {
  const { rules } = request;
  const findings: AuditFinding[] = [];
  const earlier = new Earlier(rules);
  const renewals = new Renewals(all.filter(isReadable), request.at);
  const repetitions: Repetition[] = [];
  let firstRepetition = 0;
  for (const entry of all) {
    if (entry.kind === "unreadable") {
      findings.push({ severity: "error", kind: "unreadable", ...foundAt(entry), reason: entry.reason });
      continue;
    }
    if (!seen.has(entry)) continue;
    const facts = factsOf(entry);
    const same = earlier.sameAs(entry);
    if (same !== undefined) {
      if (repetitions.length === 0) firstRepetition = findings.length;
      repetitions.push({ ...facts, of: same.place });
      continue;
    }
    findings.push(...auditName(entry, earlier, { rules, facts }));
    if (entry.kind === "certificate") {
      const renewed = renewals.of(entry.certificate);
      findings.push(...auditCertificate(entry.certificate, facts, { ...request, renewed }));
    }
    earlier.add(entry);
  }
  findings.splice(firstRepetition, 0, ...tellRepetitions(repetitions));
  return findings;
}

/** The entries, with what a library reads in place of what could not be read here. */
function withRead(entries: readonly BundleEntry[], seen: readonly BundleEntry[]): readonly BundleEntry[] {
  const known = new Set(entries);
  const read = seen.filter((entry) => !known.has(entry));
  const places = new Set(read.flatMap((entry) => (entry.line === undefined ? [] : [placeKey(entry)])));
  return [...entries.filter((entry) => entry.line === undefined || !places.has(placeKey(entry))), ...read];
}

/** How many places are told; what comes first explains what follows. */
const mostFaults = 3;

function auditFaults({ faults }: SeenEntries): readonly AuditFinding[] {
  return faults
    .slice(0, mostFaults)
    .map((fault): AuditFinding => ({ severity: "error", kind: "stumbles", ...fault }));
}

/** How much of the file comes through for a device whose reader is known; and whether the block of the remark does. */
type HowRead = "nothing" | "all" | "this-block" | "in-part";

function readingOf(
  readable: readonly ReadableEntry[],
  seen: ReadonlySet<BundleEntry>,
): (remark: Remark) => HowRead {
  if (!readable.some((entry) => seen.has(entry))) return () => "nothing";
  if (readable.every((entry) => seen.has(entry))) return () => "all";
  return (remark) => {
    const own = readable.findLast(
      ({ file, line = 0 }) => file === remark.file && remark.line !== undefined && line <= remark.line,
    );
    return own !== undefined && seen.has(own) ? "this-block" : "in-part";
  };
}

/** What an oddity leads to for a device whose reader is known: nothing, where what it stands in comes through. */
function consequenceOf({ kind }: Remark, rules: FileRules, read: HowRead): string | undefined {
  const minded = rules.minds[kind];
  // What follows a certificate is nothing to a reader that reads it by its length.
  if (kind === "trailing-bytes" && ownValue(rules, "derReader") === "first") return undefined;
  if (ownValue(rules, "pemReader") === undefined || minded === undefined || read === "nothing")
    return minded ?? alwaysMinded[kind];
  if (read === "all") return alwaysMinded[kind];
  const inPart = ownValue(ownValue(rules, "mindsInPart") ?? {}, kind);
  return inPart ?? (read === "this-block" ? alwaysMinded[kind] : minded);
}

/** The device counts the entries of its own bundle and passes over the rest: what readers of DER mind is of DER. */
function isBehindBundle({ kind }: Remark, { format }: Bundle): boolean {
  return kind === "trailing-bytes" && isEspBundle(format);
}

function auditRemark(
  remark: Remark,
  at: FoundAt,
  { rules, read }: { readonly rules: FileRules; readonly read: HowRead },
): AuditFinding[] {
  const { minds } = rules;
  if (remark.kind === "private-key") {
    return [{ severity: "error", kind: "private-key", ...at }];
  }
  const consequence = consequenceOf(remark, rules, read);
  if (consequence === undefined) return [];
  // What some devices mind is not an error of a file that is for no certain one.
  const isCertain = minds[remark.kind] !== undefined && rules !== generalRules;
  return [{ severity: isCertain ? "error" : "warning", kind: "form", remark, line: at.line, consequence }];
}

/** How many repetitions are named; they are likely all of one kind. */
const mostRepetitions = 3;

type Repetition = EntryFacts & { readonly of: string };

/** One finding, however many there are. */
function tellRepetitions([first, ...more]: readonly Repetition[]): readonly AuditFinding[] {
  if (first === undefined) return [];
  const count = more.length + 1;
  return [{ severity: "note", kind: "duplicate", ...first, count, more: more.slice(0, mostRepetitions - 1) }];
}

/** Entries that came before, by what the device tells them apart by. */
class Earlier {
  readonly #byName = new Map<string, ReadableEntry[]>();
  readonly #rules: FileRules;

  constructor(rules: FileRules) {
    this.#rules = rules;
  }

  add(entry: ReadableEntry): void {
    const name = lookUpName(subjectOf(entry), this.#rules);
    const known = this.#byName.get(name);
    if (known === undefined) this.#byName.set(name, [entry]);
    else known.push(entry);
  }

  /** The first of the name. */
  firstOfName(entry: ReadableEntry): ReadableEntry | undefined {
    return this.#withNameOf(entry)[0];
  }

  /** The very same, byte for byte. */
  sameAs(entry: ReadableEntry): ReadableEntry | undefined {
    return this.#withNameOf(entry).find((one) => equalBytes(contentOf(one), contentOf(entry)));
  }

  #withNameOf(entry: ReadableEntry): readonly ReadableEntry[] {
    return this.#byName.get(lookUpName(subjectOf(entry), this.#rules)) ?? [];
  }
}

function contentOf(entry: ReadableEntry): Uint8Array {
  return entry.kind === "certificate" ? entry.certificate.der : entry.key.der;
}

/** Another key of a name of which the device only looks at the first. */
function auditName(
  entry: ReadableEntry,
  earlier: Earlier,
  { rules, facts }: { readonly rules: FileRules; readonly facts: EntryFacts },
): readonly AuditFinding[] {
  const first = earlier.firstOfName(entry);
  // Whichever of them the device finds, the key is the same.
  if (first === undefined || !rules.firstOfNameOnly || equalBytes(keyOf(first).der, keyOf(entry).der))
    return [];
  return [{ severity: "warning", kind: "shadowed", ...facts, by: first.place }];
}

interface CertificateRequest extends AuditRequest {
  readonly rules: FileRules;
  readonly renewed: string | undefined;
}

/** Where a certificate of the same name and key stands that is valid: the first of them. */
class Renewals {
  readonly #places = new Map<string, string>();

  constructor(entries: readonly ReadableEntry[], at: number) {
    for (const entry of entries) {
      if (entry.kind !== "certificate") continue;
      const { notBeforeAt, notAfterAt } = entry.certificate;
      const key = nameAndKeyOf(entry.certificate);
      if (notBeforeAt <= at && notAfterAt >= at && !this.#places.has(key)) this.#places.set(key, entry.place);
    }
  }

  of(certificate: Certificate): string | undefined {
    return this.#places.get(nameAndKeyOf(certificate));
  }
}

function nameAndKeyOf({ subject, spki }: Certificate): string {
  return `${renderHex(subject.der)} ${renderHex(spki.der)}`;
}

function auditCertificate(
  certificate: Certificate,
  facts: EntryFacts,
  request: CertificateRequest,
): readonly AuditFinding[] {
  const { rules } = request;
  const findings: AuditFinding[] = [...auditRole(certificate, facts, rules)];
  const refusal = ownValue(rules, "refuse")?.(certificate);
  const costs = refusal === undefined ? undefined : ownValue(rules, "takesAllOrNone");
  const reason = refusal ?? ownValue(rules, "unfit")?.(certificate);
  if (reason !== undefined) {
    findings.push({
      severity: "error",
      kind: "unusable",
      ...facts,
      reason: costs === undefined ? reason : `${reason}; ${costs}`,
    });
  }
  if (ownValue(request, "vouchesForItself")?.(certificate) === false)
    findings.push({ severity: "warning", kind: "damaged", ...facts });
  findings.push(...auditDates(certificate, facts, request));
  return findings;
}

/** Version 1 knows no basicConstraints: such a certificate is taken for a root when it vouches for itself. */
function auditRole(certificate: Certificate, facts: EntryFacts, rules: FileRules): readonly AuditFinding[] {
  const isCa = certificate.version < 3 || certificate.extensions.value("basicConstraints")?.isCa === true;
  const issuer = certificate.issuer.display;
  if (certificate.isSelfIssued) {
    return isCa ? [] : [{ severity: "warning", kind: "self-signed-leaf", ...facts }];
  }
  if (!isCa) return [{ severity: "error", kind: "leaf", ...facts, issuer }];
  const isUsable = rules.takesIntermediates;
  return [{ severity: isUsable ? "warning" : "error", kind: "intermediate", ...facts, issuer, isUsable }];
}

function auditDates(
  certificate: Certificate,
  facts: EntryFacts,
  { at, horizonMs, rules, sha256, isPublic, renewed }: CertificateRequest,
): readonly AuditFinding[] {
  const { notBeforeAt, notAfterAt } = certificate;
  const ended: Severity = rules.checksAnchorDates ? "error" : "warning";
  if (notAfterAt < at) {
    const isHarmless = renewed !== undefined && ownValue(rules, "passesOverExpired") === true;
    const severity = isHarmless ? "note" : ended;
    return [
      { severity, kind: "expired", ...facts, notAfterAt, at, ...(renewed !== undefined && { renewed }) },
    ];
  }
  const findings: AuditFinding[] = [];
  if (notBeforeAt > at) findings.push({ severity: ended, kind: "not-yet-valid", ...facts, notBeforeAt, at });
  if (notAfterAt < at + horizonMs) {
    findings.push({ severity: "warning", kind: "expiring", ...facts, notAfterAt, at });
  }
  const fingerprint = renderHex(sha256(certificate.der));
  for (const end of anchorEnds({ certificate, fingerprint, isPublic: isPublic(fingerprint) })) {
    if (end.at >= at + horizonMs) continue;
    if (end.reason.kind === "retired")
      findings.push({ severity: "warning", kind: "retired", ...facts, end, at });
    if (end.reason.kind === "distrusted-after") {
      findings.push({ severity: "warning", kind: "distrusted-after", ...facts, end });
    }
  }
  return findings;
}
