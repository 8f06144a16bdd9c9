/** What is asked of a device, and what its strategy needs from outside. */
import {
  asGiven,
  flag,
  helloVersions,
  instant,
  listOf,
  needed,
  oneOf,
  text,
  type Checks,
  type HelloVersion,
  type Own,
} from "../core/index.ts";
import type { TrustAnchor, TrustPorts } from "../trust/index.ts";
import type { Certificate } from "../x509/index.ts";

/** A server as a device meets it, and the moment. */
export interface DeviceRequest {
  /** As sent, the server's own first. */
  readonly chain: readonly Certificate[];
  /** The device's CA certificates, in the order of its file. */
  readonly anchors: readonly TrustAnchor[];
  /** The host as the program writes it: a name, or an address without brackets. */
  readonly name: string;
  /** The true moment, epoch milliseconds. Whether the device knows it is `clockSet`. */
  readonly at: number;
  /** Whether the device's clock is right. Default `true`. */
  readonly clockSet?: boolean;
  /** TLS versions that the server offers; not looked at when left out. */
  readonly serverVersions?: readonly HelloVersion[];
}

/** A site as it was visited. */
export interface VisitedSite {
  /** For the report: the URL. */
  readonly site: string;
  /** The host that was asked for. */
  readonly name: string;
  /** As sent, the server's own certificate first. */
  readonly chain: readonly Certificate[];
}

export const deviceChecks: Checks<DeviceRequest> = {
  chain: needed(listOf(asGiven())),
  anchors: needed(listOf(asGiven())),
  name: needed(text),
  at: needed(instant),
  clockSet: flag,
  serverVersions: listOf(oneOf(helloVersions)),
};

/** The moment as the device has it: a clock that was never set stands at the beginning of 1970. */
export function deviceTime({ at, clockSet = true }: Own<DeviceRequest>): number {
  return clockSet ? Math.floor(at / 1000) * 1000 : 0;
}

/** Whether the issuer's key made the signature on `certificate`. */
export function isSignedBy(
  certificate: Certificate,
  issuer: { readonly spki: Certificate["spki"] },
  { verifySignature }: Pick<TrustPorts, "verifySignature">,
): boolean {
  const holds = verifySignature({
    algorithm: certificate.signatureAlgorithm,
    spki: issuer.spki.der,
    key: issuer.spki.key,
    data: certificate.tbs,
    signature: certificate.signature,
  });
  return holds === true;
}

/** The hash of a signature, where it has one. */
export function hashOf({ signatureAlgorithm: { scheme } }: Certificate): string | undefined {
  return "hash" in scheme ? scheme.hash : undefined;
}
