/**
 * What a device makes of a server, beside what a full validation makes of it.
 *
 * The two can differ both ways: a device refuses a good chain, or accepts one although something is wrong. Each
 * difference is said with its reason.
 */
import { readOptions, type Own } from "../core/index.ts";
import {
  peerNameOf,
  type Rejection,
  type RejectionCode,
  type TrustPorts,
  type Verdict,
  verify,
} from "../trust/index.ts";
import { nameOtherKey } from "./other-key.ts";
import type { CheckName, DeviceProfile, Strategy } from "./profile.ts";
import { deviceChecks, type DeviceRequest } from "./request.ts";
import { verifyBearssl } from "./strategies/bearssl.ts";
import { verifyEspBundle } from "./strategies/esp-bundle.ts";
import { verifyMbedtls } from "./strategies/mbedtls.ts";
import { verifyModdable } from "./strategies/moddable.ts";
import { verifyMongooseBuiltin } from "./strategies/mongoose-builtin.ts";
import { verifyOpenssl } from "./strategies/openssl.ts";
import { type DeviceVerdict, explainRefusal, refuse, type Refusal } from "./verdict.ts";

/** How a device and a full validation differ. */
export type Difference =
  /** A full validation accepts it. */
  | { readonly kind: "refuses-good"; readonly refusal: Refusal }
  /** A full validation refuses it; `check` is what the device does not do. */
  | { readonly kind: "accepts-bad"; readonly rejection: Rejection; readonly check: CheckName | undefined };

/** A device's verdict beside a full validation's. */
export interface DeviceReport {
  readonly device: DeviceVerdict;
  /** The full validation, under the same anchors, at the true moment. */
  readonly full: Verdict;
  readonly difference: Difference | undefined;
}

/** The device's verdict on a server, the full one, and where they differ. */
export function verifyAs(profile: DeviceProfile, asked: DeviceRequest, ports: TrustPorts): DeviceReport {
  const request = readOptions(asked, deviceChecks);
  const device = followProfile(profile, request, ports);
  const full = verifyFully(request, ports);
  return { device, full, difference: findDifference(device, full) };
}

/** The device's verdict alone. */
export function verifyOnDevice(
  profile: DeviceProfile,
  request: DeviceRequest,
  ports: TrustPorts,
): DeviceVerdict {
  return followProfile(profile, readOptions(request, deviceChecks), ports);
}

function followProfile(
  profile: DeviceProfile,
  request: Own<DeviceRequest>,
  ports: TrustPorts,
): DeviceVerdict {
  const { serverVersions } = request;
  const { versions } = profile.hello;
  if (serverVersions !== undefined && !serverVersions.some((version) => versions.includes(version))) {
    return refuse({ code: "tls-version", value: versions.join(", "), library: "protocol version" });
  }
  // With nothing to verify against, some devices verify nobody.
  if (request.anchors.length === 0 && profile.withoutCa.behaviour === "unverified") {
    return { accepts: true, path: request.chain, anchor: undefined };
  }
  const { firstOfNameOnly } = profile.fileRules;
  return nameOtherKey(follow(profile.strategy, request, ports), { ...request, firstOfNameOnly }, ports);
}

function follow(strategy: Strategy, request: Own<DeviceRequest>, ports: TrustPorts): DeviceVerdict {
  switch (strategy.kind) {
    case "mbedtls":
      return verifyMbedtls(request, strategy.options, ports);
    case "esp-bundle":
      return verifyEspBundle(request, strategy.options, ports);
    case "bearssl":
      return verifyBearssl(request, strategy.options, ports);
    case "openssl":
      return verifyOpenssl(request, strategy.options, ports);
    case "moddable":
      return verifyModdable(request, strategy.options, ports);
    case "mongoose-builtin":
      return verifyMongooseBuiltin(request, strategy.options, ports);
  }
}

function verifyFully({ chain, anchors, name, at }: Own<DeviceRequest>, ports: TrustPorts): Verdict {
  const [leaf, ...intermediates] = chain;
  if (leaf === undefined) throw new RangeError("A chain has one certificate at least.");
  return verify({ leaf, intermediates, anchors, names: [peerNameOf(name)], at }, ports);
}

function findDifference(device: DeviceVerdict, full: Verdict): Difference | undefined {
  if (device.accepts === full.trusted) return undefined;
  if (!device.accepts) return { kind: "refuses-good", refusal: device.refusal };
  if (full.trusted) return undefined;
  return { kind: "accepts-bad", rejection: full.primary, check: checkOfCode[full.primary.code] };
}

/** Which check would have found what a full validation refuses. */
const checkOfCode: Readonly<Partial<Record<RejectionCode, CheckName>>> = {
  expired: "dates",
  "not-yet-valid": "dates",
  "wrong-host": "hostName",
  "no-names": "hostName",
  "untrusted-root": "signatures",
  "self-signed": "signatures",
  "bad-signature": "signatures",
  revoked: "revocation",
  "not-a-ca": "basicConstraints",
  "path-too-long": "pathLength",
  "name-constraint": "nameConstraints",
  "wrong-usage": "purpose",
  "key-usage": "keyUsage",
  "unknown-critical-extension": "criticalExtensions",
  "weak-signature": "weakHashes",
  "weak-key": "weakKeys",
};

/** One sentence: `Mongoose OS 2.x accepts this although ...`. */
export function explainDifference(
  profile: Pick<DeviceProfile, "title" | "confirmation">,
  difference: Difference,
  explainRejection: (rejection: Rejection) => string,
): string {
  const sure = profile.confirmation.how === "run" ? "" : " (as its source reads; not run)";
  if (difference.kind === "refuses-good") {
    return `${profile.title} refuses this good chain because ${explainRefusal(difference.refusal)}${sure}.`;
  }
  return `${profile.title} accepts this${sure}, although a full validation refuses it: ${explainRejection(difference.rejection)}`;
}
