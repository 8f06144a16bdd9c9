/** A chain that was shown, and what an ordinary client makes of it: facts that are kept, each worked out once for a chain. */
import { trustPorts, type TrustPolicy } from "../../admission/index.ts";
import { assert, HttpsError, RecentMap } from "../../core/index.ts";
import { findUsableEnd, type Shown, type ShownVerdict, type UsablePath } from "../../fleet/index.ts";
import type { VerifiedPath } from "../../trust/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { visitLimits } from "./limits.ts";
import type { ChainSeen } from "./judge.ts";
import { keep, type Kept } from "./shelf.ts";

/** `undefined` where there is no chain, or nobody can read the server's own certificate. */
export function shownOf(seen: ChainSeen, policy: TrustPolicy): Shown | undefined {
  const chain = seen.sent.map(keep);
  const [leaf] = chain;
  if (leaf?.parsed.ok !== true) return undefined;
  const { notBeforeAt, notAfterAt, issuer } = leaf.parsed.certificate;
  return {
    chain: chain.map(({ sha256 }) => sha256),
    leaf: { notBeforeAt, notAfterAt, issuer: issuer.display },
    verdict: verdictOf(seen, chain, policy),
  };
}

function verdictOf({ path, refusal }: ChainSeen, chain: readonly Kept[], policy: TrustPolicy): ShownVerdict {
  if (path !== undefined)
    return { trusted: true, anchor: path.anchor.subject.display, usable: usableOf(path, chain, policy) };
  assert(refusal !== undefined, "a chain is admitted or refused");
  const { code, message: sentence } = refusal;
  const missing = HttpsError.is(refusal, "missing-intermediate") ? refusal.detail.issuer : undefined;
  return { trusted: false, code, sentence, missing };
}

interface Known {
  readonly usable: UsablePath;
  readonly fromAt: number;
}

const ends = new WeakMap<TrustPolicy, RecentMap<string, Known>>();

/** The same chain has the same end, for as long as that has not come. */
function usableOf(path: VerifiedPath, chain: readonly Kept[], policy: TrustPolicy): UsablePath {
  let known = ends.get(policy);
  if (known === undefined) ends.set(policy, (known = new RecentMap(visitLimits.keptChains.value)));
  const at = policy.at ?? Date.now();
  const key = chain.map(({ sha256 }) => sha256).join(" ");
  const before = known.get(key);
  if (before !== undefined && at >= before.fromAt && at <= before.usable.untilAt) return before.usable;
  const { anchors } = policy;
  const above = chain.slice(1).flatMap(({ parsed }) => (parsed.ok ? [parsed.certificate] : []));
  // The path's own object for the leaf: by it is known what ends.
  const sent = [leafOf(path), ...above];
  const usable = findUsableEnd({ chain: sent, anchors, at, path }, trustPorts) ?? endOf(path);
  known.set(key, { usable, fromAt: at });
  return usable;
}

/** Where the path ended in the very moment in which it was asked about. */
function endOf(path: VerifiedPath): UsablePath {
  const leaf = leafOf(path);
  return { untilAt: leaf.notAfterAt, ends: "leaf", subject: leaf.subject.display };
}

function leafOf({ certificates: [leaf] }: VerifiedPath): Certificate {
  assert(leaf !== undefined, "a path begins with the server's own certificate");
  return leaf;
}
