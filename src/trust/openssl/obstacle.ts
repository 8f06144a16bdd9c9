/**
 * What keeps OpenSSL from a path that the engine found: its own chain is built and checked, and held against the path.
 * Says nothing where OpenSSL's chain holds too, or where what ends it is not known for certain to end it.
 */
import { equalBytes, readOptions, type OpensslObstacle, type RivalCertificate } from "../../core/index.ts";
import { escapeControls, type Certificate } from "../../x509/index.ts";
import type { TrustAnchor } from "../anchor.ts";
import { Budget } from "../budget.ts";
import { describeDeadEnd } from "../dead-end.ts";
import { explainRejection } from "../explain.ts";
import { defaultMaxDepth } from "../limits.ts";
import { type SearchContext, wholePath } from "../path.ts";
import { checkPath } from "../path-checks.ts";
import type { TrustPorts } from "../ports.ts";
import { profiles } from "../profile.ts";
import { type Rejection, type RejectionCode, rejectWith } from "../rejection.ts";
import { verifyChecks } from "../request.ts";
import { SignatureMemory } from "../signatures.ts";
import type { VerifiedPath } from "../verdict.ts";
import {
  buildOpensslChain,
  contradictionOf,
  isCurrent,
  isTakenForSelfSigned,
  opensslPurposeFault,
  type OpensslChain,
} from "./chain.ts";
import { findForbiddenMailbox } from "./mailbox-constraints.ts";

/** A path that was found, and what OpenSSL is given. */
export interface ObstacleRequest {
  readonly path: VerifiedPath;
  /** As sent, the leaf first. */
  readonly sent: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  /** The moment by OpenSSL's clock. */
  readonly at: number;
}

/** Rules that OpenSSL has too, whatever its settings: with one of these broken it refuses. */
const shared: readonly RejectionCode[] = [
  "bad-signature",
  "expired",
  "not-yet-valid",
  "not-a-ca",
  "key-usage",
  "wrong-usage",
  "path-too-long",
  "name-constraint",
  "unknown-critical-extension",
];

/** What stands in OpenSSL's way; `undefined` where it comes to a chain that holds, or where that cannot be told. */
export function findObstacle(request: ObstacleRequest, ports: TrustPorts): OpensslObstacle | undefined {
  const { sent, anchors, path, at } = request;
  // This client allows partial chains; where every anchor is self-signed that changes nothing.
  const built = buildOpensslChain({ chain: sent, anchors, partialChain: true, at });
  if (built === undefined || built.end === "CERT_CHAIN_TOO_LONG" || path.purpose !== "server")
    return undefined;
  const end = findEnd(built, request, ports);
  return end === undefined
    ? (findPurposeFault(built) ?? findMailboxFault(built))
    : findParting(built, request, explainRejection(end));
}

/** What ends OpenSSL's chain, by rules that it has for certain. */
function findEnd(
  { certificates, untrusted, anchor }: OpensslChain,
  { path, anchors, at }: ObstacleRequest,
  ports: TrustPorts,
): Rejection | undefined {
  const [leaf, ...above] = certificates;
  const budget = new Budget();
  const { names, purpose } = path;
  const context: SearchContext = {
    request: readOptions({ leaf, intermediates: above, anchors, names, at }, verifyChecks),
    purpose,
    at: Math.floor(at / 1000) * 1000,
    maxDepth: defaultMaxDepth.value,
    ports,
    budget,
    signatures: new SignatureMemory(budget, ports.verifySignature),
    reject: rejectWith(ports.sha256),
  };
  if (anchor === undefined) return describeDeadEnd(context, certificates).rejection;
  const below = certificates.slice(0, Math.max(1, untrusted)); // A leaf may be what is trusted.
  const { rejections } = checkPath({ ...context, certificates: below, anchor, profile: profiles.private });
  return budget.exhausted === undefined ? rejections.find(({ code }) => shared.includes(code)) : undefined;
}

function findPurposeFault({ certificates }: OpensslChain): OpensslObstacle | undefined {
  for (const [depth, certificate] of certificates.entries()) {
    const extension = opensslPurposeFault(certificate, depth);
    if (extension !== undefined)
      return { kind: "purpose", subject: nameOf(certificate), isLeaf: depth === 0, extension };
  }
  return undefined;
}

function findMailboxFault({ certificates }: OpensslChain): OpensslObstacle | undefined {
  const [leaf, ...above] = certificates;
  const found = findForbiddenMailbox(leaf, above);
  return found
    ? {
        kind: "mailbox",
        subject: nameOf(leaf),
        mailbox: escapeControls(found.mailbox),
        constrainedBy: nameOf(found.constrainedBy),
      }
    : undefined;
}

/** Where OpenSSL's chain leaves the path, and why there. */
function findParting(
  { certificates: theirs }: OpensslChain,
  { path, sent, at }: ObstacleRequest,
  end: string,
): OpensslObstacle | undefined {
  const ours = wholePath(path);
  // With one of them over, no advice brings OpenSSL to take it.
  if (!ours.every((certificate) => isCurrent(certificate, at))) return undefined;
  const parting = ours.findIndex((certificate, i) => !isSame(certificate, theirs[i]));
  const below = ours[parting - 1];
  const good = ours[parting];
  if (below === undefined || good === undefined) return undefined;
  const taken = theirs[parting];
  if (isTakenForSelfSigned(below))
    return { kind: "taken-for-self-signed", subject: nameOf(below), isLeaf: parting === 1 };
  const rival = (certificate: Certificate): RivalCertificate => {
    const place = sent.findIndex((one) => isSame(one, certificate)) + 1;
    const { issuer, serial } = certificate;
    return { issuer: issuer.display, serial, place: place === 0 ? undefined : place };
  };
  const field = contradictionOf(good, below);
  if (field !== undefined) {
    const isIssuerSent = rival(good).place !== undefined;
    return {
      kind: "identifier-contradicts",
      subject: nameOf(below),
      issuer: nameOf(good),
      field,
      isIssuerSent,
    };
  }
  if (taken === undefined) return undefined;
  return {
    kind: "another-taken-first",
    name: nameOf(taken),
    below: nameOf(below),
    taken: rival(taken),
    good: rival(good),
    end,
  };
}

function isSame(one: Certificate, other: Certificate | undefined): boolean {
  return other !== undefined && equalBytes(one.der, other.der);
}

function nameOf({ subject }: Certificate): string {
  return subject.display || "(no name)";
}
