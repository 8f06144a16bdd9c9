/** Puts handshake messages together from the records that carry them: RFC 8446 §5.1, RFC 5246 §6.2.1. */
import { concatBytes } from "../core/index.ts";

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
  /** Of the records that carried a part of it, headers included. */
  readonly recordBytes: number;
}

const headerBytes = 4;

export class HandshakeAssembler {
  readonly #limitBytes: number;
  #parts: Uint8Array[] = [];
  #have = 0;
  #want = headerBytes;
  #recordBytes = 0;
  #tooLongBytes: number | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The length of a message past the limit; what follows its beginning is not read. */
  get tooLongBytes(): number | undefined {
    return this.#tooLongBytes;
  }

  /** The message that has begun and not ended. */
  get pending():
    | {
        readonly type: number | undefined;
        readonly haveBytes: number;
        readonly wantBytes: number | undefined;
      }
    | undefined {
    if (this.#have === 0 || this.#tooLongBytes !== undefined) return undefined;
    const wantBytes = this.#have < headerBytes ? undefined : this.#want;
    return { type: this.#parts[0]?.[0], haveBytes: this.#have, wantBytes };
  }

  /** Takes the content of one record; returns the messages it completes. */
  push(content: Uint8Array, recordBytes: number): HandshakeMessage[] {
    const complete: HandshakeMessage[] = [];
    if (this.#tooLongBytes !== undefined) return complete;
    if (content.length > 0) this.#parts.push(content);
    this.#have += content.length;
    this.#recordBytes += recordBytes;
    while (this.#have >= this.#want) {
      const bytes = this.#joined();
      if (this.#want === headerBytes) {
        const length = ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
        if (length > this.#limitBytes) {
          this.#tooLongBytes = length;
          return complete;
        }
        this.#want = headerBytes + length;
        if (length > 0) continue;
      }
      complete.push(this.#shift(bytes, recordBytes));
    }
    return complete;
  }

  #joined(): Uint8Array {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] ?? concatBytes([])) : concatBytes(this.#parts);
    this.#parts = [bytes];
    return bytes;
  }

  #shift(bytes: Uint8Array, recordBytes: number): HandshakeMessage {
    const body = bytes.subarray(headerBytes, this.#want);
    const message = { type: bytes[0] ?? 0, body, recordBytes: this.#recordBytes };
    const left = bytes.subarray(this.#want);
    this.#parts = left.length > 0 ? [left] : [];
    this.#have = left.length;
    this.#want = headerBytes;
    // What is left came in the last record.
    this.#recordBytes = left.length > 0 ? recordBytes : 0;
    return message;
  }
}
