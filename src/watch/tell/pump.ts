/**
 * Carries what is to be told from the store's outbox to the channels: lends, tells, settles.
 *
 * Q: What if it is killed between telling and settling? A: What was lent is lent again when its time is over, and told a
 * second time under the same key. Nothing is lost, and a receiver that keeps keys has nothing twice.
 * Q: What of a telling that is refused for good? A: It is settled as one that arrived, with a line in the log: there is
 * nothing left to do with it.
 */
import { messageOf, renderSpan } from "../../core/index.ts";
import type { LogLine, Log } from "../log-line.ts";
import type { AlertQuery, AlertRow, Store, Telling } from "../store/port.ts";
import type { Channel, Outcome } from "./channel.ts";
import { tellLimits } from "../limits.ts";

export interface PumpOptions {
  readonly store: Pick<Store, "lendTellings" | "settleTelling" | "alerts">;
  readonly channels: readonly Channel[];
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** From 0 to 1: spreads what is tried again. */
  readonly random: () => number;
  readonly log: Log;
}

export class Pump {
  readonly #options: PumpOptions;
  readonly #stopping = new AbortController();
  /** Ends what is being sent when the watch has waited for it long enough. */
  readonly #sending = new AbortController();
  readonly #wakers = new Set<() => void>();
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = Promise.all(this.#options.channels.map((channel) => this.#run(channel)));
  }

  /** There is something to tell: nobody has to wait until the pump looks by itself. */
  wake(): void {
    for (const waker of this.#wakers) waker();
  }

  /** Lets what is being sent come to its end, for a while. The rest is in the store. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    const timer = setTimeout(() => this.#sending.abort(), tellLimits.stopMs.value);
    await this.#running;
    clearTimeout(timer);
  }

  /** Tells everything that is due, for whoever ends afterwards. What is not taken is due again later. */
  async drain(): Promise<void> {
    const empty = async (channel: Channel): Promise<void> => {
      while ((await this.round(channel)) > 0);
    };
    await Promise.all(this.#options.channels.map(empty));
  }

  /** Tells what is due, once, and returns how many there were. */
  async round(channel: Channel): Promise<number> {
    const { store, clock } = this.#options;
    const now = clock();
    const tellings = await store.lendTellings({
      channel: channel.name,
      now,
      lentUntilAt: now + tellLimits.lendMs.value,
      limit: channel.most,
    });
    if (tellings.length === 0) return 0;
    const outcomes = await this.#tell(channel, tellings);
    /** Alerts of which something is told later: what follows has to wait for it. */
    const waiting = new Map<string, number>();
    for (const [index, telling] of tellings.entries()) {
      const outcome = outcomes[index] ?? {
        kind: "again",
        reason: "The channel did not say what came of it.",
      };
      await this.#settle(telling, outcome, waiting);
    }
    return tellings.length;
  }

  /** Tells a receiver that forgets what is open, then what closed lately. */
  async remind({ name, remind, most }: Channel): Promise<void> {
    if (remind === undefined) return;
    const closedAfter = this.#options.clock() - remind.closedForMs;
    const states = ["open", "closed"] as const;
    for (const state of states) {
      for await (const rows of this.#alerts({ state, limit: most })) {
        const some = rows.filter(({ alert }) => (alert.closedAt ?? Infinity) >= closedAfter);
        const reason = some.length === 0 ? undefined : await remind.again(some, this.#deadline());
        if (reason !== undefined) this.#say("warning", "reminder-failed", { channel: name })(reason);
        // The newest come first.
        if (reason !== undefined || some.length < rows.length) break;
      }
    }
  }

  async #run(channel: Channel): Promise<void> {
    let remindAt = 0;
    while (!this.#stopping.signal.aborted) {
      let more = false;
      try {
        if (channel.remind !== undefined && this.#options.clock() >= remindAt) {
          remindAt = this.#options.clock() + channel.remind.everyMs;
          await this.remind(channel);
        }
        more = (await this.round(channel)) === channel.most;
      } catch (error) {
        this.#say("error", "telling-stopped", { channel: channel.name })(
          `Nothing can be told at the moment: ${messageOf(error)}`,
        );
      }
      if (!more) await this.#pause(channel);
    }
  }

  /** Until somebody wakes it, or it is time to look; what gathers waits for more. */
  async #pause({ gatherMs }: Channel): Promise<void> {
    await this.#wait(Math.max(tellLimits.lookMs.value, gatherMs), gatherMs === 0);
  }

  #wait(ms: number, isWoken: boolean): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        if (!isWoken && !this.#stopping.signal.aborted) return;
        clearTimeout(timer);
        finish();
      };
      const finish = (): void => {
        this.#wakers.delete(end);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.#wakers.add(end);
    });
  }

  async #tell(channel: Channel, tellings: readonly Telling[]): Promise<readonly Outcome[]> {
    try {
      return await channel.tell(tellings, this.#deadline());
    } catch (error) {
      const reason = messageOf(error);
      return tellings.map(() => ({ kind: "again", reason }));
    }
  }

  #deadline(): AbortSignal {
    return AbortSignal.any([this.#sending.signal, AbortSignal.timeout(tellLimits.sendMs.value)]);
  }

  async #settle(telling: Telling, outcome: Outcome, waiting: Map<string, number>): Promise<void> {
    const { store, clock, random } = this.#options;
    const { key, channel, alert, tries, queuedAt } = telling;
    const now = clock();
    const heldUntilAt = waiting.get(alert.id);
    if (outcome.kind === "told") return store.settleTelling(key, channel, { kind: "told", at: now });
    const { reason } = outcome;
    if (outcome.kind === "refused" || now - queuedAt > tellLimits.tellForMs.value) {
      this.#say("error", "telling-refused", { channel, key })(`An alert is not told any more: ${reason}`);
      return store.settleTelling(key, channel, { kind: "told", at: now });
    }
    const afterMs = Math.max(pauseBefore(tries, random()), outcome.afterMs ?? 0);
    const at = Math.max(now + Math.min(afterMs, tellLimits.longestAgainMs.value), heldUntilAt ?? 0);
    waiting.set(alert.id, at);
    this.#say("warning", "telling-again", { channel, key })(
      `An alert is told again in ${renderSpan(at - now)}: ${reason}`,
    );
    return store.settleTelling(key, channel, { kind: "again", at, reason });
  }

  async *#alerts(query: Pick<AlertQuery, "state" | "limit">): AsyncGenerator<readonly AlertRow[]> {
    let after: string | undefined;
    do {
      const { rows, next } = await this.#options.store.alerts({ ...query, after });
      if (rows.length > 0) yield rows;
      after = next;
    } while (after !== undefined);
  }

  #say(
    level: LogLine["level"],
    event: string,
    facts: { readonly channel: string; readonly key?: string },
  ): (sentence: string) => void {
    return (sentence) => this.#options.log({ level, event, sentence, facts: { ...facts } });
  }
}

/** Twice as long each time, from half of it to all of it, so that many do not come back at one moment. */
export function pauseBefore(tries: number, random: number): number {
  const { firstAgainMs, longestAgainMs } = tellLimits;
  const longest = Math.min(longestAgainMs.value, firstAgainMs.value * 2 ** Math.min(tries, 30));
  return longest * (0.5 + random / 2);
}
