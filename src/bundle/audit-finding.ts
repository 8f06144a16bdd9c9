/** What an audit can find: facts, how much they matter, and a sentence for each. */
import { renderAmount, renderInstant, renderList, renderSpan } from "../core/index.ts";
import { type ReadFormat, type Remark, wholeFile } from "./bundle.ts";
import { type End, explainEnd } from "./lifetime.ts";

/** `error`: the device will not work with it, or it is dangerous. `warning`: it will break. `note`: it is of no use. */
export type Severity = "error" | "warning" | "note";

/** Which entry a finding is about. */
export interface EntryFacts {
  /** Where it stands in the file: `line 12`, `entry 4`. */
  readonly place: string;
  /** The same as a number, where the bundle is one text and stands in its lines. */
  readonly line?: number | undefined;
  /** The subject, for people. */
  readonly subject: string;
}

/** Where a finding stands that is about no entry. */
export type FoundAt = Pick<EntryFacts, "place" | "line">;

/** Something wrong with a bundle, told apart by `kind`; `explainAuditFinding` makes a sentence of it. */
export type AuditFinding = { readonly severity: Severity } &
  /** `unread`: how many certificates are there that the device does not read. */
  (
    | { readonly kind: "empty"; readonly unread: number }
    /** Of the certificates that can be read, those that the device does not. */
    | { readonly kind: "lost"; readonly count: number; readonly lost: readonly EntryFacts[] }
    /** Where the device's own reader stumbles. */
    | ({ readonly kind: "stumbles"; readonly why: string } & FoundAt)
    /** Blocks that the device cannot decode, for which it takes none of the others: a clause. */
    | { readonly kind: "broken"; readonly count: number; readonly costs: string }
    /** The device does not read files of this format. */
    | { readonly kind: "format"; readonly format: ReadFormat; readonly reason: string }
    | ({ readonly kind: "unreadable"; readonly reason: string } & FoundAt)
    /** A server's own certificate, under a CA that is not here. */
    | ({ readonly kind: "leaf"; readonly issuer: string } & EntryFacts)
    /** A certificate that vouches for itself and is not a CA. */
    | ({ readonly kind: "self-signed-leaf" } & EntryFacts)
    | ({ readonly kind: "intermediate"; readonly issuer: string; readonly isUsable: boolean } & EntryFacts)
    /** `renewed`: where a certificate of the same name and key stands that has not expired. */
    | ({
        readonly kind: "expired";
        readonly notAfterAt: number;
        readonly at: number;
        readonly renewed?: string | undefined;
      } & EntryFacts)
    | ({ readonly kind: "not-yet-valid"; readonly notBeforeAt: number; readonly at: number } & EntryFacts)
    | ({ readonly kind: "expiring"; readonly notAfterAt: number; readonly at: number } & EntryFacts)
    /** Entries that stood before: the first of them, where it stood, how many they are, and some more of them. */
    | ({
        readonly kind: "duplicate";
        readonly of: string;
        readonly count: number;
        readonly more: readonly (EntryFacts & { readonly of: string })[];
      } & EntryFacts)
    /** It names itself as its issuer, and its signature is not its own key's. */
    | ({ readonly kind: "damaged" } & EntryFacts)
    /** Another anchor has the same name, and the device only looks at the first. */
    | ({ readonly kind: "shadowed"; readonly by: string } & EntryFacts)
    | ({ readonly kind: "retired"; readonly end: End; readonly at: number } & EntryFacts)
    | ({ readonly kind: "distrusted-after"; readonly end: End } & EntryFacts)
    /** The device cannot use it as an anchor. */
    | ({ readonly kind: "unusable"; readonly reason: string } & EntryFacts)
    | ({ readonly kind: "private-key" } & FoundAt)
    /** Something about the file's form that the device minds, or that no reader takes. */
    | {
        readonly kind: "form";
        readonly remark: Remark;
        readonly line?: number | undefined;
        readonly consequence: string;
      }
    | { readonly kind: "too-many"; readonly count: number; readonly limit: number }
    /** The device takes them, and is worse off than with one. */
    | { readonly kind: "several"; readonly count: number; readonly costs: string }
  );

