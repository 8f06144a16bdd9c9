/** Where a chain ends that comes to no anchor: at itself, at a root that is not trusted, or at an issuer nobody sent. */
import type { Certificate } from "../x509/index.ts";
import type { SearchContext } from "./path.ts";
import type { Placed, Rejection } from "./rejection.ts";
import type { MissingIssuer } from "./verdict.ts";

const caIssuersOid = "1.3.6.1.5.5.7.48.2";

export interface DeadEnd {
  readonly rejection: Rejection;
  readonly missing: MissingIssuer | undefined;
}

/** `path` is not empty; none of its certificates has an issuer among the anchors. */
export function describeDeadEnd(context: SearchContext, path: readonly Certificate[]): DeadEnd {
  const certificate = path.at(-1) ?? context.request.leaf;
  const isLeaf = path.length <= 1;
  const placed: Placed = { certificate, role: isLeaf ? "leaf" : "intermediate" };
  // A name may be issued under itself by an older key; only the signature tells.
  if (certificate.isSelfIssued && context.signatures.holds(certificate, certificate.spki) === true) {
    const code = isLeaf ? "self-signed" : "untrusted-root";
    return { rejection: context.reject(code, placed, {}), missing: undefined };
  }
  const urls = issuerUrls(certificate);
  const missing = {
    issuer: certificate.issuer.text,
    keyId: certificate.extensions.value("authorityKeyIdentifier")?.keyId,
    urls,
  };
  return { rejection: context.reject("missing-intermediate", placed, { urls }), missing };
}

/** Where the issuer's certificate is published: RFC 5280 §4.2.2.1, HTTP only. */
function issuerUrls({ extensions }: Certificate): readonly string[] {
  const descriptions = extensions.value("authorityInfoAccess") ?? [];
  return descriptions.flatMap(({ method, location }) =>
    method === caIssuersOid && location.kind === "uri" && /^https?:/i.test(location.value)
      ? [location.value]
      : [],
  );
}
