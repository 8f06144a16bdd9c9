/** What a check of a fleet can find, by names that stay: the rules of SARIF, the types of failures in JUnit. */
import type { AuditFinding } from "../../../bundle/index.ts";
import { identitySeverities } from "../../../trust/index.ts";
import type { FleetVerdict } from "./fleet.ts";
import type { FleetFinding } from "./identity.ts";

export interface Rule {
  readonly id: string;
  /** One sentence for a list of rules. */
  readonly title: string;
  /** What to do about it. */
  readonly help: string;
  readonly level: "error" | "warning" | "note";
}

export const verdictRules: Readonly<Record<Exclude<FleetVerdict, "connects">, Rule>> = {
  refused: {
    id: "endpoint-refused",
    title: "A firmware refuses an endpoint that it talks to.",
    help: "With the CA files that it has, the device cannot verify the endpoint as it is today: devices in the field fail there now. `meerkat ca --update LOCK` writes the bundles for an update; `meerkat check BUNDLE URL --for DEVICE` says more about one endpoint.",
    level: "error",
  },
  "accepted-wrongly": {
    id: "endpoint-accepted-wrongly",
    title: "A firmware connects to an endpoint that a full validation refuses.",
    help: "The device does not make a check that fails here, or verifies nobody. Mend the endpoint, or the firmware's settings; docs/devices.md says what each device checks.",
    level: "error",
  },
  "ends-early": {
    id: "endpoint-ends-early",
    title: "A firmware loses an endpoint before the day through which it has to last.",
    help: "Something on the path ends: a root's certificate, its place in the root programme, or a cross-signed certificate. Roll out a bundle with the next root before that day: `meerkat ca --update LOCK`.",
    level: "warning",
  },
  unreached: {
    id: "endpoint-unreached",
    title: "An endpoint could not be asked, so nothing is known of it.",
    help: "Nothing is said about the firmware. `meerkat why URL` finds out why the endpoint gave no answer.",
    level: "warning",
  },
};

/** What a verdict does not cover; it fails nobody. */
export const noteRule: Rule = {
  id: "endpoint-note",
  title: "Something about an endpoint that its verdict does not cover.",
  help: "An address could not be looked at, or shows a chain that this firmware's greeting is not answered with. `meerkat check BUNDLE URL --for DEVICE` says more about one endpoint.",
  level: "note",
};

/** Its severity is each finding's own; a level here is the worst that it has. */
export const findingRules: Readonly<Record<AuditFinding["kind"], Rule>> = {
  empty: bundleRule("empty", "A bundle holds no certificate that the device reads.", "error"),
  lost: bundleRule("lost", "The device does not read all certificates of a bundle.", "error"),
  stumbles: bundleRule("stumbles", "The device's own reader stumbles over a part of a bundle.", "error"),
  broken: bundleRule(
    "broken",
    "A block cannot be decoded, and the device takes none of the others.",
    "error",
  ),
  format: bundleRule("format", "The device does not read bundles of this format.", "error"),
  unreadable: bundleRule("unreadable", "A part of a bundle cannot be read.", "error"),
  leaf: bundleRule("leaf", "A server's own certificate stands in a bundle of CAs.", "warning"),
  "self-signed-leaf": bundleRule(
    "self-signed-leaf",
    "A certificate that vouches for itself and is not a CA.",
    "warning",
  ),
  intermediate: bundleRule("intermediate", "An intermediate stands in a bundle of roots.", "warning"),
  expired: bundleRule("expired", "A CA certificate of a bundle has expired.", "error"),
  "not-yet-valid": bundleRule("not-yet-valid", "A CA certificate of a bundle is not valid yet.", "error"),
  expiring: bundleRule("expiring", "A CA certificate of a bundle expires soon.", "warning"),
  duplicate: bundleRule("duplicate", "A certificate stands in a bundle twice.", "note"),
  shadowed: bundleRule(
    "shadowed",
    "Two CA certificates of one name, of which the device looks at one.",
    "error",
  ),
  damaged: bundleRule(
    "damaged",
    "A root's signature is not its own key's, so that a byte of it was changed.",
    "warning",
  ),
  retired: bundleRule("retired", "A root programme retires a CA certificate of a bundle.", "warning"),
  "distrusted-after": bundleRule(
    "distrusted-after",
    "A root programme believes a CA only for older certificates.",
    "warning",
  ),
  unusable: bundleRule("unusable", "The device cannot use a CA certificate of a bundle.", "error"),
  "private-key": bundleRule("private-key", "A private key stands in a bundle.", "error"),
  form: bundleRule("form", "The form of a file is one that its reader minds.", "warning"),
  several: bundleRule(
    "several",
    "A device is worse off with several CA certificates than with one.",
    "warning",
  ),
  "too-many": bundleRule("too-many", "A bundle has more CA certificates than the device takes.", "error"),
};

