/**
 * Members that come and go with every request, in the order in which they came.
 *
 * A Set of JavaScript's leaves a table behind each time it is tidied up, which hangs together with the next: one that has
 * become old keeps all that came later, with every request in it, until the old generation is collected. Who leaves here
 * is held by nobody, and holds nobody.
 */

/** What a roster keeps in each of its members; theirs to have, and nobody else's to touch. */
export interface RosterMember<M> {
  before: M | undefined;
  after: M | undefined;
}

export class Roster<M extends RosterMember<M>> {
  #first: M | undefined;
  #last: M | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Those that are there now: whoever goes through them may let them leave. */
  get members(): readonly M[] {
    const members: M[] = [];
    for (let member = this.#first; member !== undefined; member = member.after) members.push(member);
    return members;
  }

  /** One that is in no roster. */
  add(member: M): void {
    const last = this.#last;
    member.before = last;
    if (last === undefined) this.#first = member;
    else last.after = member;
    this.#last = member;
    this.#size++;
  }

  /** Whether it was there. */
  delete(member: M): boolean {
    const { before, after } = member;
    if (before === undefined && this.#first !== member) return false;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    member.before = member.after = undefined;
    this.#size--;
    return true;
  }
}
