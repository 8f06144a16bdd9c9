/**
 * Roots that a person gave as the content of a file, in any form that can be read. Such a setting either works or is an error
 * that says what the file is instead: an empty one, a private key, a key store, a server's own certificate.
 */
import { HttpsError, ownValue } from "../core/index.ts";
import {
  adviseForm,
  type Certificate,
  type CertificateFile,
  describeComplaint,
  type FoundCertificate,
  type PemComplaint,
  readCertificateFile,
  weighComplaint,
} from "../x509/index.ts";
import type { AnchorSource } from "./anchor.ts";
import type { TrustNote } from "./report.ts";

/** A certificate of a root store, and where it came from: `mozilla`, `system`, `NODE_EXTRA_CA_CERTS`, `file` or `bytes`. */
export interface RootCertificate {
  readonly certificate: Certificate;
  readonly origin: AnchorSource;
}

/** What a root store is made of. */
export interface RootStore {
  readonly roots: readonly RootCertificate[];
  /** What was passed over or had no effect, for the trust report. */
  readonly notes: readonly TrustNote[];
}

/**
 * The roots in a file, and what was passed over or would trip another program that reads it.
 * @throws HttpsError `ca-file-empty ca-file-other-form ca-file-private-key ca-file-only-leaf ca-file-malformed`
 */
export function parseRoots(content: Uint8Array, origin: AnchorSource): RootStore {
  const file = nameOf(origin);
  const found = readCertificateFile(content);
  refuseDamage(found, file);
  refuseOtherForm(found, file);
  const [first] = found.certificates;
  if (first === undefined) throw new HttpsError("ca-file-empty", { file });
  const usable = found.certificates.filter(({ certificate }) => canVouch(certificate));
  if (usable.length === 0) {
    throw new HttpsError("ca-file-only-leaf", { file, subject: first.certificate.subject.text });
  }
  const passedOver = found.certificates.filter((one) => !usable.includes(one));
  return {
    roots: usable.map(({ certificate, line }) => ({
      certificate,
      origin: line === undefined ? origin : { ...origin, line },
    })),
    notes: [...noteOddities(found, file), ...notePassedOver(passedOver, file)],
  };
}

/**
 * Whether a certificate can be an anchor: a CA, or one that signed itself: an old root from before the CA bit, or a
 * server's own, which vouches for that server.
 *
 * DEVIATION: OpenSSL with partial chains, and Go, also take a server's certificate that a CA issued. It is refused here:
 * whoever gives one most often means its CA, and would be let down when the server renews it.
 */
function canVouch({ extensions, isSelfIssued }: Certificate): boolean {
  return isSelfIssued || extensions.value("basicConstraints")?.isCa === true;
}

function refuseDamage({ complaints, damaged }: CertificateFile, file: string): void {
  for (const complaint of complaints) {
    const { kind, line } = complaint;
    if (kind === "private-key") throw new HttpsError("ca-file-private-key", { file, line });
    if (weighComplaint(complaint) !== "damage") continue;
    throw new HttpsError("ca-file-malformed", { file, line, reason: describeComplaint(complaint) });
  }
  const [first] = damaged;
  if (first === undefined) return;
  throw new HttpsError("ca-file-malformed", { file, line: first.line ?? 1, reason: first.reason });
}

function refuseOtherForm({ instead }: CertificateFile, file: string): void {
  if (instead === undefined) return;
  if (ownValue(instead, "isPrivateKey") === true)
    throw new HttpsError("ca-file-private-key", { file, line: 1 });
  throw new HttpsError("ca-file-other-form", {
    file,
    form: instead.title,
    advice: adviseForm(instead, file),
  });
}

/** What other programs would not read, and what was passed over; one sentence a kind, however often it is there. */
function noteOddities({ complaints }: CertificateFile, file: string): readonly TrustNote[] {
  const told = new Map<string, PemComplaint>();
  for (const complaint of complaints) {
    if (weighComplaint(complaint) !== "harmless" && !told.has(complaint.kind))
      told.set(complaint.kind, complaint);
  }
  return Array.from(told.values(), (complaint) => ({
    about: "store",
    sentence: `In the CA file "${file}", line ${complaint.line}: ${describeComplaint(complaint)}.`,
  }));
}

function notePassedOver(passedOver: readonly FoundCertificate[], file: string): readonly TrustNote[] {
  const [first] = passedOver;
  if (first === undefined) return [];
  const others = passedOver.length === 1 ? "" : `, and ${passedOver.length - 1} more like it`;
  const sentence = `In the CA file "${file}" the certificate of "${first.certificate.subject.display}", which is not a CA's, was passed over${others}.`;
  return [{ about: "store", sentence }];
}

/** The file, or where else the roots are from. */
function nameOf(origin: AnchorSource): string {
  return ownValue(origin, "file") ?? `(${origin.store})`;
}
