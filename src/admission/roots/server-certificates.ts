/** Roots that are one server's own certificate, as devices and development servers have them: what they are worth. */
import { renderInstant } from "../../core/index.ts";
import { renderAnchorSource, type RootCertificate, type TrustNote } from "../../trust/index.ts";

/** A remark on certificates that a person gave as roots and that vouch for one server each. */
export function serverCertificateNotes(roots: readonly RootCertificate[]): readonly TrustNote[] {
  const own = roots.filter(isServerCertificate);
  const [first] = own;
  if (first === undefined) return [];
  const { subject, notAfterAt } = first.certificate;
  const others = own.length === 1 ? "" : ` ${own.length - 1} more of the roots given are like it.`;
  const sentence = `"${subject.display}", a root from ${renderAnchorSource(first.origin)}, is one server's own certificate, not a CA's: it vouches for that server alone, until ${renderInstant(notAfterAt)}.${others}`;
  return [{ about: "store", sentence }];
}

/** Version 3 has a place to say that a certificate is a CA's (RFC 5280 §4.2.1.9), and this one does not say so. */
function isServerCertificate({ certificate, origin }: RootCertificate): boolean {
  if (origin.store === "mozilla" || origin.store === "system" || certificate.version !== 3) return false;
  return certificate.extensions.value("basicConstraints")?.isCa !== true;
}
