/** Codes of what stands around a request: middleware, the cache, and recordings that are replayed. */
import type { Entries } from "./entry.ts";

export interface MiddlewareDetails {
  readonly "made-body-failed": { readonly reason: string };
  /** `name`: of the function, or its place in the list. */
  readonly "middleware-failed": { readonly name: string; readonly reason: string };
  readonly "middleware-invalid": { readonly name: string; readonly value: string };
  /** `where`: the place in the recording, as in a program (`log.entries[3].request.url`). */
  readonly "recording-malformed": {
    readonly source: string;
    readonly where: string;
    readonly reason: string;
  };
  /** `isSimilar`: the nearest one is the same to the eye; it was given already, or what is masked differs. */
  readonly "replay-unmatched": {
    readonly method: string;
    readonly url: string;
    readonly count: number;
    readonly nearest?: string;
    readonly isSimilar: boolean;
  };
  readonly "replay-incomplete": { readonly method: string; readonly url: string };
}

export const middlewareEntries: Entries<MiddlewareDetails> = {
  "made-body-failed": {
    stage: "body",
    fault: "caller",
    title: "Body of the program's own that failed",
    means: "A middleware made the response, and the stream that it gave for its body ended with an error.",
    remedy: { client: "Look at the stream's own error, kept as the cause." },
    authority: "our policy: what a caller's own code does is an outcome of its request alone",
    sentence: ({ reason }) => `The body that a middleware made could not be read to its end: ${reason}.`,
  },
  "middleware-failed": {
    stage: "http",
    fault: "caller",
    title: "Middleware that failed",
    means: "A function of the option middleware threw something that is no HttpsError.",
    remedy: { client: "Look at its own error, kept as the cause." },
    authority: "our policy: what a caller's own code does is an outcome of its request alone",
    sentence: ({ name, reason }) => `The middleware ${name} failed: ${reason}.`,
  },
  "middleware-invalid": {
    stage: "http",
    fault: "caller",
    title: "Middleware without a response",
    means: "A function of the option middleware ended without giving a Response.",
    remedy: { client: "Return what next() gives, or what exchange.respond() makes." },
    authority: "our policy: exactly one outcome for every call",
    sentence: ({ name, value }) => `The middleware ${name} gave ${value} where a Response belongs.`,
  },
  "recording-malformed": {
    stage: "http",
    fault: "caller",
    title: "Recording that cannot be read",
    means: "What replay() was given is not a HAR, or a part of it has another shape than HAR 1.2 gives it.",
    remedy: {
      client: "Record it anew, with openRecorder() or in a browser; or correct the place that is named.",
    },
    authority: "HAR 1.2",
    sentence: ({ source, where, reason }) => `${source} cannot be replayed: ${where}: ${reason}.`,
  },
  "replay-unmatched": {
    stage: "http",
    fault: "caller",
    title: "Request that was not recorded",
    means:
      "A request went through replay(), and no answer is left in the recording for its method, URL and body. Each answer is given once, in the order of the recording.",
    remedy: {
      client:
        'Record the request, correct its URL, query or body, or give replay() the option otherwise: "next", which asks the server.',
    },
    authority: "our policy: a test that is replayed asks no server unless it says so",
    sentence: ({ method, url, count, nearest, isSimilar }) => {
      const told = `No answer to ${method} ${url} is left in the recording, which has ${count}.`;
      if (nearest === undefined) return told;
      return isSimilar
        ? `${told} ${nearest} was recorded: its answer was given already, or its query or its body was another one.`
        : `${told} The nearest is ${nearest}.`;
    },
  },
  "replay-incomplete": {
    stage: "http",
    fault: "caller",
    title: "Recorded answer without its body",
    means:
      "The recording has the head of the answer, and not its body: it was not read to its end, was too large, or was left out.",
    remedy: { client: "Record it anew, and read the body to its end; browsers have an export with content." },
    authority: "our policy: a body is complete, or an error",
    sentence: ({ method, url }) => `The recording has no body for the answer to ${method} ${url}.`,
  },
};
