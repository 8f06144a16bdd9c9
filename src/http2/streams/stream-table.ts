/**
 * The streams of one connection: those that live, and those that are over and may still be heard of (RFC 9113 §5.1).
 *
 * Streams come and go with every request. A Map of JavaScript's leaves a table behind each time it is tidied up, which
 * hangs together with the next: one that has become old keeps all that came later, with every request in it, until the
 * old generation is collected. So these are plain arrays, in which a number says where to look.
 */
import { http2Limits } from "../limits.ts";
import type { ReceiveWindow } from "./receive-window.ts";

/** How a stream came to its end. */
export type ClosedBy =
  /** Both sides sent END_STREAM. */
  | "end"
  /** We sent RST_STREAM: what was under way is passed over. */
  | "our-reset"
  | "peer-reset";

/** What has to be known of a stream that is over: nothing that holds on to what it brought, or to who received it. */
export interface Closed {
  readonly id: number;
  readonly by: ClosedBy;
  readonly receiveWindow: ReceiveWindow;
  /** Header blocks that came since. */
  lateBlocks: number;
}

/** RFC 9113 §5.1.1: a client has the odd ones. */
const largestId = 0x7fff_ffff;

/** Twice as many as can live: whoever finds its place taken is rare. */
const liveSlots = 2 * http2Limits.streamsPerConnection.value;
const closedSlots = http2Limits.closedStreams.value;

export class StreamTable<S extends { readonly id: number; readonly receiveWindow: ReceiveWindow }> {
  /** Each where its number says. */
  readonly #live = Array.from<S | undefined>({ length: liveSlots });
  /** Those whose place was taken by one that has lived for long. */
  readonly #elsewhere = new Map<number, S>();
  /** Each where its number says; a later one takes its place. */
  readonly #closed: (Closed | undefined)[] = [];
  #size = 0;
  #nextId = 1;

  get size(): number {
    return this.#size;
  }

  /** The number of the next stream; `undefined` when they are used up. */
  get nextId(): number | undefined {
    return this.#nextId > largestId ? undefined : this.#nextId;
  }

  /** Those that live now, in the order of their numbers. */
  get live(): readonly S[] {
    const live = [...this.#live.filter((stream) => stream !== undefined), ...this.#elsewhere.values()];
    return live.sort((one, other) => one.id - other.id);
  }

  add(stream: S): void {
    const slot = liveSlot(stream.id);
    if (this.#live[slot] === undefined) this.#live[slot] = stream;
    else this.#elsewhere.set(stream.id, stream);
    this.#size++;
    this.#nextId = stream.id + 2;
  }

  get(id: number): S | undefined {
    const stream = this.#live[liveSlot(id)];
    if (stream?.id === id) return stream;
    return this.#elsewhere.size === 0 ? undefined : this.#elsewhere.get(id);
  }

  /** How it ended; `undefined` for one that lives, was never opened, or ended long ago. */
  closed(id: number): Closed | undefined {
    const closed = this.#closed[closedSlot(id)];
    return closed?.id === id ? closed : undefined;
  }

  /** Whether nobody has opened it. */
  isIdle(id: number): boolean {
    return id % 2 === 0 || id >= this.#nextId;
  }

  close({ id, receiveWindow }: S, by: ClosedBy): void {
    const slot = liveSlot(id);
    if (this.#live[slot]?.id === id) this.#live[slot] = undefined;
    else if (!this.#elsewhere.delete(id)) return;
    this.#size--;
    this.#closed[closedSlot(id)] = { id, by, receiveWindow, lateBlocks: 0 };
  }
}

function liveSlot(id: number): number {
  return (id >>> 1) % liveSlots;
}

function closedSlot(id: number): number {
  return (id >>> 1) % closedSlots;
}
