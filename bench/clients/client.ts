/** What every client is measured by: the same four calls, made the way its own documentation makes them. */

export interface BenchClient {
  /** GET; the body parsed as JSON. */
  json(url: string): Promise<unknown>;
  /** GET; the whole body in memory. Gives its length. */
  bytes(url: string): Promise<number>;
  /** GET; the body read piece by piece and let go. Gives its length. */
  drain(url: string): Promise<number>;
  /** The same, each piece where it lies, for clients that can. */
  drainInPlace?(url: string): Promise<number>;
  /** PUT of a body whose length is not said. Gives the status. */
  upload(url: string, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  close(): Promise<void> | void;
}

/** Of a scenario; who can speak several is told, or finds out. */
export type Protocol = "http/1.1" | "h2";

export interface ClientSettings {
  /** PEM of the only root to believe. Every client verifies with it. */
  readonly ca: string;
  readonly protocol: Protocol;
  /** The most connections to the server. */
  readonly connections: number;
  /** The URL of a proxy to tunnel through. */
  readonly proxy: string | undefined;
}

export type OpenClient = (settings: ClientSettings) => BenchClient;

/** Idle connections are kept this long where a client would let them go sooner than a round lasts. */
export const keptIdleMs = 120_000;
