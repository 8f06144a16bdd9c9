/** A client's requests with middleware around them: what a passage needs of the client. */
import { describeAsked, shownHref, type ErrorReport, type Own, type Target } from "../../core/index.ts";
import { queryPairs, type Pairs } from "../body/pairs.ts";
import { Journey, type Travel } from "../journey/journey.ts";
import { normalMethod, withMethod } from "../journey/method.ts";
import type { FieldsInput, RequestOptions, RequestParts } from "../options/options.ts";
import { readRequest } from "../options/request-options.ts";
import type { Settings, SettingsCompiler } from "../options/settings.ts";
import type { Middleware } from "./exchange.ts";
import { Passage, type Passing } from "./run.ts";

/** What it asks of its client. */
export interface Surroundings {
  readonly clientFields: FieldsInput | undefined;
  readonly settings: SettingsCompiler;
  readonly travel: Travel;
  readonly targetOf: (url: string, query: Pairs | undefined) => Target;
  /** @throws HttpsError `client-closed` */
  readonly needOpen: (host: string) => void;
  readonly why: (url: string, options: RequestOptions) => Promise<ErrorReport<"why">>;
}

/** The request that comes to the outermost. */
export interface Surrounded {
  readonly target: Target;
  readonly parts: Own<RequestParts>;
  readonly settings: Settings;
}

/** The client's around the request's; `undefined` where there are none, as mostly. */
export function middlewareAround(
  clients: readonly Middleware[] | undefined,
  own: readonly Middleware[] | undefined,
): readonly Middleware[] | undefined {
  if (clients === undefined && own === undefined) return undefined;
  const list = [...(clients ?? []), ...(own ?? [])];
  return list.length === 0 ? undefined : list;
}

export function passageThrough(
  list: readonly Middleware[],
  { target, parts, settings }: Surrounded,
  { clientFields, settings: compiler, travel, targetOf: find, needOpen, why }: Surroundings,
): Passage {
  const targetOf = ({ url, options: { query } }: Passing): Target =>
    find(url, query === undefined ? undefined : queryPairs(query, "query"));
  return new Passage({
    list,
    clientFields,
    target,
    settings,
    signal: parts.signal,
    targetOf,
    requesterOf: (passing) => ({
      explainAnswer: () => why(targetOf(passing).href, innermost(passing)),
      describe: (error, attempts) => {
        const method = passing.method ?? normalMethod(passing.options.method);
        describeAsked(error, { url: shownHref(targetOf(passing).href), method, attempts });
      },
    }),
    send: (passing, spentMs) => {
      const options = innermost(passing);
      const { parts: said, shared } = readRequest(options);
      const place = targetOf(passing);
      needOpen(place.host);
      const asked = passing.method === undefined ? said : withMethod(said, passing.method);
      return new Journey({ ...travel, spentMs }, place, asked, compiler.settingsFor(options, shared)).run();
    },
    hold: (wait, end) => travel.ending.hold(wait, end),
  });
}

/** What is sent in the end: its query stands in the URL. */
function innermost({ options }: Passing): RequestOptions {
  return { ...options, middleware: undefined, query: undefined };
}
