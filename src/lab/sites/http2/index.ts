/**
 * Sites that agree to HTTP/2, each with what is special about it there. Over HTTP/1.1 they are healthy, but for those whose
 * entry says otherwise: RFC 9113, RFC 7541.
 */
import type { Definition } from "../../site.ts";
import { compressionSites } from "./compression.ts";
import { endingSites } from "./endings.ts";
import { floodSites } from "./floods.ts";
import { healthyHttp2Sites } from "./healthy.ts";
import { messageSites } from "./messages.ts";
import { openingSites } from "./openings.ts";
import { ruleSites } from "./rules.ts";

export const http2Sites: readonly Definition[] = [
  ...healthyHttp2Sites,
  ...openingSites,
  ...endingSites,
  ...ruleSites,
  ...compressionSites,
  ...floodSites,
  ...messageSites,
].map(withHttp11);

/** The lab answers `GET /` over HTTP/1.1 with 200. */
function withHttp11(site: Definition): Definition {
  const { code, status } = site.expected;
  return code === null && status === 200 ? site : { overHttp11: { code: null, status: 200 }, ...site };
}
