/** The number that MG_EV_CONNECT carries for a failure: mg_net.c and mg_ssl_if.h have one for each layer, no more. */
import { constants } from "node:os";
import type { AddressOutcome, HttpsError } from "../../core/index.ts";

/** The host's name could not be looked up. */
export const MG_STATUS_DNS = -1;
/** TLS, whatever it was: the certificate, its name, the handshake. */
export const MG_SSL_ERROR = -3;

/** 0 never; above 0 an errno of TCP, -1 for DNS, -3 for TLS. `c.error` says what it was. */
export function statusOf(error: HttpsError): number {
  const { code } = error;
  if (code === "dns-timeout") return MG_STATUS_DNS;
  if (code === "tls-timeout") return MG_SSL_ERROR;
  if (code === "connect-timeout") return constants.errno.ETIMEDOUT;
  switch (error.stage) {
    case "dns":
      return MG_STATUS_DNS;
    case "tls":
    case "trust":
      return MG_SSL_ERROR;
    case "url":
    case "tcp":
    case "proxy":
    case "http":
    case "body":
    case "timeout":
      return errnoOf(error);
  }
}

/** The errno of the last address that was tried. */
function errnoOf({ detail }: HttpsError): number {
  const attempts: readonly AddressOutcome[] = "attempts" in detail ? detail.attempts : [];
  const known: Readonly<Record<string, number>> = constants.errno;
  return known[attempts.at(-1)?.outcome ?? ""] ?? constants.errno.ECONNABORTED;
}
