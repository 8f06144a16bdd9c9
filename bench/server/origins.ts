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
  /** Takes CONNECT. */
  readonly proxy: string;
  /** The length of the answer at `smallPath`, more or less: connections are numbered. */
  readonly smallBytes: number;
}

/** A server that is up; its version and its proxy come from elsewhere. */
export interface Started extends Omit<Origins, "proxy" | "server"> {
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
