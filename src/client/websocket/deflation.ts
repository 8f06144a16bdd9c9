/**
 * Messages compressed and decompressed as permessage-deflate has it: RFC 7692 §7.2. zlib is Node's. Between two messages nothing of
 * zlib's is kept: the context that they share is the end of what was in them, and goes in as a dictionary.
 */
import { constants as bufferConstants } from "node:buffer";
import { promisify } from "node:util";
import { constants, deflateRaw, deflateRawSync, inflateRawSync, type ZlibOptions } from "node:zlib";
import type { DeflateAgreed } from "../../websocket/index.ts";
import { clientLimits } from "../limits.ts";

/** What came of decompressing a message: how it cannot be, or its bytes. */
export type Inflated =
  { readonly ok: true; readonly data: Uint8Array } | { readonly ok: false; readonly isTooLarge: boolean };

/** What a sender leaves away at the end of a message (§7.2.1). */
const tail = Buffer.of(0x00, 0x00, 0xff, 0xff);
/** zlib's smallest window. It refers back 250 bytes at most with that, which a window of 8 bits holds, too. */
const smallestBits = 9;
/** The largest that there is: no sender refers back further (§7.1.2). */
const largestWindowBytes = 2 ** 15;

const deflateLater = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw);

export class Deflation {
  readonly #agreed: DeflateAgreed;
  readonly #received: Context;
  readonly #sent: Context;

  constructor(agreed: DeflateAgreed) {
    this.#agreed = agreed;
    this.#received = new Context(agreed.serverKeepsContext ? 2 ** agreed.serverWindowBits : 0);
    this.#sent = new Context(agreed.clientKeepsContext ? 2 ** agreed.clientWindowBits : 0);
  }

  /** The bytes of a message, of which no more than `limitBytes` are ever held. */
  inflate(payload: Uint8Array, limitBytes: number): Inflated {
    const parts: Buffer[] = [];
    let size = 0;
    let rest: Buffer = Buffer.concat([payload, tail]);
    while (rest.length > 0) {
      // Each costs as much as a message: somebody could send millions of empty ones in one.
      if (parts.length > clientLimits.websocketDeflateParts.value) return { ok: false, isTooLarge: false };
      const step = inflateSome(rest, this.#received.after(parts), limitBytes - size);
      if (typeof step === "boolean") return { ok: false, isTooLarge: step };
      parts.push(step.data);
      size += step.data.length;
      // A block may say that it is the last, and others follow (§7.2.3.4).
      if (step.taken === 0) break;
      rest = rest.subarray(step.taken);
    }
    const [first = Buffer.alloc(0)] = parts;
    const data = parts.length === 1 ? first : Buffer.concat(parts, size);
    this.#received.add(data);
    return { ok: true, data };
  }

  /** Whether a message is compressed: a short one gains nothing by itself. */
  isWorth(size: number): boolean {
    return size >= (this.#agreed.clientKeepsContext ? 1 : clientLimits.websocketDeflateBytes.value);
  }

  /** A message in its compressed form; `undefined` where that is not shorter. A long one is compressed beside the program, and has to stay as it is until then. */
  deflate(bytes: Uint8Array): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const options = this.#optionsNow();
    if (!isLong(bytes)) return this.#shorterOf(bytes, deflateRawSync(bytes, options));
    return deflateLater(bytes, options).then((made) => this.#shorterOf(bytes, made));
  }

  #optionsNow(): ZlibOptions {
    return {
      finishFlush: constants.Z_SYNC_FLUSH,
      windowBits: Math.max(smallestBits, this.#agreed.clientWindowBits),
      ...dictionaryOf(this.#sent.bytes),
    };
  }

  /** A message that goes out as it is leaves the context as it was. */
  #shorterOf(bytes: Uint8Array, made: Buffer): Uint8Array | undefined {
    const compressed = made.subarray(0, made.length - tail.length);
    if (compressed.length >= bytes.length) return undefined;
    this.#sent.add(bytes);
    return compressed;
  }
}

/** Whether a message is compressed beside the program. */
export function isLong({ length }: Uint8Array): boolean {
  return length > clientLimits.websocketDeflateNowBytes.value;
}

/** The end of what went one way, which later messages refer back to. */
class Context {
  readonly #limitBytes: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** With parts of a message that is not over. */
  after(parts: readonly Buffer[]): Buffer {
    return parts.length === 0
      ? this.#bytes
      : Buffer.concat([this.#bytes, ...parts]).subarray(-largestWindowBytes);
  }

  add(message: Uint8Array): void {
    const most = this.#limitBytes;
    if (most === 0 || message.length === 0) return;
    const kept = Math.max(0, most - message.length);
    // A copy: the message is somebody else's by then.
    this.#bytes = Buffer.concat([
      this.#bytes.subarray(Math.max(0, this.#bytes.length - kept)),
      message.subarray(Math.max(0, message.length - most)),
    ]);
  }
}

interface Step {
  readonly data: Buffer;
  /** Octets of the input that it came from. */
  readonly taken: number;
}

/** Up to the end of the input, or of a last block; whether it is too large where it fails. */
function inflateSome(input: Buffer, context: Buffer, limitBytes: number): Step | boolean {
  // zlib takes no limit of 0.
  const maxOutputLength = Math.min(Math.max(1, limitBytes), bufferConstants.MAX_LENGTH);
  try {
    const { buffer, engine } = inflateRawSync(input, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength,
      info: true,
      ...dictionaryOf(context),
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
    return (limitBytes < 1 && buffer.length > 0) || { data: buffer, taken: engine.bytesWritten };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
  }
}

function dictionaryOf(context: Buffer): Pick<ZlibOptions, "dictionary"> {
  return context.length === 0 ? {} : { dictionary: context };
}
