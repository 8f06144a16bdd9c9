/**
 * A host behind a SOCKS 5 proxy. Who looks its name up is what the scheme says, as curl has it: `socks5` here, `socks5h` the
 * proxy. Addresses that were found here are tried one after another, each over a connection of its own to the proxy.
 */
import { isIP, type Socket } from "node:net";
import { HttpsError } from "../core/index.ts";
import { findAddresses } from "./addresses.ts";
import type { DialRequest, ProxySetting } from "./dial-request.ts";
import { openSocks } from "./open-socks.ts";
import type { Reached } from "./reached.ts";
import { socksTextOctets } from "./socks-dialogue.ts";

/** RFC 1928 §6: what another address may fare better with. A rule (2) and an unknown command (7) hold for each. */
const repliesOfAddress: readonly number[] = [1, 3, 4, 5, 6, 8];
const connectionRefused = 5;

/** @throws HttpsError of the stages `dns tcp tls proxy timeout` */
export async function throughSocks(
  request: DialRequest,
  proxy: ProxySetting,
  reachProxy: () => Promise<Reached<Socket>>,
): Promise<Reached<Socket>> {
  const { host, port, timeouts, signal, onPhase } = request;
  const startedAt = performance.now();
  const places = await placesOf(request, proxy);
  const dnsMs = performance.now() - startedAt;
  const limitMs = timeouts.proxyMs;
  let proxyMs = 0;
  let tcpMs = 0;
  const refusals: HttpsError[] = [];
  for (const place of places) {
    const reached = await reachProxy();
    tcpMs += reached.tcpMs;
    onPhase?.("proxy");
    const askedAt = performance.now();
    try {
      await openSocks(reached.socket, {
        destination: { host: place, port },
        login: proxy.login,
        proxy: proxy.url,
        target: `${host.includes(":") ? `[${host}]` : host}:${port}`,
        leftMs: Math.max(0, limitMs - proxyMs),
        limitMs,
        signal,
      });
      proxyMs += performance.now() - askedAt;
      return { ...reached, reads: "data", dnsMs: dnsMs + reached.dnsMs, tcpMs, proxyMs };
    } catch (error) {
      proxyMs += performance.now() - askedAt;
      if (!HttpsError.is(error, "socks-refused") || !repliesOfAddress.includes(error.detail.reply))
        throw error;
      refusals.push(error);
    }
  }
  // A server that refused is there; the rest may be about a family of addresses that the proxy does not have.
  throw refusals.find(isRefusedByServer) ?? refusals[0] ?? noAddress(request);
}

/** What the proxy is asked for, in order. */
async function placesOf(request: DialRequest, { scheme }: ProxySetting): Promise<readonly string[]> {
  const { host, port, addressRules, timeouts, signal, onPhase } = request;
  if (scheme === "socks5h" || isIP(host) !== 0) {
    if (host.length <= socksTextOctets) return [host];
    const resolverCode = "nothing: more than 255 octets are no name (RFC 1035 §2.3.4)";
    throw new HttpsError("name-not-found", { host, resolverCode });
  }
  onPhase?.("dns");
  const { list } = await findAddresses({ ...addressRules, host, port, limitMs: timeouts.dnsMs, signal });
  // An address with a zone is this machine's own, and no proxy's.
  return list.filter((address) => !address.includes("%"));
}

function isRefusedByServer(error: HttpsError): boolean {
  return HttpsError.is(error, "socks-refused") && error.detail.reply === connectionRefused;
}

function noAddress({ host }: DialRequest): HttpsError {
  return new HttpsError("name-not-found", { host, resolverCode: "no address that a proxy could reach" });
}
