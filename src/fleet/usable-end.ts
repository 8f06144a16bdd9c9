/**
 * Through when a server can be reached by the chain that it shows: the end of the last path that verifies, and not that
 * of the first certificate which ends. What was sent beside the path, an old root for instance, ends nothing.
 *
 * Between two ends of certificates nothing changes. So the path that holds now is followed to its first end, the question
 * asked again a second later (a certificate is valid through its notAfter, RFC 5280 §4.1.2.5), and so on until no path is left.
 */
import type { Certificate } from "../x509/index.ts";
import { type TrustAnchor, type TrustPorts, verify } from "../trust/index.ts";
import type { UsablePath } from "./visit.ts";

/** A chain, and the anchors and the moment by which its usable end is found. */
export interface UsableRequest {
  /** As sent, the server's own certificate first. */
  readonly chain: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  /** The moment from which on, epoch milliseconds. */
  readonly at: number;
  /** The path that is known to hold at `at`: it saves one search. */
  readonly path?: { readonly certificates: readonly Certificate[]; readonly anchor: TrustAnchor } | undefined;
}

/** A full validation's end; `undefined` where it does not verify at `at`. Names are not compared: they do not end. */
export function findUsableEnd(request: UsableRequest, ports: TrustPorts): UsablePath | undefined {
  const { anchors, at } = request;
  const [leaf, ...intermediates] = request.chain;
  if (leaf === undefined) return undefined;
  const pathAt = (moment: number): readonly Certificate[] | undefined => {
    const { path } = request;
    if (moment === at && path !== undefined) return withAnchor(path);
    const verdict = verify({ leaf, intermediates, anchors, names: [], at: moment }, ports);
    return verdict.trusted ? withAnchor(verdict.path) : undefined;
  };
  const last = findLastEnd(pathAt, at);
  if (last === undefined || last.certificate === undefined) return undefined;
  const { certificate, untilAt } = last;
  const ends = certificate === leaf ? "leaf" : isRoot(certificate, anchors) ? "root" : "intermediate";
  return { untilAt, ends, subject: certificate.subject.display };
}

/** The last moment of an unbroken stretch, and the certificate whose end it is. */
export interface LastEnd {
  /** Epoch milliseconds; `Infinity` where nothing ends it. */
  readonly untilAt: number;
  readonly certificate: Certificate | undefined;
}

/**
 * Follows `pathAt` from `at` on: the certificates that it goes by at a moment, its root among them, or `undefined` where
 * it refuses. What looks at no dates is followed to behind the last one.
 */
export function findLastEnd(
  pathAt: (moment: number) => readonly Certificate[] | undefined,
  at: number,
): LastEnd | undefined {
  let path = pathAt(at);
  if (path === undefined) return undefined;
  let moment = at;
  for (;;) {
    const certificate = firstToEnd(path, moment);
    if (certificate === undefined) return { untilAt: Infinity, certificate };
    const untilAt = certificate.notAfterAt;
    const next = pathAt(untilAt + secondMs);
    if (next === undefined) return { untilAt, certificate };
    path = next;
    moment = untilAt + secondMs;
  }
}

const secondMs = 1_000;

function firstToEnd(path: readonly Certificate[], at: number): Certificate | undefined {
  return path
    .filter(({ notAfterAt }) => notAfterAt >= at)
    .reduce<Certificate | undefined>(
      (first, one) => (first === undefined || one.notAfterAt < first.notAfterAt ? one : first),
      undefined,
    );
}

function withAnchor({
  certificates,
  anchor,
}: {
  readonly certificates: readonly Certificate[];
  readonly anchor: TrustAnchor;
}): readonly Certificate[] {
  return anchor.certificate === undefined ? certificates : [...certificates, anchor.certificate];
}

function isRoot(certificate: Certificate, anchors: readonly TrustAnchor[]): boolean {
  return anchors.some((anchor) => anchor.certificate === certificate);
}
