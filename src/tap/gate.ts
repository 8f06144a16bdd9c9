/**
 * Holds back what a client says after its ClientHello: its certificate is in it, and the server has not been judged yet.
 *
 * In TLS 1.3 the client's side of the handshake is over before any of that is sent; in TLS 1.2 and below the server's
 * certificates have come in the clear. So whoever judges them needs nothing of what is held.
 */
export class Gate {
  #kept: Buffer = Buffer.alloc(0);
  /** Bytes of the record on its way that are still to go. */
  #left = 0;
  #state: "hellos" | "holding" | "open" = "hellos";

  get isHolding(): boolean {
    return this.#state === "holding";
  }

  /** What of these bytes, and of those before, may go now. */
  pass(chunk: Buffer): Buffer {
    if (this.#state === "open") return chunk;
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    let at = 0;
    while (this.#state === "hellos") {
      const step = Math.min(this.#left, bytes.length - at);
      at += step;
      this.#left -= step;
      if (bytes.length - at < headBytes) break;
      if (isHarmless(bytes, at)) this.#left = recordHeaderBytes + bytes.readUInt16BE(at + 3);
      else this.#state = "holding";
    }
    this.#kept = bytes.subarray(at);
    return bytes.subarray(0, at);
  }

  /** Everything that was kept; from now on nothing is. */
  open(): Buffer {
    this.#state = "open";
    const kept = this.#kept;
    this.#kept = Buffer.alloc(0);
    return kept;
  }
}

/** RFC 8446 §5.1. */
const recordHeaderBytes = 5;
/** A record's header, and the type of the message in it. */
const headBytes = recordHeaderBytes + 1;
const handshakeRecord = 22;
const clientHello = 1;
/** change_cipher_spec and alert. */
const plainRecords: readonly number[] = [20, 21];

/** Whether a record can carry no certificate. */
function isHarmless(bytes: Buffer, at: number): boolean {
  const type = bytes[at] ?? 0;
  return plainRecords.includes(type) || (type === handshakeRecord && bytes[at + 5] === clientHello);
}
