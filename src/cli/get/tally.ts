/** Counts what a response alone does not say, for `-w`. */
import type { ClientEvent, Response } from "../../client/index.ts";
import type { ResponseHead } from "../../http1/index.ts";

/** Counts what a response alone does not say. */
export class Tally {
  readonly startedAt: number = performance.now();
  connects = 0;
  retries = 0;
  uploadedBytes = 0;
  /** Of the heads that came, those of redirects included. */
  headBytes = 0;
  /** Redirects that were followed here, rather than by the client. */
  hops = 0;
  /** When the request that was answered in the end was begun, where it was not the first. */
  lastStartedAt: number | undefined;

  /** A redirect that may not be followed: what -w tells of, although its body is left out. */
  refused: Response | undefined;

  /** Nothing is refused of a try that has only begun. */
  beginTry(): void {
    this.refused = undefined;
    // curl counts those of the last try.
    this.connects = 0;
  }

  readonly tell = (event: ClientEvent): void => {
    if (event.kind === "connected") this.connects++;
    if (event.kind === "head") this.headBytes += headLength(event.head);
  };

  readonly tellUpload = (sentBytes: number): void => {
    this.uploadedBytes = sentBytes;
  };
}

/** As it came over HTTP/1.1; of HTTP/2, as curl writes it there. */
function headLength({ version, status, reason, fields }: ResponseHead): number {
  const lines = [...fields].map(([name, value]) => name.length + value.length + 4);
  return lines.reduce((sum, length) => sum + length, `HTTP/${version} ${status} ${reason}`.length + 4);
}