/** One sentence, with the values in it. */
export function explainAuditFinding(finding: AuditFinding): string {
  switch (finding.kind) {
    case "empty":
      return finding.unread === 0
        ? "The bundle holds no certificate, so nothing can verify with it."
        : "The device reads no certificate of the bundle, so nothing can verify with it.";
    case "lost":
      return `Of the ${finding.count} certificates the device does not read ${renderList(finding.lost.map(({ subject, place }) => `${subject} (${place})`))}.`;
    case "stumbles":
      return `The device's own reader stumbles at ${finding.place}: ${finding.why}.`;
    case "broken":
      return `${finding.count === 1 ? "A block" : `${finding.count} blocks`} cannot be decoded: ${finding.costs}.`;
    case "format":
      return `The bundle cannot serve as it is (format ${finding.format}): ${finding.reason}.`;
    case "unreadable":
      // The reason is a clause about the file, or about what stands there.
      return finding.place === wholeFile
        ? `The file ${finding.reason.replace(/^(?:it|the file) /, "")}.`
        : `What stands at ${finding.place} cannot be read: ${finding.reason}.`;
    case "duplicate":
      return explainRepetitions(finding);
    case "private-key":
      return `A private key stands at ${finding.place}. It has no business in a CA bundle: take it out, and replace the key if the file has left your hands.`;
    case "several":
      return `it holds ${finding.count} CA certificates: ${finding.costs}`;
    case "too-many":
      return `The bundle has ${finding.count} anchors and the device takes ${finding.limit} at most.`;
    case "form":
      return explainForm(finding.remark, finding.consequence);
    case "leaf":
    case "self-signed-leaf":
    case "intermediate":
    case "expired":
    case "not-yet-valid":
    case "expiring":
    case "shadowed":
    case "retired":
    case "distrusted-after":
    case "damaged":
    case "unusable":
      return `${finding.subject} (${finding.place}) ${explainEntry(finding)}`;
  }
}

type EntryFinding = Exclude<Extract<AuditFinding, EntryFacts>, { readonly kind: "duplicate" }>;

/** The sentence's rest, after the name and the place. */
function explainEntry(finding: EntryFinding): string {
  switch (finding.kind) {
    case "leaf":
      return `is a server's own certificate, not a CA's. It changes every few weeks or months; put ${finding.issuer}, or the root behind it, here instead.`;
    case "self-signed-leaf":
      return "vouches for itself and is not a CA: it is good for that one server alone, and only as long as the server keeps it.";
    case "intermediate":
      return finding.isUsable
        ? `is an intermediate of ${finding.issuer}, not a root. The device takes it as an anchor, and will fail when the CA changes its intermediates, which needs no notice.`
        : `is an intermediate of ${finding.issuer}, not a root, and the device believes no path that ends in one.`;
    case "expired":
      return `expired on ${renderInstant(finding.notAfterAt)}, ${renderSpan(finding.at - finding.notAfterAt)} ago${explainRenewed(finding)}.`;
    case "not-yet-valid":
      return `is not valid before ${renderInstant(finding.notBeforeAt)}.`;
    case "expiring":
      return `expires on ${renderInstant(finding.notAfterAt)}, in ${renderSpan(finding.notAfterAt - finding.at)}.`;
    case "shadowed":
      return `has the same name as the anchor at ${finding.by}, and the device only looks at one of them.`;
    case "damaged":
      return "does not bear out itself: it names itself as its issuer, and its signature is not its own key's. A byte of it was changed, perhaps of its key, and then nothing verifies under it: take it from where it came from once more.";
    case "retired":
      return explainRetirement(finding.end, finding.at);
    case "distrusted-after":
      return `counts ${explainEnd(finding.end)}.`;
    case "unusable":
      return `cannot serve the device as an anchor: ${finding.reason}.`;
  }
}

function explainRepetitions(finding: Extract<AuditFinding, { readonly kind: "duplicate" }>): string {
  const { subject, place, of, count, more } = finding;
  if (count === 1) return `${subject} (${place}) stands here a second time; the first is at ${of}.`;
  const named = [finding, ...more].map((one) => `${one.subject} (${one.place}, first at ${one.of})`);
  const rest = count - named.length;
  const all = rest === 0 ? renderList(named) : `${named.join(", ")}, and ${renderAmount(rest)} more`;
  return `${renderAmount(count)} entries stand here once more: ${all}.`;
}

