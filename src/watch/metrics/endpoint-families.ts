/**
 * What is said of each endpoint. Names of blackbox_exporter stand where they mean the same, so that dashboards carry over;
 * what ours means in particular is in the help. Its probe_ssl_last_chain_info and probe_http_ssl, for instance, are left out:
 * nothing kept here means what they do.
 */
import type { EndpointFigures } from "../store/port.ts";
import type { Family } from "./exposition.ts";

/** Of one endpoint one number, or none where it is not known. */
export interface EndpointFamily extends Family {
  readonly valueOf: (figures: EndpointFigures) => number | undefined;
}

export const endpointFamilies: readonly EndpointFamily[] = [
  {
    name: "probe_success",
    kind: "gauge",
    help: "Whether the last visit ended with a verified connection (and an answer, where HTTP was asked; any status counts).",
    valueOf: ({ summary: { code } }) => (isWellCode(code) ? 1 : 0),
  },
  {
    name: "probe_duration_seconds",
    kind: "gauge",
    unit: "seconds",
    help: "How long the last visit took.",
    valueOf: ({ tookMs }) => tookMs / 1_000,
  },
  {
    name: "probe_http_status_code",
    kind: "gauge",
    help: "The status of the last answer over HTTP; 0 where there was none.",
    valueOf: ({ endpoint: { scheme }, summary: { code } }) =>
      scheme === "https" ? (statusOf(code) ?? 0) : undefined,
  },
  {
    name: "probe_ssl_earliest_cert_expiry",
    kind: "gauge",
    help: "The earliest end of all certificates that were sent, in unixtime, whether a path needs them or not.",
    valueOf: ({ summary: { earliestEndAt } }) => secondsOf(earliestEndAt),
  },
  {
    name: "probe_ssl_last_chain_expiry_timestamp_seconds",
    kind: "gauge",
    unit: "seconds",
    help: "The end of the last path that verifies; of several addresses and keys the earliest. The same as meerkat_path_end_timestamp_seconds.",
    valueOf: ({ summary: { pathEndAt } }) => secondsOf(pathEndAt),
  },
  {
    name: "meerkat_path_end_timestamp_seconds",
    kind: "gauge",
    unit: "seconds",
    help: "Through when the endpoint can be used: the end of the last path that verifies, of several addresses and keys the earliest.",
    valueOf: ({ summary: { pathEndAt } }) => secondsOf(pathEndAt),
  },
  {
    name: "meerkat_renewal_lateness_ratio",
    kind: "gauge",
    unit: "ratio",
    help: "How late the renewal is for the endpoint's own habit: 1 is the moment at which it renewed before.",
    valueOf: ({ summary: { lateness } }) => lateness,
  },
  {
    name: "meerkat_alerts_open",
    kind: "gauge",
    help: "Alerts of the endpoint that are open.",
    valueOf: ({ summary: { openAlerts } }) => openAlerts,
  },
  {
    name: "meerkat_visit_timestamp_seconds",
    kind: "gauge",
    unit: "seconds",
    help: "When the endpoint was visited last.",
    valueOf: ({ visitedAt }) => secondsOf(visitedAt),
  },
];

/** Of each endpoint one number for each bundle. */
export const breakFamily: Family = {
  name: "meerkat_bundle_break_timestamp_seconds",
  kind: "gauge",
  unit: "seconds",
  help: "The first moment at which devices with this bundle no longer connect to the endpoint, in the past where they do not connect now; missing where no end is known.",
};

export function secondsOf(at: number | undefined): number | undefined {
  return at === undefined || !Number.isFinite(at) ? undefined : at / 1_000;
}

function statusOf(code: string): number | undefined {
  const [, status] = /^http-(\d{3})$/.exec(code) ?? [];
  return status === undefined ? undefined : Number(status);
}

function isWellCode(code: string): boolean {
  return code === "verified" || statusOf(code) !== undefined;
}
