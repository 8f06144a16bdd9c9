/** A diagnosis by a client of its own, for programs that make no request. */
import type { ErrorReport } from "../core/index.ts";
import { Client } from "./client.ts";
import type { ClientOptions } from "./options/options.ts";

/**
 * Finds out everything about a URL: who vouches for its server, what it answers, and what would be refused.
 * @throws HttpsError of stage `url`, and for options that there are not
 *
 * @example
 * const { diagnosis } = await diagnose("https://expired.badssl.com/");
 */
export async function diagnose(url: string | URL, options: ClientOptions = {}): Promise<ErrorReport<"why">> {
  await using client = new Client(options);
  return await client.why(url);
}
