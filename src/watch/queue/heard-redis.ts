/**
 * ioredis' connection, which says of each answer that there was one, and ends a connection that says nothing to what it was asked: a
 * peer that went away without a word is noticed so, and the connection is made anew. BullMQ's own connections are duplicates of it.
 */
import type { Command, Redis, RedisOptions } from "ioredis";
import { workLimits } from "../limits.ts";
import { withoutPolicy } from "./redis-server.ts";

type Sent = Parameters<Redis["sendCommand"]>;

/** What is heard of says of itself what BullMQ does not get to read. */
export interface HeardRedis extends Redis {
  fullInfo(): Promise<string>;
}

/** `Base` is ioredis' class, which is loaded when it is needed. */
export function heardRedis(Base: typeof Redis, settings: RedisOptions, onAnswer: () => void): HeardRedis {
  const silentMs = workLimits.silentMs.value;
  class Heard extends Base {
    /** What was asked on this connection and has no answer. */
    readonly #asked = new Set<Command>();
    #heardAt = 0;
    #timer: NodeJS.Timeout | undefined;

    constructor(options: RedisOptions) {
      super(options);
      this.on("connect", () => {
        this.#heardAt = performance.now();
        clearInterval(this.#timer);
        this.#timer = setInterval(() => this.#listen(), silentMs / 4).unref();
      });
      this.on("close", () => {
        this.#asked.clear();
        clearInterval(this.#timer);
      });
    }

    override sendCommand(...sent: Sent): unknown {
      const [command] = sent;
      if (this.#asked.size === 0) this.#heardAt = performance.now();
      this.#asked.add(command);
      void command.promise.then(
        () => {
          onAnswer();
          this.#answered(command);
        },
        () => this.#answered(command),
      );
      return super.sendCommand(...sent);
    }

    /** All that the server says of itself. */
    fullInfo(): Promise<string> {
      return super.info();
    }

    /** What BullMQ gets to read of it. ioredis itself asks with a callback. */
    override info(...args: readonly unknown[]): Promise<string> {
      if (args.length > 0) return super.info(...(args as []));
      return this.fullInfo().then(withoutPolicy);
    }

    override duplicate(override?: Partial<RedisOptions>): Redis {
      return new Heard({ ...this.options, ...override });
    }

    #answered(command: Command): void {
      this.#heardAt = performance.now();
      this.#asked.delete(command);
    }

    #listen(): void {
      if (this.#asked.size === 0 || performance.now() - this.#heardAt < silentMs) return;
      clearInterval(this.#timer);
      const silence = new Error(`It said nothing for ${silentMs} ms.`);
      if (this.listenerCount("error") > 0) this.emit("error", Object.assign(silence, { code: "ETIMEDOUT" }));
      this.disconnect(true);
    }
  }
  return new Heard(settings);
}
