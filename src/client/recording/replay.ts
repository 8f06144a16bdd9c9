/** Answers from a recording, without a server: each recorded answer once, in their order. */
import {
  explainUnreadable,
  HttpsError,
  isRecord,
  oneOf,
  readOptions,
  shownHref,
  type Checks,
} from "../../core/index.ts";
import { parseBody } from "../body/request-body.ts";
import { withNote } from "../../trust/index.ts";
import { clientLimits } from "../limits.ts";
import type { AskedRequest, Exchange, MadeAnswer, Middleware } from "../middleware/exchange.ts";
import { noOrigin } from "../middleware/made-response.ts";
import { placeOf } from "../middleware/run.ts";
import type { Response } from "../response.ts";
import { digestOf, readHar, type Har, type Recorded, type Recording } from "./har.ts";

/** What becomes of a request that the recording has no answer to. */
export interface ReplayOptions {
  /** What is not recorded: `"fail"` (the default) is an error, `"next"` asks the server. */
  readonly otherwise?: "fail" | "next";
}

const checks: Checks<ReplayOptions> = { otherwise: oneOf(["fail", "next"]) };

/**
 * A middleware that answers from a recording: one of `openRecorder()`, or one that a browser saved as HAR. A request is found by
 * its method, URL and body; each answer is given once. Its `response.trust` is `none`, and says when it was recorded. The
 * recording is read at the first request.
 * @throws HttpsError `option-unknown`, `option-invalid`; in a request `recording-malformed`, `replay-unmatched`,
 * `replay-incomplete`
 *
 * @example
 * const client = new Client({ middleware: [replay("example.har")] });
 */
export function replay(recording: Har | string | URL, options: ReplayOptions = {}): Middleware {
  const { otherwise = "fail" } = readOptions(options, checks);
  let loaded: Promise<Replayer> | undefined;
  const answer: Middleware = async (exchange, next) => {
    const replayer = await (loaded ??= load(recording));
    const found = replayer.take(exchange.request);
    if (found === undefined && otherwise === "next") return next();
    if (found === undefined) throw replayer.unmatched(exchange.request);
    return respondAs(exchange, found);
  };
  return answer;
}

class Replayer {
  readonly #recording: Recording;
  readonly #left: Recorded[];

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#left = [...recording.entries];
  }

  take(request: AskedRequest): Recorded | undefined {
    const { salt } = this.#recording;
    const digest = salt === undefined ? undefined : digestOf(salt, request);
    const sent = textOf(request);
    const at = this.#left.findIndex((entry) =>
      entry.match === undefined
        ? entry.method === request.method &&
          plainHref(entry.url) === request.url &&
          (entry.sent === undefined || entry.sent === sent)
        : entry.match === digest,
    );
    return at < 0 ? undefined : this.#left.splice(at, 1)[0];
  }

  unmatched({ method, url }: AskedRequest): HttpsError {
    const asked = shownHref(url);
    const near = nearest({ method, url: asked }, this.#recording.entries);
    const wasGiven = near !== undefined && near.method === method && shownHref(near.url) === asked;
    return new HttpsError("replay-unmatched", {
      method,
      url: asked,
      count: this.#recording.entries.length,
      ...(near === undefined ? {} : { nearest: `${near.method} ${shownHref(near.url)}` }),
      isSimilar: wasGiven,
    });
  }
}

/** The recorded one that begins as it does for longest; of the same method first. */
function nearest(
  { method, url }: { readonly method: string; readonly url: string },
  entries: readonly Recorded[],
): Recorded | undefined {
  let best: Recorded | undefined;
  let most = -1;
  for (const entry of entries) {
    const shown = shownHref(entry.url);
    let common = 0;
    while (common < url.length && common < shown.length && url[common] === shown[common]) common++;
    const score = 2 * common + (entry.method === method ? 1 : 0);
    if (score <= most) continue;
    [best, most] = [entry, score];
  }
  return best;
}

function respondAs(exchange: Exchange, entry: Recorded): Response {
  const { url, method } = exchange.request;
  const { status, statusText, headers, body, startedDateTime, headline } = entry;
  if (body === undefined && method !== "HEAD")
    throw new HttpsError("replay-incomplete", { method, url: shownHref(url) });
  const origin = noOrigin({ url, host: new URL(url).hostname });
  const then = headline === undefined ? "" : ` Its report said then: ${headline}`;
  const trust = withNote(origin.link.trust, `The answer was recorded at ${startedDateTime}.${then}`);
  const answer: MadeAnswer = {
    status,
    statusText,
    headers,
    body: method === "HEAD" ? null : (body ?? null),
  };
  const place = placeOf(exchange);
  if (place === undefined) return exchange.respond(answer);
  return place.respond(answer, { origin: { ...origin, link: { ...origin.link, trust } } });
}

function textOf({ body }: AskedRequest): string {
  const sent = parseBody(body);
  return sent.kind === "bytes" ? Buffer.from(sent.bytes).toString() : "";
}

function plainHref(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const place = new URL(url);
  place.hash = "";
  return place.href;
}

/** @throws HttpsError `recording-malformed` */
async function load(recording: Har | string | URL): Promise<Replayer> {
  if (typeof recording !== "string" && !(recording instanceof URL))
    return new Replayer(readHar(isRecord(recording) ? recording : undefined, "the recording"));
  const source = String(recording);
  const fail = (reason: string, cause?: unknown): HttpsError =>
    new HttpsError("recording-malformed", { source, where: "the file", reason }, { cause });
  const { readFile, stat } = await import("node:fs/promises");
  let text: string;
  try {
    const { size } = await stat(recording);
    const most = clientLimits.recordingBytes.value;
    if (size > most) throw fail(`it has ${size} bytes, and ${most} are the most that is read`);
    text = await readFile(recording, "utf8");
  } catch (error) {
    throw error instanceof HttpsError ? error : fail(explainUnreadable(error), error);
  }
  let given: unknown;
  try {
    given = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // Not in the parser's own words: they have a piece of the file in them.
    const at = /at position \d+/.exec((error as Error).message)?.[0];
    throw fail(at === undefined ? "it is not JSON" : `it is not JSON, ${at}`);
  }
  return new Replayer(readHar(given, source));
}
