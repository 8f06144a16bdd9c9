/** A tunnel within a connection of HTTP/2 as a stream of Node's: what is written goes out as the windows let it, and what nobody reads shuts them. */
import { Duplex } from "node:stream";
import { clientLimits } from "../limits.ts";

/** What a tunnel's stream does for those who use it as one of Node's. */
export interface TunnelPorts {
  /** `false`: some of it waits, and `onWritable` is called when it has gone. */
  write(bytes: Uint8Array, isLast: boolean): boolean;
  /** There is room again for what comes. */
  resume(): void;
  /** Nobody wants it any more (RFC 8441 §5: CANCEL is what a reset of TCP is). */
  cancel(): void;
}

const nothing = new Uint8Array(0);
const highWaterMark = clientLimits.websocketQueuedBytes.value;

export class TunnelStream extends Duplex {
  readonly #ports: TunnelPorts;
  #onWritten: (() => void) | undefined;

  constructor(ports: TunnelPorts) {
    super({ highWaterMark });
    this.#ports = ports;
    // Whoever uses it may begin to listen later than it ends.
    this.on("error", () => {});
  }

  override _read(): void {
    this.#ports.resume();
  }

  override _write(bytes: Uint8Array, _encoding: string, onWritten: () => void): void {
    this.#hand(bytes, false, onWritten);
  }

  override _final(onWritten: () => void): void {
    this.#hand(nothing, true, onWritten);
  }

  override _destroy(error: Error | null, onDestroyed: (error: Error | null) => void): void {
    this.#ports.cancel();
    onDestroyed(error);
  }

  /** What was written has gone. */
  onWritable(): void {
    const onWritten = this.#onWritten;
    this.#onWritten = undefined;
    onWritten?.();
  }

  #hand(bytes: Uint8Array, isLast: boolean, onWritten: () => void): void {
    if (this.#ports.write(bytes, isLast)) onWritten();
    else this.#onWritten = onWritten;
  }
}
