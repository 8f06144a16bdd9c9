/** The options of a client that is to be like another one: what is said anew stands in the place of what was said before. */
import { mergeOptions, type Own } from "../core/index.ts";
import { mergeFields } from "./journey/request-fields.ts";
import { clientChecks, type ClientOptions } from "./options/options.ts";
import { withoutShortForm } from "./options/timeouts.ts";

/** What `base` says, and `more` in its place; of fields and deadlines each by its name. Middleware comes behind what was there. */
export function extendOptions(base: Own<ClientOptions>, more: Own<ClientOptions>): ClientOptions {
  const [before, now] = [withoutShortForm(base), withoutShortForm(more)];
  const merged = mergeOptions(clientChecks, before, now);
  return Object.fromEntries(
    Object.entries({
      ...merged,
      headers: mergeFields(base.headers, more.headers),
      middleware: [...(base.middleware ?? []), ...(more.middleware ?? [])],
      timeouts: { ...before.timeouts, ...now.timeouts },
    }).filter(([, value]) => value !== undefined),
  );
}
