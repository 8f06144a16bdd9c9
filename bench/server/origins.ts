/** Where the server listens, and what it has under which path. */

export interface Origins {
  /** `nginx 1.22.1`, or Node's. */
  readonly server: string;
  /** Connections are kept. */
  readonly kept: string;
  /** Closed after each answer, and no session can be resumed. */
  readonly cold: string;
  /** Closed after each answer; sessions are resumed. */
  readonly resumable: string;
  /** Speaks HTTP/2 and nothing else; connections are kept. The others speak HTTP/1.1 and nothing else. */
  readonly http2: string;
  /** The same, 40 ms away. */
  readonly http2Far: string;
  /** Takes CONNECT. */
  readonly proxy: string;
  /** The length of the answer at `smallPath`, more or less: connections are numbered. */
  readonly smallBytes: number;
}

/** Where a request can go. */
export type OriginName = "kept" | "cold" | "resumable" | "http2" | "http2Far";

/** A server that is up; its version, its proxy and its relay come from elsewhere. */
export interface Started extends Omit<Origins, "http2Far" | "proxy" | "server"> {
  readonly stop: () => Promise<void>;
}

/** JSON: a greeting, the connection's number, and `r` if its TLS session was resumed. */
export const smallPath = "/small";

/** Takes a PUT and reads all of it before it answers. */
export const uploadPath = "/upload";

/** Zeros, so many. */
export function sizedPath(bytes: number): string {
  return `/${bytes}.bin`;
}

/** How many zeros a path asks for; 0 for another one. */
export function sizeOf(path: string): number {
  return Number(/^\/(\d+)\.bin$/.exec(path)?.[1] ?? 0);
}

const zeros = Buffer.alloc(65_536);

export function* zerosOf(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += zeros.length) yield zeros.subarray(0, bytes - sent);
}
