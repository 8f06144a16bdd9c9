/** What a connection is given by those who keep it: whom it tells of its life, and how it reads. */
import type { ReaderLimits, Tolerance } from "../../http1/index.ts";
import type { Call } from "./call.ts";

/** Who keeps connections of a class. */
export interface ConnectionOwner<C> {
  /** It can carry another request. */
  onIdle(connection: C): void;
  /** It may be able to carry another behind those it has. */
  onRoom(): void;
  /** It will carry no other, and why; in words, for reports. */
  onRetired(connection: C, reason: string): void;
  /** It is over, after it was retired. */
  onClosed(connection: C): void;
  /** A request that it took and never sent: another connection has to. */
  onUnsent(call: Call): void;
}

/** How it reads answers, and how many requests it sends ahead of them. */
export interface ConnectionOptions {
  readonly limits: Partial<ReaderLimits> | undefined;
  readonly allow: readonly Tolerance[] | undefined;
  readonly pipelining: number;
  /** How long a peer on HTTP/2 may say nothing before it is asked whether it is there, in milliseconds. */
  readonly pingMs: number;
}