function explainRenewed({ renewed, severity }: EntryFinding & { readonly kind: "expired" }): string {
  if (renewed === undefined) return "";
  return severity === "note"
    ? `, and its renewed self is at ${renewed}, which the device takes: it can go`
    : `; its renewed self is at ${renewed}, and a device may come upon the expired one first: take it out`;
}

function explainRetirement(end: End, at: number): string {
  if (end.at > at) return `lasts ${explainEnd(end)}: its CA will move servers away from it before.`;
  const day = renderInstant(end.at).slice(0, 10);
  const basis = end.reason.kind === "retired" ? end.reason.basis : "named";
  switch (basis) {
    case "named":
      return `is no longer taken for websites by its root programme since ${day}: its CA moves servers away from it.`;
    case "removed":
      return `is no longer in its root programme's store, since ${day} at the latest: its CA moves servers away from it.`;
    case "schedule":
      return `was due to be retired by its root programme on ${day}, by the age of its key: its CA likely moves servers away from it.`;
  }
}

function explainForm({ kind, place, text }: Remark, consequence: string): string {
  const what: Readonly<Record<Remark["kind"], string>> = {
    "byte-order-mark": "The file begins with a byte-order mark",
    "utf-16": "The file is in UTF-16",
    "url-encoded": "The file is percent-encoded",
    crlf: `Lines end in CR LF (${place})`,
    "cr-alone": `Lines end in CR alone (${place})`,
    "no-boundaries": "The file is base64 without BEGIN and END lines",
    glued: `END and BEGIN stand on one line (${place}), as when files are joined without a line end between them`,
    "text-before-begin": `Text stands before BEGIN on its line (${place})`,
    "text-after-end": `Text stands on the line of END (${place})`,
    indented: `The block at ${place} is indented`,
    "indented-base64": `The base64 at ${place} is indented`,
    "blanks-behind-begin": `Blanks stand behind BEGIN (${place})`,
    invisible: `Signs that nobody sees stand in the block at ${place}`,
    "blank-line": `A blank line stands within a block (${place})`,
    "escaped-newlines": `The line ends of the block at ${place} are escapes, "\\n" in two characters`,
    "lost-newlines": `The line ends of the block at ${place} are lost`,
    quoted: `The lines of the block at ${place} stand in quotes`,
    "openssl-label": `The block at ${place} is labelled ${text}`,
    "trusted-label": `The block at ${place} is labelled ${text}`,
    pkcs7: `The certificates are in PKCS #7 (${place})`,
    "no-final-newline": "The last line has no newline",
    "stray-text": `Text stands between the certificates (${place})`,
    "unexpected-label": `A block of another kind stands at ${place} (${text})`,
    "private-key": `A private key stands at ${place}`,
    hyphens: `BEGIN or END stands between other than five hyphens (${place})`,
    "small-letters": `BEGIN or END is in small letters (${place})`,
    pgp: `A block of PGP stands at ${place} (${text})`,
    "header-lines": `A block has header lines (${place})`,
    "bad-base64": `The block at ${place} is not base64`,
    "missing-end": `A block has no END line (${place})`,
    "missing-begin": `An END line stands alone (${place})`,
    "wrong-end": `BEGIN and END name different things (${place})`,
    "too-long": `The file is too long (${text})`,
    "long-line": `A line is long (${place}, ${text})`,
    unsorted: `The entries are out of order (${place})`,
    "trailing-bytes": `Bytes follow the last certificate (${place}, ${text})`,
    archive: `The file is ${text}`,
    concatenated: `In DER ${text} stand one after the other (the second at ${place})`,
    "index-mismatch": `The index does not fit the certificates (${place})`,
    "too-many": `Not all of it was read (${text})`,
    "no-nul": `PEM stands in an array of bytes without a NUL at its end (${place})`,
  };
  return `${what[kind]}: ${consequence}.`;
}
