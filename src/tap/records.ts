/**
 * Keeps the TLS records of one direction as their bytes arrive: RFC 8446 §5.1, RFC 5246 §6.2.1.
 *
 * What is kept is bounded: the first records whole, and after them only the last small ones, so that an
 * alert behind a long answer is still there to be read. Every record counts, kept or not: the ordinal is
 * the sequence number of its protection (RFC 8446 §5.3).
 */
import { concatBytes, isTlsRecord } from "../core/index.ts";
import type { TapLimits } from "./limits.ts";

export const changeCipherSpec = 20;
export const alert = 21;
export const handshake = 22;
export const applicationData = 23;

export interface TlsRecord {
  readonly type: number;
  readonly version: number;
  readonly payload: Uint8Array;
  /** How many records other than ChangeCipherSpec stand before it in its direction. */
  readonly ordinal: number;
  /** How many chunks of both directions had passed when it was complete: orders records of both. */
  readonly turn: number;
}

const headerBytes = 5;
/** How much of what came first is kept as it came: for a peer that speaks no TLS. */
const keptFirstBytes = 512;
const noBytes = new Uint8Array(0);

export class RecordLog {
  readonly #limits: TapLimits;
  readonly #kept: TlsRecord[] = [];
  readonly #late: TlsRecord[] = [];
  #keptBytes = 0;
  /** Set by the first record there was no room for: from then on only small ones are kept, as late ones. */
  #full = false;
  #ordinal = 0;
  #bytes = 0;
  #first: Uint8Array = noBytes;
  #strangeAtBytes: number | undefined;
  #header: Uint8Array = noBytes;
  #body: Uint8Array[] = [];
  #bodyKept = false;
  #bodyLeft = 0;
  #leftOut = 0;

  constructor(limits: TapLimits) {
    this.#limits = limits;
  }

  /** Bytes that passed, kept or not. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The first bytes, at most 512. */
  get first(): Uint8Array {
    return this.#first;
  }

  /** Where bytes stood that begin no TLS record; what followed them was counted only. */
  get strangeAtBytes(): number | undefined {
    return this.#strangeAtBytes;
  }

  /** Complete records that were not kept. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** The first complete records, as far as the limits went. */
  get kept(): readonly TlsRecord[] {
    return this.#kept;
  }

  /** The last small records behind those; others stood between them. */
  get late(): readonly TlsRecord[] {
    return this.#late;
  }

  /** The record that had begun and not ended: how much of its header and payload is there. */
  get unfinished(): { readonly haveBytes: number; readonly wantBytes: number | undefined } | undefined {
    if (this.#header.length === 0 || this.#strangeAtBytes !== undefined) return undefined;
    if (this.#header.length < headerBytes) return { haveBytes: this.#header.length, wantBytes: undefined };
    const wantBytes = headerBytes + payloadLength(this.#header);
    return { haveBytes: wantBytes - this.#bodyLeft, wantBytes };
  }

  /** Takes a chunk; `turn` is its place among those of both directions. */
  push(chunk: Uint8Array, turn: number): void {
    if (this.#first.length < keptFirstBytes) {
      this.#first = concatBytes([this.#first, chunk.subarray(0, keptFirstBytes - this.#first.length)]);
    }
    const before = this.#bytes;
    this.#bytes += chunk.length;
    let at = 0;
    while (at < chunk.length && this.#strangeAtBytes === undefined) {
      at += this.#header.length < headerBytes ? this.#takeHeader(chunk, at) : this.#takeBody(chunk, at);
      if (!isTlsRecord(this.#header)) this.#strangeAtBytes = before + at - this.#header.length;
      else if (this.#header.length === headerBytes && this.#bodyLeft === 0) this.#finish(turn);
    }
  }

  #takeHeader(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + headerBytes - this.#header.length);
    this.#header = concatBytes([this.#header, part]);
    if (this.#header.length === headerBytes) {
      this.#bodyLeft = payloadLength(this.#header);
      if (!this.#hasRoom(headerBytes + this.#bodyLeft)) this.#full = true;
      this.#bodyKept = !this.#full || this.#bodyLeft <= this.#limits.smallRecordBytes;
    }
    return part.length;
  }

  #takeBody(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + this.#bodyLeft);
    // A copy: Node may reuse the buffer once it has been passed on.
    if (this.#bodyKept) this.#body.push(new Uint8Array(part));
    this.#bodyLeft -= part.length;
    return part.length;
  }

  #finish(turn: number): void {
    const [type = 0, major = 0, minor = 0] = this.#header;
    if (this.#bodyKept) {
      const payload = concatBytes(this.#body);
      this.#keep({ type, version: major * 256 + minor, payload, ordinal: this.#ordinal, turn });
    } else this.#leftOut++;
    if (type !== changeCipherSpec) this.#ordinal++;
    this.#header = noBytes;
    this.#body = [];
  }

  #hasRoom(cost: number): boolean {
    return this.#keptBytes + cost <= this.#limits.recordedBytes && this.#kept.length < this.#limits.records;
  }

  #keep(record: TlsRecord): void {
    if (!this.#full) {
      this.#kept.push(record);
      this.#keptBytes += headerBytes + record.payload.length;
      return;
    }
    this.#late.push(record);
    if (this.#late.length <= this.#limits.lateRecords) return;
    this.#late.shift();
    this.#leftOut++;
  }
}

function payloadLength(header: Uint8Array): number {
  return (header[3] ?? 0) * 256 + (header[4] ?? 0);
}
