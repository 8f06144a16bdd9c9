/**
 * pg's client as the connection of a pool, whoever takes it out: what it says of its end is never unheard, and one that could not be
 * made is ended.
 *
 * Node ends a process in which an error is heard by nobody. Nobody hears a connection while it is made, in the moment after that, nor
 * when the pool has given it to somebody who only waits for what he asks; and BullMQ leaves off to hear one that it closes. A
 * database that ends says so on each of its connections (SQLSTATE 57P01), in whichever moment that is.
 */
import type { Client } from "pg";

type Told = ((error: Error) => void) | ((error: null, client: Client) => void);

/** `Base` is pg's class, which is loaded when it is needed. */
export function poolClient(Base: typeof Client): typeof Client {
  class PoolClient extends Base {
    #unheard: Error | undefined;

    override emit(event: string | symbol, ...what: readonly unknown[]): boolean {
      if (event !== "error" || this.listenerCount("error") > 0) return super.emit(event, ...what);
      // The first says why; whatever was asked fails by itself.
      this.#unheard ??= what[0] instanceof Error ? what[0] : new Error(String(what[0]));
      return false;
    }

    /** Whoever begins to hear it is told of an end that there was before: a pool, and BullMQ, take it for alive otherwise. */
    override on(...[event, listener]: Parameters<Client["on"]>): this {
      super.on(event, listener);
      const error = this.#unheard;
      if (event !== "error" || error === undefined) return this;
      this.#unheard = undefined;
      setImmediate(() => this.emit("error", error));
      return this;
    }

    /**
     * pg leaves a connection open on which it could not answer the server, such as one that asks for a password that it has not: it would
     * keep the process for as long as the server waits.
     */
    override connect(): Promise<Client>;
    override connect(told: Told): void;
    override connect(told?: Told): Promise<Client> | undefined {
      if (told === undefined) return super.connect();
      super.connect((error: Error | null) => {
        if (error instanceof Error) void this.end();
        (told as (error: Error | null, client: Client) => void)(error, this);
      });
      return undefined;
    }
  }
  return PoolClient;
}
