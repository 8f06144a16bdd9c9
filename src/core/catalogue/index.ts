/**
 * The catalogue: the only source of codes. From it come the `Code` union, `docs/errors.md`,
 * `meerkat explain`, and the names of the lab's sites.
 */
import { bodyEntries, type BodyDetails } from "./body.ts";
import { clientEntries, type ClientDetails } from "./client.ts";
import { httpEntries, type HttpDetails } from "./http.ts";
import { http2Entries, type Http2Details } from "./http2.ts";
import { messagingEntries, type MessagingDetails } from "./messaging.ts";
import { middlewareEntries, type MiddlewareDetails } from "./middleware.ts";
import { proxyEntries, type ProxyDetails } from "./proxy.ts";
import { reachEntries, type ReachDetails } from "./reach.ts";
import { rootsEntries, type RootsDetails } from "./roots.ts";
import { startTlsEntries, type StartTlsDetails } from "./start-tls.ts";
import { streamEntries, type StreamDetails } from "./streams.ts";
import { timeoutEntries, type TimeoutDetails } from "./timeout.ts";
import { tlsEntries, type TlsDetails } from "./tls.ts";
import { trustRuleEntries, type TrustRuleDetails } from "./trust-rules.ts";
import { trustEntries, type TrustDetails } from "./trust.ts";
import { urlEntries, type UrlDetails } from "./url.ts";
import { renderStep, type Entries, type Entry, type Fault } from "./entry.ts";
import { bare } from "../options/own.ts";
import { shortenFacts, showSentence } from "../shown-text.ts";
import type { SettingNames, Words } from "./setting-names.ts";

/** What each code's `detail` holds. */
export interface Details
  extends
    UrlDetails,
    RootsDetails,
    ReachDetails,
    ProxyDetails,
    StartTlsDetails,
    TlsDetails,
    TrustDetails,
    TrustRuleDetails,
    HttpDetails,
    Http2Details,
    BodyDetails,
    ClientDetails,
    StreamDetails,
    MiddlewareDetails,
    MessagingDetails,
    TimeoutDetails {}

/** Every code there is. */
export type Code = keyof Details;

/** Every entry, in the order of a request's life. */
export const catalogue: Entries<Details> = {
  ...urlEntries,
  ...rootsEntries,
  ...reachEntries,
  ...proxyEntries,
  ...startTlsEntries,
  ...tlsEntries,
  ...trustEntries,
  ...trustRuleEntries,
  ...httpEntries,
  ...http2Entries,
  ...bodyEntries,
  ...clientEntries,
  ...streamEntries,
  ...middlewareEntries,
  ...messagingEntries,
  ...timeoutEntries,
};

/** Whether `text` is a code of the catalogue. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(catalogue, text);
}

/** A code with its facts: an error, or a finding that would become one. */
type Coded<C extends Code = Code> = {
  readonly [One in C]: { readonly code: One; readonly detail: Details[One] };
}[C];

/** What happened, in one sentence; and what it likely comes of, where something speaks for that. */
export function renderSentence({ code, detail }: Coded): string {
  const { likely } = bare(entryOf(code));
  const guess = likely?.(shortenFacts(detail));
  const fact = renderFact({ code, detail } as Coded);
  return guess === undefined ? fact : `${fact} ${showSentence(guess)}`;
}

/** What happened, in one sentence, and nothing that is only likely: harmless to show, and no longer than somebody reads. */
export function renderFact({ code, detail }: Coded): string {
  return showSentence(entryOf(code).sentence(shortenFacts(detail)));
}

/** The next step, with settings by the names that the reader knows. */
export function renderHint<C extends Code>(
  { code, detail }: { readonly code: C; readonly detail: Details[C] },
  names: SettingNames,
): string {
  const { hint, remedy } = bare(entryOf(code));
  return showSentence(hint?.(shortenFacts(detail), names) ?? renderStep(remedy, names));
}

/** The next step where the values decide it, for whatever the reader calls the settings; `undefined` for the remedy. */
export function exactHint<C extends Code>({
  code,
  detail,
}: {
  readonly code: C;
  readonly detail: Details[C];
}): Words | undefined {
  const { hint } = bare(entryOf(code));
  return hint && ((names) => showSentence(hint(shortenFacts(detail), names)));
}

/** Who can fix it. */
export function findFault<C extends Code>({
  code,
  detail,
}: {
  readonly code: C;
  readonly detail: Details[C];
}): Fault {
  const { fault, faultOf } = bare(entryOf(code));
  return faultOf?.(detail) ?? fault;
}

/** The compiler cannot see that a code and its own detail belong together once they are taken apart. */
function entryOf(code: Code): Entry<unknown> {
  return catalogue[code] as Entry<unknown>;
}
