/** Does works one after the other, in the order in which they were asked for, and none after its end. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** What comes of `work`; at the end it is not begun. */
  async run(work: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(() => (this.#isClosed ? undefined : work()));
    this.#last = mine.catch(() => undefined);
    await mine;
  }

  /** Waits for the work that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }
}
