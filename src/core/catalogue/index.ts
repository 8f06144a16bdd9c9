/**
 * The catalogue: the only source of codes. From it come the `Code` union, `docs/errors.md`,
 * `meerkat explain`, and the names of the lab's sites.
 */
import { bodyEntries, type BodyDetails } from "./body.ts";
import { clientEntries, type ClientDetails } from "./client.ts";
import { httpEntries, type HttpDetails } from "./http.ts";
import { messagingEntries, type MessagingDetails } from "./messaging.ts";
import { proxyEntries, type ProxyDetails } from "./proxy.ts";
import { reachEntries, type ReachDetails } from "./reach.ts";
import { rootsEntries, type RootsDetails } from "./roots.ts";
import { timeoutEntries, type TimeoutDetails } from "./timeout.ts";
import { tlsEntries, type TlsDetails } from "./tls.ts";
import { trustRuleEntries, type TrustRuleDetails } from "./trust-rules.ts";
import { trustEntries, type TrustDetails } from "./trust.ts";
import { urlEntries, type UrlDetails } from "./url.ts";
import type { Entries } from "./entry.ts";

/** What each code's `detail` holds. */
export interface Details
  extends
    UrlDetails,
    RootsDetails,
    ReachDetails,
    ProxyDetails,
    TlsDetails,
    TrustDetails,
    TrustRuleDetails,
    HttpDetails,
    BodyDetails,
    ClientDetails,
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
  ...tlsEntries,
  ...trustEntries,
  ...trustRuleEntries,
  ...httpEntries,
  ...bodyEntries,
  ...clientEntries,
  ...messagingEntries,
  ...timeoutEntries,
};

/** Whether `text` is a code of the catalogue. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(catalogue, text);
}
