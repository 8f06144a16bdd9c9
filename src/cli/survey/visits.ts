/** Makes the visits of a survey, and has each written down shortly after it ended: what a kill loses is made again. */
import type { Decision, EndpointHistory, Visit } from "../../fleet/index.ts";
import { visitMany, Visitor, type VisitSettings } from "../../watch/index.ts";
import { StatusLine } from "../devices/meet/status-line.ts";
import type { Output } from "../frame/output.ts";
import { surveyWriteMs, surveyWritten } from "../limits.ts";
import type { Keeping } from "./keeping.ts";

export interface VisitsRequest {
  readonly keeping: Keeping;
  readonly settings: VisitSettings;
  readonly decide: (history: EndpointHistory, visit: Visit) => Decision;
  /** How many endpoints there are, those visited before included. */
  readonly total: number;
  readonly err: Output;
  readonly signal: AbortSignal;
}

/** Visits what is not visited yet. @throws HttpsError `aborted` with everything written down that was visited */
export async function makeVisits(request: VisitsRequest): Promise<void> {
  const { keeping, settings, decide, total, err } = request;
  // Ends with the caller's signal, and with the first visit that cannot be written down.
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const status = new StatusLine(err);
  let done = total - keeping.unvisited.length;
  const journal = new Journal((visits) => keeping.record(visits, decide), stop);
  const visitor = new Visitor(settings, { signal });
  try {
    await visitMany(visitor, {
      endpoints: keeping.unvisited,
      run: keeping.run,
      onVisit: (visit, { name }) => {
        done++;
        status.show("Visiting endpoints", { done, total, what: name });
        journal.take(visit);
      },
    });
  } finally {
    status.clear();
    await journal.end();
  }
}

/** Visits that wait to be written down together. */
class Journal {
  readonly #write: (visits: readonly Visit[]) => Promise<void>;
  readonly #stop: AbortController;
  #waiting: Visit[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(write: (visits: readonly Visit[]) => Promise<void>, stop: AbortController) {
    this.#write = write;
    this.#stop = stop;
  }

  take(visit: Visit): void {
    this.#waiting.push(visit);
    if (this.#waiting.length >= surveyWritten.value) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), surveyWriteMs.value);
  }

  /** @throws what could not be written */
  async end(): Promise<void> {
    this.#flush();
    await this.#last;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const visits = this.#waiting;
    this.#waiting = [];
    if (visits.length > 0) this.#last = this.#last.then(() => this.#writeDown(visits));
  }

  async #writeDown(visits: readonly Visit[]): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await this.#write(visits);
    } catch (error) {
      this.#failure = { error };
      this.#stop.abort();
    }
  }
}
