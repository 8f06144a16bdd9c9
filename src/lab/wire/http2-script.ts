/**
 * Plays a script of frames to a client that has agreed to HTTP/2. What the client sends is followed as far as a script
 * needs it: RFC 9113 §3.4, §4, §6. Its fields are not looked at.
 */
import type { TLSSocket } from "node:tls";
import { concatBytes } from "../../core/index.ts";
import { http2FrameLimit } from "../limits.ts";
import { flags, frame, headerBytes, octets, ping, settings, types, windowUpdate } from "./http2-frames.ts";

/** Answers a connection on which h2 was agreed (RFC 7301); `count`: the site's connections so far, this one included. */
export type Http2 = (socket: TLSSocket, count: number) => void;

/** What a server says, and when. */
export interface Script {
  /** What it begins with; SETTINGS without an entry when left out. */
  readonly opening?: Uint8Array;
  /** It closes the connection when the client has begun. */
  readonly closesAtOnce?: true;
  /** What it says to a request that is there whole, or, if `answersEarly`, whose head is. */
  readonly onRequest?: (wire: Http2Wire, stream: number) => void;
  readonly answersEarly?: true;
  /** It never opens a window again after what was sent (RFC 9113 §6.9). */
  readonly keepsWindows?: true;
  /** It never answers a PING (RFC 9113 §6.7). */
  readonly ignoresPings?: true;
  /** Each octet goes into a TLS record of its own. */
  readonly trickles?: true;
}

/** The way back to the client. */
export interface Http2Wire {
  /** Sends frames, in one write. */
  send(...frames: readonly Uint8Array[]): void;
  /** Closes the connection, behind what was sent; nothing is sent from then on. */
  close(): void;
}

/** Plays a script, or the one that is chosen for a connection. */
export function plays(script: Script | ((count: number) => Script)): Http2 {
  return (socket, count) => {
    new ScriptedServer(socket, typeof script === "function" ? script(count) : script).begin();
  };
}

/** RFC 9113 §3.4. */
const preface = octets("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

class ScriptedServer {
  readonly #socket: TLSSocket;
  readonly #script: Script;
  readonly #wire: Http2Wire;
  /** Octets that wait for those before them: TLS makes one record of what is written while it is busy. */
  #unsent: Uint8Array = new Uint8Array(0);
  #isTrickling = false;
  #hasPreface = false;
  #bytes: Buffer = Buffer.alloc(0);
  /** Whether the request ends with the header block that goes on in CONTINUATION. */
  #endsWithBlock = false;

  constructor(socket: TLSSocket, script: Script) {
    this.#socket = socket;
    this.#script = script;
    this.#wire = {
      send: (...frames) => this.#send(concatBytes(frames)),
      close: () => void socket.end(),
    };
  }

  begin(): void {
    this.#socket.on("error", () => undefined); // What a client under test breaks off is its own to report.
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#wire.send(this.#script.opening ?? settings());
  }

  #send(bytes: Uint8Array): void {
    if (this.#script.trickles === true) {
      this.#unsent = concatBytes([this.#unsent, bytes]);
      if (!this.#isTrickling) this.#trickle();
    } else if (this.#socket.writable) this.#socket.write(bytes);
  }

  #trickle(): void {
    const octet = this.#unsent.subarray(0, 1);
    this.#isTrickling = octet.length > 0 && this.#socket.writable;
    if (!this.#isTrickling) return;
    this.#unsent = this.#unsent.subarray(1);
    this.#socket.write(octet, () => this.#trickle());
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (!this.#hasPreface && !this.#takePreface()) return;
    while (this.#bytes.length >= headerBytes) {
      const length = this.#bytes.readUIntBE(0, 3);
      if (length > http2FrameLimit.value) return void this.#socket.destroy();
      const end = headerBytes + length;
      if (this.#bytes.length < end) return;
      const type = this.#bytes.readUInt8(3);
      const set = this.#bytes.readUInt8(4);
      const stream = this.#bytes.readUInt32BE(5) & 0x7fff_ffff;
      const payload = this.#bytes.subarray(headerBytes, end);
      this.#bytes = this.#bytes.subarray(end);
      this.#takeFrame({ type, set, stream, payload });
    }
  }

  #takePreface(): boolean {
    if (this.#bytes.length < preface.length) return false;
    if (!this.#bytes.subarray(0, preface.length).equals(preface)) {
      this.#socket.destroy();
      return false;
    }
    this.#bytes = this.#bytes.subarray(preface.length);
    this.#hasPreface = true;
    if (this.#script.closesAtOnce === true) this.#wire.close();
    return true;
  }

  #takeFrame({ type, set, stream, payload }: TakenFrame): void {
    switch (type) {
      case types.settings:
        if ((set & flags.ack) === 0) this.#wire.send(frame(types.settings, { stream: 0, flags: flags.ack }));
        break;
      case types.ping:
        if ((set & flags.ack) === 0 && this.#script.ignoresPings !== true)
          this.#wire.send(ping(payload, true));
        break;
      case types.headers:
        this.#endsWithBlock = (set & flags.endStream) !== 0;
        this.#takeBlock(stream, set);
        break;
      case types.continuation:
        this.#takeBlock(stream, set);
        break;
      case types.data:
        // RFC 9113 §6.9: what was taken is given back.
        if (payload.length > 0 && this.#script.keepsWindows !== true)
          this.#wire.send(windowUpdate(0, payload.length), windowUpdate(stream, payload.length));
        if ((set & flags.endStream) !== 0 && this.#script.answersEarly !== true) this.#answer(stream);
        break;
      case types.goaway:
        this.#wire.close();
        break;
    }
  }

  #takeBlock(stream: number, set: number): void {
    if ((set & flags.endHeaders) !== 0 && (this.#endsWithBlock || this.#script.answersEarly === true))
      this.#answer(stream);
  }

  #answer(stream: number): void {
    this.#script.onRequest?.(this.#wire, stream);
  }
}

interface TakenFrame {
  readonly type: number;
  /** Its flags. */
  readonly set: number;
  readonly stream: number;
  readonly payload: Buffer;
}
