/** Requests without a client of one's own: they share one, made at the first of them. */
import { Client, type Ask, type Send } from "./client.ts";
import type { PageOptions } from "./pages/page-options.ts";
import type { ClientOptions } from "./options/options.ts";

/** `request()`, and the verbs of the client that it shares with all of them. */
export interface Requests extends Send {
  /** `request()` with the method GET. */
  readonly get: Ask;
  /** `request()` with the method HEAD. */
  readonly head: Ask;
  /** `request()` with the method POST. */
  readonly post: Ask;
  /** `request()` with the method PUT. */
  readonly put: Ask;
  /** `request()` with the method PATCH. */
  readonly patch: Ask;
  /** `request()` with the method DELETE. */
  readonly delete: Ask;
  /** The events of a stream, which is asked for again where it ends or breaks. */
  readonly events: Client["events"];
  /** The responses of pages that follow one another, or the items on them. */
  readonly paginate: Client["paginate"];
  /** A client of one's own with these options; the same as `new Client(options)`. */
  readonly extend: (options: ClientOptions) => Client;
}

let shared: Client | undefined;

const sharedClient = (): Client => (shared ??= new Client());

/**
 * Sends a request, verified by default.
 *
 * @example
 * const response = await request("https://example.com/");
 * console.log(response.status, response.trust.headline());
 *
 * @throws HttpsError with `code`, `stage`, `fault`, `detail` and `hint`
 */
export const request: Requests = Object.assign<Send, Omit<Requests, never>>(
  (url, options) => sharedClient().request(url, options),
  {
    get: (url, options) => sharedClient().get(url, options),
    head: (url, options) => sharedClient().head(url, options),
    post: (url, options) => sharedClient().post(url, options),
    put: (url, options) => sharedClient().put(url, options),
    patch: (url, options) => sharedClient().patch(url, options),
    delete: (url, options) => sharedClient().delete(url, options),
    events: (url, options) => sharedClient().events(url, options),
    paginate: (url: string | URL, options?: PageOptions) => sharedClient().paginate(url, options),
    extend: (options) => new Client(options),
  },
);
