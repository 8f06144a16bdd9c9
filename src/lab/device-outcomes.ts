/**
 * What each device profile makes of a site, by the chain the site presents and the TLS versions it speaks. What the
 * profiles do not model (a handshake that breaks, ALPN, a client certificate) is said to be not modelled, not guessed.
 */
import { type DeviceName, deviceNames, devices, verifyOnDevice } from "../device/index.ts";
import { trustPorts } from "../admission/index.ts";
import { anchorFromCertificate } from "../trust/index.ts";
import { type Certificate, parseCertificate } from "../x509/index.ts";
import type { Authority } from "./pki/authority.ts";
import type { Check, Definition, Https } from "./site.ts";

/** `connects`: the handshake comes to its end. What the HTTP answer is then, `expected` says. */
export type DeviceOutcome = "connects" | "refuses" | "not-modelled";

/** What each device makes of a site. */
export type DeviceOutcomes = Readonly<Record<DeviceName, DeviceOutcome>>;

/** Where a fault lies behind what a profile knows. */
const beyondProfiles: readonly Check[] = ["handshake", "deadline"];

export function findDeviceOutcomes(
  definition: Definition,
  host: string,
  authority: Authority,
): DeviceOutcomes {
  const outcomeOn = deviceOutcomeOf(definition, host, authority);
  return Object.fromEntries(deviceNames.map((name) => [name, outcomeOn(name)])) as DeviceOutcomes;
}

function deviceOutcomeOf(
  { serving, caughtBy, expected }: Definition,
  host: string,
  authority: Authority,
): (name: DeviceName) => DeviceOutcome {
  if (serving.kind !== "https") return () => (expected.code === null ? "not-modelled" : "refuses");
  if (caughtBy !== null && beyondProfiles.includes(caughtBy)) return () => "not-modelled";
  const chain = chainOf(serving, host, authority);
  const root = parseCertificate(authority.root.der);
  if (chain === undefined || !root.ok) return () => "not-modelled";
  const anchors = [anchorFromCertificate(root.certificate, { store: "lab" })];
  const presented = { chain, anchors, name: host, at: authority.at };
  return (name) => (verifyOnDevice(devices[name], presented, trustPorts).accepts ? "connects" : "refuses");
}

/** The certificates as sent; `undefined` where one of them cannot be read, which no profile models. */
function chainOf(https: Https, host: string, authority: Authority): readonly Certificate[] | undefined {
  const { sent } = https.identify?.(authority, host) ?? authority.identify(host);
  const chain: Certificate[] = [];
  for (const { der } of sent) {
    const parsed = parseCertificate(der);
    if (!parsed.ok) return undefined;
    chain.push(parsed.certificate);
  }
  return chain;
}
