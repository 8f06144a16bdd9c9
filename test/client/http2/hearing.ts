/** A server that says given octets, once a request has come, and hears what the client says to them. */
import { connect } from "node:net";
import type { TlsOptions } from "node:tls";
import { errorName } from "../../../src/http2/index.ts";
import { concatBytes } from "../../../src/core/index.ts";
import { openOrigin, type Origin } from "../origin.ts";
import { hearFrames } from "./hear-frames.ts";

/** The end of a stream or of the connection, in the client's words. */
export type Told = `${"GOAWAY" | "RST_STREAM"} ${string}`;

export interface Hearing extends Origin {
  /** What the client says first of an end; a connection that ends without a word is a failure. */
  readonly lastWord: Promise<Told>;
  /** When the head of its first request is there. */
  readonly asked: Promise<void>;
  /** What it acknowledged, in order. */
  readonly acknowledged: readonly string[];
}

export interface HearingOptions {
  readonly isTls: boolean;
  readonly tls?: TlsOptions;
  /** At once. */
  readonly opening: readonly Uint8Array[];
  /** When the head of a request is there. */
  readonly onRequest: readonly Uint8Array[];
}

export async function openHearing({ isTls, tls, opening, onRequest }: HearingOptions): Promise<Hearing> {
  const acknowledged: string[] = [];
  let settle!: { readonly resolve: (told: Told) => void; readonly reject: (error: Error) => void };
  const lastWord = new Promise<Told>((resolve, reject) => (settle = { resolve, reject }));
  let onAsked!: () => void;
  const asked = new Promise<void>((resolve) => (onAsked = resolve));
  const origin = await openOrigin(
    (socket) => {
      if (opening.length > 0) socket.write(concatBytes(opening));
      hearFrames(socket, {
        onHeaders: () => {
          socket.write(concatBytes(onRequest));
          onAsked();
        },
        onReset: (_, code) => settle.resolve(`RST_STREAM ${errorName(code)}`),
        onSettingsAck: () => acknowledged.push("SETTINGS"),
        onPing: (isAck, bytes, start) => {
          if (isAck) acknowledged.push(`PING ${Buffer.from(bytes.subarray(start, start + 8)).toString()}`);
        },
        onGoaway: (_, code) => settle.resolve(`GOAWAY ${errorName(code)}`),
      });
      socket.on("close", () => settle.reject(new Error("the connection ended without a word")));
    },
    { tls: isTls ? { ALPNProtocols: ["h2"], ...tls } : false },
  );
  // Where nothing is expected of it.
  lastWord.catch(() => {});
  return Object.assign(origin, { lastWord, asked, acknowledged });
}

/** Octets on their way to a port, and back. */
export interface Relay extends Origin {
  /** What the client sent. */
  readonly heard: readonly Uint8Array[];
  /** Whether it has said that nothing more comes. */
  readonly isEnded: boolean;
}

export async function openRelay(port: number): Promise<Relay> {
  const heard: Uint8Array[] = [];
  const state = { isEnded: false };
  const origin = await openOrigin(
    (socket) => {
      const onwards = connect(port, "127.0.0.1");
      onwards.on("error", () => {});
      socket.on("data", (bytes) => heard.push(bytes));
      socket.on("end", () => (state.isEnded = true));
      socket.pipe(onwards).pipe(socket);
    },
    { tls: false },
  );
  return {
    ...origin,
    heard,
    get isEnded() {
      return state.isEnded;
    },
  };
}

/** The content types of TLS records (RFC 5246 §6.2.1). */
export function recordTypes(pieces: readonly Uint8Array[]): readonly number[] {
  const bytes = Buffer.concat(pieces);
  const found: number[] = [];
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3))
    found.push(bytes.readUInt8(at));
  return found;
}
