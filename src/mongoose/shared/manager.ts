/**
 * `struct mg_mgr`: holds connections and decides when their events are delivered. The manager of `mgos_get_mgr` is
 * polled by itself, as Mongoose OS does: events come when things happen. One made with `mg_mgr_init` delivers
 * inside `mg_mgr_poll` and at no other time, as in C; since nothing may block here, polling is awaited.
 */
import { mongooseLimits } from "../limits.ts";

/** What a manager needs of a connection. */
export interface Managed {
  /** The moment of MG_EV_POLL. */
  onPoll(nowSeconds: number): void;
  /** The manager is gone, and so is the connection. */
  onManagerFreed(): void;
}

/** A manager. `new mg_mgr()`, then `mg_mgr_init`. */
export class mg_mgr {
  user_data: unknown = null;
  readonly #connections = new Set<Managed>();
  readonly #due: (() => void)[] = [];
  readonly #polls: "by-itself" | "when-asked";
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(polls: "by-itself" | "when-asked" = "when-asked") {
    this.#polls = polls;
  }

  /** How many connections it has. */
  get size(): number {
    return this.#connections.size;
  }

  add(connection: Managed): void {
    this.#connections.add(connection);
    if (this.#polls === "by-itself") {
      this.#timer ??= setInterval(() => this.#pollAll(), mongooseLimits.pollMs.value).unref();
    }
  }

  delete(connection: Managed): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Runs a delivery when events are due: now, or in the next poll. Whether it ran now. */
  deliver(task: () => void): boolean {
    if (this.#polls === "by-itself") {
      task();
      return true;
    }
    this.#due.push(task);
    this.#wake?.();
    return false;
  }

  /** One round: MG_EV_POLL to everybody, then what has happened, waiting for it as long as was said. */
  async poll(limitMs: number): Promise<number> {
    if (this.#polls === "when-asked") this.#pollAll();
    if (this.#due.length === 0) await this.#wait(limitMs);
    // One by one: where a handler throws, the others' deliveries are still due.
    for (let left = this.#due.length; left > 0; left--) this.#due.shift()?.();
    return nowSeconds();
  }

  free(): void {
    for (const connection of Array.from(this.#connections)) connection.onManagerFreed();
    for (const task of this.#due.splice(0)) task(); // What they were about is closed, and they see that.
  }

  #pollAll(): void {
    for (const connection of Array.from(this.#connections)) connection.onPoll(nowSeconds());
  }

  async #wait(limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(limitMs, longestDelayMs));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

/** The longest delay a timer takes (Node's TIMEOUT_MAX). */
export const longestDelayMs = 2_147_483_647;

/** Prepares a manager. In C it fills the structure; here it keeps `user_data`. */
export function mg_mgr_init(mgr: mg_mgr, user_data: unknown = null): void {
  mgr.user_data = user_data;
}

/** Delivers MG_EV_POLL and whatever is due, waiting for it up to `ms`; the time, in seconds since 1970. */
export function mg_mgr_poll(mgr: mg_mgr, ms: number): Promise<number> {
  return mgr.poll(ms);
}

/** Closes every connection of a manager; each gets its MG_EV_CLOSE. */
export function mg_mgr_free(mgr: mg_mgr): void {
  mgr.free();
}

const global = new mg_mgr("by-itself");

/** The one manager of Mongoose OS, which is polled by itself. */
export function mgos_get_mgr(): mg_mgr {
  return global;
}

/** Seconds since 1970, with a fraction. */
export function mg_time(): number {
  return Date.now() / 1000;
}

function nowSeconds(): number {
  return Math.floor(mg_time());
}
