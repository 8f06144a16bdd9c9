/** A relay that holds what comes for a while, each way: a server far away. It reorders nothing and drops nothing. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface RelaySettings {
  /** The server's port on the loopback. */
  readonly port: number;
  /** Half of a round trip. */
  readonly delayMs: number;
  /** What one direction of a connection holds before it reads no more. */
  readonly mostBytes?: number;
}

export interface Relay {
  readonly port: number;
  readonly stop: () => void;
}

/** 1.6 GB/s at 40 ms, which is more than loopback carries: what is under way is bounded by the ends' own windows. */
const usualMostBytes = 67_108_864;

export async function startDelayRelay(settings: RelaySettings): Promise<Relay> {
  const sockets = new Set<Socket>();
  const relay = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: "localhost", port: settings.port, allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.resetAndDestroy()).on("close", () => sockets.delete(from));
      const direction = new Direction(from, to, settings);
      from.on("data", (bytes) => direction.hold(bytes)).on("end", () => direction.hold(undefined));
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, "localhost", resolve));
  const stop = (): void => {
    relay.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (relay.address() as AddressInfo).port, stop };
}

interface Held {
  /** Without bytes it is the end. */
  readonly bytes: Buffer | undefined;
  readonly dueAt: number;
}

class Direction {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #delayMs: number;
  readonly #mostBytes: number;
  readonly #held: Held[] = [];
  /** Held, or passed on and not yet taken by the kernel. */
  #heldBytes = 0;

  constructor(from: Socket, to: Socket, { delayMs, mostBytes = usualMostBytes }: RelaySettings) {
    this.#from = from;
    this.#to = to;
    this.#delayMs = delayMs;
    this.#mostBytes = mostBytes;
  }

  hold(bytes: Buffer | undefined): void {
    const now = performance.now();
    this.#held.push({ bytes, dueAt: now + this.#delayMs });
    if (this.#held.length === 1) this.#wait(now);
    this.#heldBytes += bytes?.length ?? 0;
    if (this.#heldBytes >= this.#mostBytes) this.#from.pause();
  }

  /** A timer may come a moment early. */
  #passOn(): void {
    const now = performance.now();
    this.#to.cork();
    for (let first = this.#held[0]; first !== undefined && first.dueAt <= now; first = this.#held[0]) {
      this.#held.shift();
      const { bytes } = first;
      if (bytes === undefined) this.#to.end();
      else this.#to.write(bytes, () => this.#letGo(bytes.length));
    }
    this.#to.uncork();
    this.#wait(now);
  }

  #wait(now: number): void {
    const [first] = this.#held;
    if (first !== undefined) setTimeout(() => this.#passOn(), Math.ceil(first.dueAt - now));
  }

  #letGo(bytes: number): void {
    this.#heldBytes -= bytes;
    if (this.#heldBytes < this.#mostBytes) this.#from.resume();
  }
}
