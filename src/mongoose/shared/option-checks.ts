/** The checks of options that both faces of the library have, all beyond the library's own. */
import {
  asGiven,
  deadlineMs,
  dictionary,
  needed,
  record,
  text,
  type Check,
  type Checks,
} from "../../core/index.ts";
import type { mg_timeouts } from "./open-link.ts";

export const insecureCheck: Check<{ readonly reason: string }> = record<{ readonly reason: string }>({
  reason: needed(asGiven()),
});

export const resolveCheck: Check<Readonly<Record<string, string>>> = dictionary(
  text,
  '{ "host:port": "addresses" }',
);

export const timeoutChecks: Checks<Partial<mg_timeouts>> = {
  dnsMs: deadlineMs,
  connectMs: deadlineMs,
  proxyMs: deadlineMs,
  tlsMs: deadlineMs,
  headMs: deadlineMs,
  bodyIdleMs: deadlineMs,
};
