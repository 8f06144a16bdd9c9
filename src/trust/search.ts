/**
 * The path search: RFC 4158, depth first, with validation inside it.
 *
 * Anchors are tried before intermediates, likelier issuers before others. No CA stands on a path twice (RFC 4158
 * §5.2: subject and key). Intermediates that, by the names alone, lead to no anchor are not visited at all, so that
 * a bag of unrelated certificates costs nothing. Every path that comes to an anchor and fails is kept.
 *
 * Q: Why are signatures not checked on the way up? A: so that nobody makes us check any before a trusted key is at
 * the end; from there each link is checked once, whatever the number of paths it is on.
 *
 * Q: Why is it a generator? A: so that cryptography may answer later. Ports that answer at once leave it no question, and it
 * comes to its end in one step. A check that asked what is not answered yet is made again with the answer (`#settle`).
 */
import { assert, equalBytes } from "../core/index.ts";
import type { Certificate } from "../x509/index.ts";
import type { TrustAnchor } from "./anchor.ts";
import { Candidates, isOnPath } from "./candidates.ts";
import { describeDeadEnd } from "./dead-end.ts";
import { maxAttemptsKept, maxIntermediates, maxPathCertificates } from "./limits.ts";
import type { PathContext, SearchContext } from "./path.ts";
import { checkPath } from "./path-checks.ts";
import { profiles } from "./profile.ts";
import { chooseHeadline } from "./rank.ts";
import { type Question, Unanswered } from "./questions.ts";
import type { Rejection } from "./rejection.ts";
import type { Attempt, MissingIssuer, Verdict, VerifiedPath } from "./verdict.ts";

/** A search under way: what it asks and is not answered at once, and in the end its verdict. */
export type Search = Generator<Question, Verdict, void>;

/** A step of it. */
type Step<T> = Generator<Question, T, void>;

/** Finds a path from the leaf to an anchor that passes every check, or says why each one failed. */
export function* findPath(context: SearchContext): Search {
  const search = new PathSearch(context);
  const path = yield* search.run();
  const { attempts: tried, omitted, needs } = search;
  if (path !== undefined) return { trusted: true, path, tried, omitted };
  const primary = chooseHeadline(tried.map(({ rejection }) => rejection));
  assert(primary !== undefined, "a search without a path leaves an attempt");
  return { trusted: false, primary, tried, omitted, needs };
}

class PathSearch {
  readonly attempts: Attempt[] = [];
  readonly needs: MissingIssuer[] = [];
  omitted = 0;
  readonly #context: SearchContext;
  readonly #candidates: Candidates;

  constructor(context: SearchContext) {
    const { anchors, intermediates } = context.request;
    this.#context = context;
    this.#candidates = new Candidates(anchors, intermediates.slice(0, maxIntermediates.value));
  }

