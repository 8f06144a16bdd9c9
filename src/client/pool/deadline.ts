/**
 * A deadline that moves often and is met rarely. Moving it costs one look at the clock: the timer is left running
 * and asks, when it fires, whether the deadline has moved on. It does not keep the process alive: the socket does, or
 * nobody waits; whoever does wait, without a socket that is read, says so.
 */

/** The longest delay a timer takes; a later deadline is looked at again then. */
const longestDelayMs = 2_147_483_647;

export class Deadline {
  readonly #onDue: () => void;
  #dueAt = Infinity;
  #firesAt = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isAwaited = false;

  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /** Due `limitMs` from now; `Infinity` for never. Whoever has just looked at the clock says what it showed. */
  set(limitMs: number, now: number = performance.now()): void {
    this.#dueAt = now + limitMs;
    if (this.#dueAt < this.#firesAt) this.#arm(now);
  }

  /** Due at `dueAt` at the latest: an earlier instant stays. */
  setBy(dueAt: number): void {
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    if (dueAt < this.#firesAt) this.#arm(performance.now());
  }

  /** From now on somebody waits for what it bounds. */
  keepAwake(): void {
    this.#isAwaited = true;
    this.#timer?.ref();
  }

  stop(): void {
    this.#dueAt = Infinity;
  }

  /** Takes the timer away too; for the end of its owner's life. */
  clear(): void {
    this.#dueAt = Infinity;
    this.#firesAt = Infinity;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(now: number): void {
    clearTimeout(this.#timer);
    const delayMs = Math.min(longestDelayMs, Math.max(1, Math.ceil(this.#dueAt - now)));
    this.#firesAt = now + delayMs;
    this.#timer = setTimeout(() => this.#fire(), delayMs);
    if (!this.#isAwaited) this.#timer.unref();
  }

  #fire(): void {
    const now = performance.now();
    this.#firesAt = Infinity;
    this.#timer = undefined;
    if (now >= this.#dueAt) {
      this.#dueAt = Infinity;
      this.#onDue();
    } else if (this.#dueAt !== Infinity) {
      this.#arm(now);
    }
  }
}
