/** Where a chain ends that comes to no anchor: at itself, at a root that is not trusted, or at an issuer nobody sent. */
import type { Interception } from "../core/index.ts";
import type { Certificate } from "../x509/index.ts";
import { findInterception } from "./interception/find-interception.ts";
import { issuerUrls } from "./issuer-urls.ts";
import type { SearchContext } from "./path.ts";
import type { Placed, Rejection } from "./rejection.ts";
import type { MissingIssuer } from "./verdict.ts";

export interface DeadEnd {
  readonly rejection: Rejection;
  readonly missing: MissingIssuer | undefined;
}

/** `path` is not empty; none of its certificates has an issuer among the anchors. */
export function describeDeadEnd(context: SearchContext, path: readonly Certificate[]): DeadEnd {
  const certificate = path.at(-1) ?? context.request.leaf;
  const isLeaf = path.length <= 1;
  const interception = interceptionOf(context);
  const placed: Placed = { certificate, role: isLeaf ? "leaf" : "intermediate" };
  const closed = isClosed(context, path, certificate);
  if (closed === true) {
    const code = isLeaf ? "self-signed" : "untrusted-root";
    return { rejection: context.reject(code, placed, { interception }), missing: undefined };
  }
  if (closed === undefined) {
    const facts = { algorithm: certificate.signatureAlgorithm.name, signer: certificate.issuer.display };
    return { rejection: context.reject("signature-unchecked", placed, facts), missing: undefined };
  }
  const urls = issuerUrls(certificate);
  const missing = {
    issuer: certificate.issuer.text,
    keyId: certificate.extensions.value("authorityKeyIdentifier")?.keyId,
    urls,
  };
  return { rejection: context.reject("missing-intermediate", placed, { urls, interception }), missing };
}

/**
 * Whether the last of a path signed itself, or the CAs on it certify each other in a circle. A name may be issued under itself
 * by an older key, which is missing then; only the signature tells, and `undefined` is that it cannot be checked here.
 */
function isClosed(
  { signatures }: SearchContext,
  path: readonly Certificate[],
  last: Certificate,
): boolean | undefined {
  let isUnchecked = false;
  for (const { subject, spki } of path) {
    if (subject.key !== last.issuer.key) continue;
    const holds = signatures.holds(last, spki);
    if (holds === true) return true;
    if (holds === undefined) isUnchecked = true;
  }
  return isUnchecked ? undefined : false;
}

/** Only of a server that was asked for by a name. */
function interceptionOf({ request, purpose }: SearchContext): Interception | undefined {
  const { leaf, intermediates, names } = request;
  const [name] = names;
  if (name === undefined || purpose !== "server") return undefined;
  return findInterception({ host: name.value, leaf, others: intermediates });
}