  *run(): Step<VerifiedPath | undefined> {
    const { leaf, anchors, intermediates } = this.#context.request;
    const own = anchors.find(({ certificate }) => certificate && equalBytes(certificate.der, leaf.der));
    const path = (own && (yield* this.#tryPath([leaf], own))) ?? (yield* this.#extend([leaf]));
    if (path !== undefined) return path;
    const exhausted =
      this.#context.budget.exhausted ??
      (intermediates.length > maxIntermediates.value
        ? { budget: "intermediates", limit: maxIntermediates.value }
        : undefined);
    if (exhausted !== undefined) {
      const placed = { certificate: leaf, role: "leaf" } as const;
      const reject = (): Rejection => this.#context.reject("budget-exhausted", placed, exhausted);
      this.#keep([leaf], yield* this.#settle(reject));
    }
    if (this.attempts.length === 0) yield* this.#followToDeadEnd(leaf);
    return undefined;
  }

  /** Tries every way up from the last certificate of a path. */
  *#extend(path: readonly Certificate[]): Step<VerifiedPath | undefined> {
    const last = path.at(-1);
    if (last === undefined) return undefined;
    for (const anchor of this.#candidates.anchorsOf(last)) {
      const isItself = anchor.certificate !== undefined && equalBytes(anchor.certificate.der, last.der);
      if (isItself || isOnPath(path.slice(1), anchor)) continue;
      if (!this.#context.budget.spend("issuer candidates")) return undefined;
      const found = yield* this.#tryPath(path, anchor);
      if (found !== undefined) return found;
    }
    for (const candidate of this.#candidates.intermediatesOf(last)) {
      // Whoever is looked at counts, taken or not: in a mesh nearly all are on the path already.
      if (!this.#context.budget.spend("issuer candidates")) return undefined;
      if (!this.#candidates.leadsToAnchor(candidate) || isOnPath(path, candidate)) continue;
      const longer = [...path, candidate];
      if (yield* this.#isTooLong(longer)) continue;
      const found = yield* this.#extend(longer);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether a path exceeds its limits; it is kept then, as one that was tried. */
  *#isTooLong(path: readonly Certificate[], maxDepth = this.#context.maxDepth): Step<boolean> {
    const { reject } = this.#context;
    const count = path.slice(1).filter(({ isSelfIssued }) => !isSelfIssued).length;
    if (count <= maxDepth && path.length <= maxPathCertificates.value) return false;
    const { leaf } = this.#context.request;
    const extra =
      count > maxDepth
        ? { limitedBy: "the option maxDepth", limit: maxDepth, count }
        : { limitedBy: "the search", limit: maxPathCertificates.value - 1, count: path.length - 1 };
    const placed = { certificate: leaf, role: "leaf" } as const;
    this.#keep(path, yield* this.#settle(() => reject("path-too-long", placed, extra)));
    return true;
  }

  *#tryPath(certificates: readonly Certificate[], anchor: TrustAnchor): Step<VerifiedPath | undefined> {
    const { request, purpose, budget } = this.#context;
    const profile = profiles[request.profile ?? anchor.profile];
    const context: PathContext = { ...this.#context, certificates, anchor, profile };
    const { rejections, revocation } = yield* this.#settle(() => checkPath(context));
    // With a budget gone some check did not run to its end: nothing may be believed.
    if (budget.exhausted !== undefined) return undefined;
    const [first] = rejections;
    if (first !== undefined) {
      this.#keepAll(certificates, anchor, rejections);
      return undefined;
    }
    const proven: Omit<VerifiedPath, symbol> = {
      certificates,
      anchor,
      profile: profile.name,
      purpose,
      names: request.names,
      at: request.at,
      revocation,
    };
    return proven as VerifiedPath;
  }

  /** What a check says once all that it asks is answered. One with a question open says nothing. */
  *#settle<T>(check: () => T): Step<T> {
    const { budget } = this.#context;
    const mark = budget.mark();
    for (;;) {
      try {
        return check();
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        budget.returnTo(mark);
        yield error.question;
      }
    }
  }

  #keepAll(
    certificates: readonly Certificate[],
    anchor: TrustAnchor,
    rejections: readonly Rejection[],
  ): void {
    const rejection = chooseHeadline(rejections);
    if (rejection === undefined) return;
    if (this.attempts.length >= maxAttemptsKept.value) {
      this.omitted++;
      return;
    }
    const others = rejections.filter((other) => other !== rejection);
    this.attempts.push({ certificates, anchor, rejection, others });
  }

  #keep(certificates: readonly Certificate[], rejection: Rejection): void {
    if (this.attempts.length >= maxAttemptsKept.value && rejection.code !== "budget-exhausted")
      this.omitted++;
    else this.attempts.push({ certificates, anchor: undefined, rejection, others: [] });
  }

  /** No anchor above the leaf: follows the likeliest issuers to see where the chain ends. */
  *#followToDeadEnd(leaf: Certificate): Step<void> {
    const path = [leaf];
    let last = leaf;
    for (;;) {
      const next = this.#candidates.intermediatesOf(last).find((candidate) => !isOnPath(path, candidate));
      if (next === undefined) break;
      path.push((last = next));
      if (yield* this.#isTooLong(path, Infinity)) return;
    }
    const { rejection, missing } = yield* this.#settle(() => describeDeadEnd(this.#context, path));
    if (missing !== undefined) this.needs.push(missing);
    this.#keep(path, rejection);
  }
}
