/** Requests without a client of one's own: they share one, made at the first of them. */
import { Client } from "./client.ts";
import type { RequestOptions } from "./options/options.ts";
import type { Response } from "./response.ts";

let shared: Client | undefined;

/**
 * Sends a request, verified by default.
 *
 * @example
 * const response = await request("https://example.com/");
 * console.log(response.status, response.trust.headline());
 *
 * @throws HttpsError with `code`, `stage`, `fault`, `detail` and `hint`
 */
export function request(url: string | URL, options?: RequestOptions): Promise<Response> {
  shared ??= new Client();
  return shared.request(url, options);
}