/** What speaks against a client certificate: the judge's codes, and one of the fleet's own. */
export const identityRules: Readonly<Record<FleetFinding["code"], Rule>> = {
  "not-asked": identityRule(
    "not-asked",
    "A server does not ask for the client certificate in the handshake.",
  ),
  "key-mismatch": identityRule("key-mismatch", "A key does not belong to the client certificate."),
  expired: identityRule("expired", "A client certificate, or an intermediate of its chain, has expired."),
  "not-yet-valid": identityRule(
    "not-yet-valid",
    "A client certificate, or an intermediate of its chain, is not valid yet.",
  ),
  "not-for-clients": identityRule(
    "not-for-clients",
    "A client certificate, or an intermediate of its chain, is not for TLS clients.",
  ),
  "cannot-sign": identityRule("cannot-sign", "The key of a client certificate may not sign a handshake."),
  "ca-certificate": identityRule("ca-certificate", "A CA's own certificate is to be shown as a client's."),
  "self-signed": identityRule("self-signed", "A client certificate is self-signed."),
  "scheme-not-asked": identityRule(
    "scheme-not-asked",
    "A server takes no signature that the key of the client certificate can make.",
  ),
  "type-not-asked": identityRule(
    "type-not-asked",
    "A server does not ask for certificates with a key such as the client's.",
  ),
  "client-lacks-key": identityRule(
    "client-lacks-key",
    "The device likely cannot sign with the key of its client certificate.",
  ),
  "issuer-not-named": identityRule(
    "issuer-not-named",
    "A client certificate does not lead to a CA that the server names.",
  ),
  "issuers-untold": identityRule(
    "issuers-untold",
    "A server names no CA, so whether it takes the client certificate's issuer is not known.",
  ),
  "chain-not-sent": identityRule(
    "chain-not-sent",
    "A server needs an intermediate that the device does not send with its client certificate.",
  ),
  "chain-kept-back": identityRule(
    "chain-kept-back",
    "The device does not send the intermediates of its client certificate.",
  ),
  "missing-intermediate": identityRule(
    "missing-intermediate",
    "The chain of a client certificate has a gap.",
  ),
  "not-signed-by": identityRule(
    "not-signed-by",
    "A certificate in the chain of a client's was signed by another key than its namesake's.",
  ),
  "out-of-order": identityRule("out-of-order", "The chain of a client certificate stands out of order."),
  "unrelated-certificate": identityRule(
    "unrelated-certificate",
    "A certificate beside a client's is not of its chain.",
  ),
  "root-sent": identityRule("root-sent", "The chain of a client certificate has its root in it."),
  "ends-early": identityRule(
    "ends-early",
    "A client certificate ends before the day through which its firmware has to last.",
  ),
};

function identityRule(code: FleetFinding["code"], title: string): Rule {
  return {
    id: `client-certificate-${code}`,
    title,
    help: "`meerkat check BUNDLE URL --for DEVICE --cert FILE` says more; with --key, `meerkat inspect` shows it to the server.",
    level: code === "ends-early" ? "warning" : identitySeverities[code],
  };
}

function bundleRule(kind: AuditFinding["kind"], title: string, level: Rule["level"]): Rule {
  return {
    id: `bundle-${kind}`,
    title,
    help: "`meerkat check BUNDLE --for DEVICE` shows it with its place; `meerkat ca URL... --for DEVICE` writes a bundle anew.",
    level,
  };
}

/** Every rule, in an order that stays. */
export const rules: readonly Rule[] = [
  ...Object.values(verdictRules),
  noteRule,
  ...Object.values(findingRules),
  ...Object.values(identityRules),
];
