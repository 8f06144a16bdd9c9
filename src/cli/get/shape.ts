/** A body on its way to where it goes: the heads before it, how large it may be, how fast it is taken (--max-filesize, --limit-rate). */
import { setTimeout as delay } from "node:timers/promises";
import type { Response } from "../../client/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import type { InPlace } from "../frame/output-file.ts";
import type { GetFlags } from "./flags/table.ts";

type ShapeFlags = Pick<GetFlags, "maxFilesize" | "limitRate">;

export interface Shape {
  readonly flags: ShapeFlags;
  /** What is written before the body. */
  readonly before: readonly Uint8Array[];
  /** Nothing of the body is. */
  readonly isHeadOnly: boolean;
}

/** The body itself, where nothing is to be done with it. @throws CommandError for one that says that it is too large */
export function shapeBody(response: Response, shape: Shape): InPlace {
  const { flags, before, isHeadOnly } = shape;
  const { maxFilesize, limitRate } = flags;
  const length = response.headers.get("content-length");
  if (!isHeadOnly && maxFilesize !== undefined && Number(length ?? 0) > maxFilesize)
    throw tooLarge(maxFilesize);
  if (before.length === 0 && !isHeadOnly && maxFilesize === undefined && limitRate === undefined)
    return response;
  return new ShapedBody(response, shape);
}

class ShapedBody implements InPlace {
  readonly #response: Response;
  readonly #shape: Shape;
  readonly #startedAt = performance.now();
  #received = 0;

  constructor(response: Response, shape: Shape) {
    this.#response = response;
    this.#shape = shape;
  }

  async forEachChunk(fn: (chunk: Uint8Array) => unknown): Promise<void> {
    for (const head of this.#shape.before) await fn(head);
    if (this.#shape.isHeadOnly) return;
    await this.#response.forEachChunk((chunk) => {
      const pauseMs = this.#take(chunk);
      const taken = fn(chunk);
      return pauseMs <= 0 ? taken : Promise.resolve(taken).then(() => delay(pauseMs));
    });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    yield* this.#shape.before;
    if (this.#shape.isHeadOnly) return;
    for await (const chunk of this.#response) {
      const pauseMs = this.#take(chunk);
      yield chunk;
      if (pauseMs > 0) await delay(pauseMs);
    }
  }

  /** How long to wait until more is taken. */
  #take({ length }: Uint8Array): number {
    const { maxFilesize, limitRate } = this.#shape.flags;
    this.#received += length;
    if (maxFilesize !== undefined && this.#received > maxFilesize) throw tooLarge(maxFilesize);
    if (limitRate === undefined) return 0;
    return (this.#received * 1000) / limitRate - (performance.now() - this.#startedAt);
  }
}

function tooLarge(most: number): CommandError {
  return new CommandError(`The body is larger than --max-filesize lets through: ${most} bytes.`, {
    hint: "Raise it, or leave it out.",
    exitCode: exitCode.tooLarge,
  });
}
