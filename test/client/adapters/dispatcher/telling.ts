/** Handlers of both generations of undici's, which write down what they are told. */
import type { Controller, EarlierHandler, Handler } from "../../../../src/client/index.ts";
import type { MeerkatDispatcher } from "../../../../src/index.ts";

export interface Told {
  /** In order: `start`, `head 200`, `data ok`, `end`, `error CODE`. */
  readonly events: string[];
  readonly headers: unknown;
  readonly trailers: unknown;
  readonly error: (Error & { readonly code?: unknown }) | undefined;
}

type Steering = (event: string, controller: Pick<Controller, "pause" | "resume" | "abort">) => void;
type Options = Parameters<MeerkatDispatcher["dispatch"]>[0];

/** What each generation is told of one request. */
export const generations: readonly (readonly [
  string,
  (dispatcher: Pick<MeerkatDispatcher, "dispatch">, options: Options, steer?: Steering) => Promise<Told>,
])[] = [
  [
    "of undici 7",
    (dispatcher, options, steer = () => {}) =>
      new Promise((resolve) => {
        const told = { events: [] as string[], headers: undefined, trailers: undefined, error: undefined };
        const tell = (event: string, controller: Controller): void => {
          told.events.push(event);
          steer(event, controller);
        };
        const handler: Handler = {
          onRequestStart: (controller) => tell("start", controller),
          onResponseStart: (controller, status, headers) => {
            Object.assign(told, { headers });
            tell(`head ${status}`, controller);
          },
          onResponseData: (controller, chunk) => tell(`data ${chunk.toString()}`, controller),
          onResponseEnd: (controller, trailers) => {
            Object.assign(told, { trailers });
            tell("end", controller);
            resolve(told);
          },
          onResponseError: (controller, error) => {
            Object.assign(told, { error });
            tell(`error ${codeOf(error)}`, controller);
            resolve(told);
          },
        };
        dispatcher.dispatch(options, handler);
      }),
  ],
  [
    "of undici 6",
    (dispatcher, options, steer = () => {}) =>
      new Promise((resolve) => {
        const told = { events: [] as string[], headers: undefined, trailers: undefined, error: undefined };
        let paused = false;
        let resume: () => void = () => {};
        let abort: (reason?: unknown) => void = () => {};
        const controller = {
          pause: () => (paused = true),
          resume: () => resume(),
          abort: (reason?: unknown) => abort(reason),
        };
        const tell = (event: string): boolean => {
          paused = false;
          told.events.push(event);
          steer(event, controller);
          return !paused;
        };
        const handler: EarlierHandler = {
          onConnect: (given) => {
            abort = given;
            tell("start");
          },
          onHeaders: (status, raw, given) => {
            resume = given;
            Object.assign(told, { headers: byName(raw) });
            return tell(`head ${status}`);
          },
          onData: (chunk) => tell(`data ${chunk.toString()}`),
          onComplete: (raw) => {
            Object.assign(told, { trailers: byName(raw) });
            tell("end");
            resolve(told);
          },
          onError: (error) => {
            Object.assign(told, { error });
            tell(`error ${codeOf(error)}`);
            resolve(told);
          },
        };
        dispatcher.dispatch(options, handler);
      }),
  ],
];

function codeOf(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === "string" ? error.code : error.message;
}

function byName(raw: Parameters<NonNullable<EarlierHandler["onComplete"]>>[0]): unknown {
  const fields: Record<string, string | string[]> = {};
  raw.forEach((name, at) => {
    if (at % 2 === 1) return;
    const [key, value] = [String(name).toLowerCase(), String(raw[at + 1])];
    const known = fields[key];
    fields[key] = known === undefined ? value : [known, value].flat();
  });
  return fields;
}

/** A GET for the root of an origin, as undici's interface asks for it. */
export function askedOf({ url }: { readonly url: string }): { origin: string; path: string; method: string } {
  return { origin: url, path: "/", method: "GET" };
}
