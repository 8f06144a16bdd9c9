/**
 * What moves while a page is open: a stream of events that says "something changed", at most once in a while. The page
 * then asks for itself again; what changed is decided there, by one way of rendering.
 */
import type { ServerResponse } from "node:http";
import { headFor } from "./answer.ts";
import { pageLimits } from "./limits.ts";

/** Told whenever a visit was written down, or an alert changed. */
export interface Changes {
  /** Returns what ends it. */
  subscribe(listener: () => void): () => void;
}

export class LiveStreams {
  readonly #streams = new Set<ServerResponse>();
  readonly #end: () => void;
  readonly #beat: NodeJS.Timeout;
  #news: NodeJS.Timeout | undefined;
  #saidAt = -Infinity;

  constructor(changes: Changes) {
    this.#end = changes.subscribe(() => {
      this.#gather();
    });
    this.#beat = setInterval(() => {
      this.#say(": still here\n\n");
    }, pageLimits.beatMs.value).unref();
  }

  /** Whether there was room for one more. */
  open(response: ServerResponse): boolean {
    if (this.#streams.size >= pageLimits.streams.value) return false;
    response.writeHead(200, { ...headFor("text/event-stream; charset=utf-8"), "X-Accel-Buffering": "no" });
    response.write(`retry: ${pageLimits.newsMs.value}\n\n`);
    this.#streams.add(response);
    response.once("close", () => this.#streams.delete(response));
    return true;
  }

  close(): void {
    this.#end();
    clearInterval(this.#beat);
    clearTimeout(this.#news);
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  /** The first change is told at once, those that follow it closely together. */
  #gather(): void {
    if (this.#streams.size === 0 || this.#news !== undefined) return;
    const waitMs = Math.max(0, this.#saidAt + pageLimits.newsMs.value - performance.now());
    this.#news = setTimeout(() => {
      this.#news = undefined;
      this.#saidAt = performance.now();
      this.#say("event: changed\ndata: \n\n");
    }, waitMs).unref();
  }

  #say(text: string): void {
    for (const stream of this.#streams) {
      // Whoever does not read gets no more until they do.
      if (!stream.writableNeedDrain) stream.write(text);
    }
  }
}
