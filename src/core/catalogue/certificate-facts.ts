/** What findings about certificates share: the facts that name one, and how instants, spans and lists are written. */

/** Which certificate a finding is about, in facts that a report can carry. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Where on the path it stands, when a path was looked at. */
  readonly role?: CertificateRole;
}

/** The server's (or client's) own certificate, one between, or the trusted one. */
export type CertificateRole = "leaf" | "intermediate" | "root";

/** An instant as people write it, to the second, in UTC. */
export function renderInstant(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15
    ? new Date(at)
        .toISOString()
        .replace("T", " ")
        .replace(/\.\d+Z$/, " UTC")
    : "an instant outside the calendar";
}

/** A length of time in its largest whole unit. */
export function renderSpan(durationMs: number): string {
  const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1_000],
  ] as const;
  for (const [name, sizeMs] of units) {
    const count = Math.floor(durationMs / sizeMs);
    if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  return "less than a second";
}

const namesShown = 5; // A thousand names would bury the sentence.

/** A few values, and how many more there are. */
export function renderList(values: readonly string[]): string {
  const shown = values.slice(0, namesShown).join(", ");
  return values.length > namesShown ? `${shown} and ${values.length - namesShown} more` : shown;
}
