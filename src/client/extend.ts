/** The options of a client that is to be like another one: what is said anew stands in the place of what was said before. */
import { mergeOptions, type Own } from "../core/index.ts";
import { putFields } from "./journey/request-fields.ts";
import { clientChecks, type ClientOptions, type FieldsInput } from "./options/options.ts";
import { withoutShortForm } from "./options/timeouts.ts";

/** What `base` says, and `more` in its place; of fields and deadlines each by its name. */
export function extendOptions(base: Own<ClientOptions>, more: Own<ClientOptions>): ClientOptions {
  const [before, now] = [withoutShortForm(base), withoutShortForm(more)];
  const merged = mergeOptions(clientChecks, before, now);
  return Object.fromEntries(
    Object.entries({
      ...merged,
      headers: extendFields(base.headers, more.headers),
      timeouts: { ...before.timeouts, ...now.timeouts },
    }).filter(([, value]) => value !== undefined),
  );
}

/** A name that one of them takes out stays out, unless the other puts it in later. */
function extendFields(base: FieldsInput | undefined, more: FieldsInput | undefined): FieldsInput {
  const fields = Object.create(null) as Record<string, readonly string[] | null>;
  for (const [key, lines] of putFields(putFields(new Map(), base), more))
    fields[lines[0]?.[0] ?? key] = lines.length === 0 ? null : lines.map(([, value]) => value);
  return fields;
}
