/**
 * Deadlines of requests that share a connection, over one timer: a request moves its own at no more cost than a comparison,
 * and whoever is due is looked for when the earliest could be.
 */
import { Deadline } from "./deadline.ts";
import { Roster, type RosterMember } from "./roster.ts";

export class SharedDeadline {
  readonly #shares = new Roster<DeadlineShare>();
  readonly #deadline = new Deadline(() => this.#fire());

  /** A deadline of one request: `clear` gives it back. */
  share(onDue: () => void): DeadlineShare {
    const share = new DeadlineShare(this, onDue);
    this.#shares.add(share);
    return share;
  }

  /** Some share is due at `dueAt`. */
  setBy(dueAt: number): void {
    this.#deadline.setBy(dueAt);
  }

  leave(share: DeadlineShare): void {
    this.#shares.delete(share);
  }

  keepAwake(): void {
    this.#deadline.keepAwake();
  }

  clear(): void {
    this.#deadline.clear();
  }

  #fire(): void {
    const now = performance.now();
    let next = Infinity;
    // Whoever is due may give others up: those are not due any more.
    for (const share of this.#shares.members) {
      if (share.dueAt <= now) share.fire();
      else next = Math.min(next, share.dueAt);
    }
    if (next !== Infinity) this.#deadline.setBy(next);
  }
}

export class DeadlineShare implements RosterMember<DeadlineShare> {
  before: DeadlineShare | undefined;
  after: DeadlineShare | undefined;
  dueAt: number = Infinity;
  readonly #shared: SharedDeadline;
  readonly #onDue: () => void;
  #isGivenBack = false;

  constructor(shared: SharedDeadline, onDue: () => void) {
    this.#shared = shared;
    this.#onDue = onDue;
  }

  set(limitMs: number, now: number): void {
    // Whoever ends a request may be called from where its next wait begins.
    if (this.#isGivenBack) return;
    this.dueAt = now + limitMs;
    this.#shared.setBy(this.dueAt);
  }

  stop(): void {
    this.dueAt = Infinity;
  }

  keepAwake(): void {
    this.#shared.keepAwake();
  }

  clear(): void {
    this.#isGivenBack = true;
    this.dueAt = Infinity;
    this.#shared.leave(this);
  }

  fire(): void {
    this.dueAt = Infinity;
    this.#onDue();
  }
}
