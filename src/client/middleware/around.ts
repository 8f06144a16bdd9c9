/** A client's requests with middleware around them: what a passage needs of the client. */
import { describeAsked, shownHref, type ErrorReport, type Target } from "../../core/index.ts";
import { queryPairs, type Pairs } from "../body/pairs.ts";
import { Journey, type Travel } from "../journey/journey.ts";
import { normalMethod, withMethod } from "../journey/method.ts";
import type { FieldsInput, RequestOptions } from "../options/options.ts";
import { readRequest, type ReadParts } from "../options/request-options.ts";
import type { Settings, SettingsCompiler } from "../options/settings.ts";
import type { Middleware } from "./exchange.ts";
import type { Innermost } from "./innermost.ts";
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
  readonly parts: ReadParts;
  readonly settings: Settings;
}

/** What stands around a request, from the outermost on, and the client's own within it. */
export interface Around {
  readonly list: readonly Middleware[];
  readonly innermost: readonly Innermost[];
}

/** The client's around the request's; `undefined` where there are none, as mostly. */
export function middlewareAround(
  clients: readonly Middleware[] | undefined,
  own: readonly Middleware[] | undefined,
  innermost: readonly Innermost[],
): Around | undefined {
  if (clients === undefined && own === undefined && innermost.length === 0) return undefined;
  const list = [...(clients ?? []), ...(own ?? [])];
  return list.length === 0 && innermost.length === 0 ? undefined : { list, innermost };
}

export function passageThrough(
  { list, innermost }: Around,
  { target, parts, settings }: Surrounded,
  { clientFields, settings: compiler, travel, targetOf: find, needOpen, why }: Surroundings,
): Passage {
  const targetOf = ({ url, options: { query } }: Passing): Target =>
    find(url, query === undefined ? undefined : queryPairs(query, "query"));
  return new Passage({
    list,
    innermost,
    clientFields,
    target,
    settings,
    signal: parts.signal,
    targetOf,
    settingsOf: (passing) => {
      const options = innermostOptions(passing);
      return compiler.settingsFor(options, readRequest(options).shared);
    },
    requesterOf: (passing) => ({
      explainAnswer: () => why(targetOf(passing).href, innermostOptions(passing)),
      describe: (error, attempts) => {
        const method = passing.method ?? normalMethod(passing.options.method);
        describeAsked(error, { url: shownHref(targetOf(passing).href), method, attempts });
      },
    }),
    send: (passing, spentMs) => {
      const options = innermostOptions(passing);
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
function innermostOptions({ options }: Passing): RequestOptions {
  return { ...options, middleware: undefined, query: undefined };
}
