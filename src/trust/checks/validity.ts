/** Validity: RFC 5280 §6.1.3 (a)(2). Both ends belong to it (§4.1.2.5); anchors made from certificates keep it too. */
import { ownRootOf } from "../anchor.ts";
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkValidity(context: CertificateContext): Rejection | undefined {
  const { certificate, role, anchor, at, reject } = context;
  const { notBeforeAt, notAfterAt } = certificate;
  if (at >= notBeforeAt && at <= notAfterAt) return undefined;
  const ownRoot = role === "root" ? ownRootOf(anchor) : undefined;
  return at < notBeforeAt
    ? reject("not-yet-valid", context, { notBeforeAt, at, ownRoot })
    : reject("expired", context, { notAfterAt, at, ownRoot });
}
