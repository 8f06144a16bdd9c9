/** What a device says of a chain: that it accepts it, or the first thing for which it does not. */
import { renderInstant, renderList } from "../core/index.ts";
import type { TrustAnchor } from "../trust/index.ts";
import { type Certificate, renderGeneralName } from "../x509/index.ts";
import { matchesName, type NameRules } from "./names.ts";

/** Why a device refuses. */
export type RefusalCode =
  | "no-anchors"
  | "tls-version"
  | "unreadable-certificate"
  | "unsupported-key"
  | "unsupported-signature"
  | "critical-extension"
  | "not-trusted"
  /** A CA certificate of the issuer's name is there, with another key. */
  | "other-key"
  /** The root that is needed cannot be one of its CA certificates. */
  | "unusable-root"
  /** The root that is needed has the name of another one, and the device looks at one of a name. */
  | "name-taken"
  | "bad-signature"
  | "out-of-order"
  | "expired"
  | "not-yet-valid"
  | "clock-unset"
  | "not-a-ca"
  | "key-usage"
  | "purpose"
  | "path-length"
  | "chain-too-long"
  | "weak-hash"
  | "weak-key"
  | "name-constraint"
  | "irregular"
  | "wrong-name";

/** One refusal, with its facts. */
export interface Refusal {
  readonly code: RefusalCode;
  /** The certificate that it is about. */
  readonly certificate?: Certificate | undefined;
  /** The value that decided: an extension, a key, a hash, a name, a limit. */
  readonly value?: string | undefined;
  /** What the library reports: `-0x2700, flags 0x08`; `BR_ERR_X509_EXPIRED (54)`. */
  readonly library: string;
}

/** Whether a device accepts a server, and by which path or for which reason not. */
export type DeviceVerdict =
  /** `path` from the leaf up, as the device went it; `anchor` is where it ended, unless it verifies nobody. */
  | {
      readonly accepts: true;
      readonly path: readonly Certificate[];
      readonly anchor: TrustAnchor | undefined;
    }
  | { readonly accepts: false; readonly refusal: Refusal };

/** A refusal as a verdict. Every property is its own, so that none is read from a prototype. */
export function refuse(refusal: Refusal): DeviceVerdict {
  return { accepts: false, refusal: { certificate: undefined, value: undefined, ...refusal } };
}

/** A clause that goes on after "because": `the certificate of X is expired (2026-11-01 00:00:00 UTC)`. */
export function explainRefusal({ code, certificate, value = "" }: Refusal): string {
  const whose =
    certificate === undefined ? "a certificate" : `the certificate of ${certificate.subject.display}`;
  switch (code) {
    case "no-anchors":
      return "it has no CA certificate to verify with";
    case "tls-version":
      return `server and device have no TLS version in common (the device speaks ${value})`;
    case "unreadable-certificate":
      return `it cannot read ${whose} (${value})`;
    case "unsupported-key":
      return `it knows no keys of the kind that ${whose} has (${value})`;
    case "unsupported-signature":
      return `it does not know how ${whose} is signed (${value})`;
    case "critical-extension":
      return `${whose} has a critical extension that it does not understand (${value})`;
    case "not-trusted":
      return certificate === undefined
        ? "it finds no way to one of its CA certificates"
        : `it finds no issuer for ${whose} (${certificate.issuer.display}), neither among its CA certificates nor where it looks in what the server sent`;
    case "other-key":
      return `the CA certificate of the name ${certificate?.issuer.display ?? "wanted"} that it finds has another key than the one that signed ${whose}`;
    case "unusable-root":
      return `${certificate?.subject.display ?? "the root"}, under which it would verify, cannot be one of its CA certificates: ${value}`;
    case "name-taken":
      return `${certificate?.subject.display ?? "the root"}, under which it would verify, has the name of another CA certificate that ${value} needs, and the device only looks at one of a name`;
    case "bad-signature":
      return `the signature on ${whose} does not hold`;
    case "out-of-order":
      return `the server's certificates are not in order: ${whose} is not the issuer of the one before it, and the device does not look further`;
    case "expired":
      return `${whose} is past its end${certificate === undefined ? "" : ` (${renderInstant(certificate.notAfterAt)})`}`;
    case "not-yet-valid":
      return `${whose} is not valid yet${certificate === undefined ? "" : ` (before ${renderInstant(certificate.notBeforeAt)})`}`;
    case "clock-unset":
      return "its clock is not set, and it checks dates";
    case "not-a-ca":
      return `${whose} signed another one and is not a CA's`;
    case "key-usage":
      return `${whose} does not allow this use of its key (${value})`;
    case "purpose":
      return `${whose} is not for TLS servers (${value})`;
    case "path-length":
      return `more CAs stand below ${whose} than it allows (${value})`;
    case "chain-too-long":
      return `the chain is longer than it takes (${value})`;
    case "weak-hash":
      return `${whose} is signed with ${value}, which it no longer takes`;
    case "weak-key":
      return `${whose} has a key of a size or on a curve that it does not take (${value})`;
    case "name-constraint":
      return `${whose} may not vouch for this name (${value})`;
    case "irregular":
      return `${whose} breaks a rule of form that it insists on (${value})`;
    case "wrong-name":
      return `${whose} ${explainNames(certificate, value)}`;
  }
}

/** RFC 9525 §6.3, §6.4: by these a full validation would take the name. */
const standardNames: NameRules = {
  kinds: "dns/ip",
  commonName: "never",
  wildcard: "label",
  wildcardIsPlain: false,
  labelsAfterWildcard: 1,
  dropsFinalDot: true,
  mindsCase: false,
  skipsAddresses: false,
};

/** What a certificate names instead; a name that it has all the same is one that this device does not take. */
function explainNames(certificate: Certificate | undefined, wanted: string): string {
  const names = certificate?.extensions.value("subjectAltName") ?? [];
  if (certificate === undefined || names.length === 0) return `has no name that is ${wanted}`;
  const listed = renderList(names.map((name) => renderGeneralName(name).replace(/^(?:DNS|IP):/, "")));
  return matchesName(certificate, wanted, standardNames)
    ? `names ${listed}, which it does not take for ${wanted.replace(/\.$/, " with a dot at its end")}`
    : `names ${listed} only, not ${wanted}`;
}
