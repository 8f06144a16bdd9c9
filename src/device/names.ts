/** How devices compare the host with a certificate: each library in its own way, none in all of them. */
import { equalBytes } from "../core/index.ts";
import {
  attributeValues,
  type Certificate,
  commonNameOid,
  type GeneralName,
  parseIpAddress,
} from "../x509/index.ts";

/** Which names of a certificate count, and how. */
export interface NameRules {
  /**
   * `text`: every kind of name is compared as text, whatever it is. `dns`: DNS names, with an address too. `dns+ip+uri`:
   * addresses as addresses besides, and URIs byte for byte. `text+ipv4`: `text`, and IPv4 addresses as such. `dns/ip`: an address with addresses alone. `dns/ipv4`: IPv4 alone.
   */
  readonly kinds: "text" | "text+ipv4" | "dns" | "dns+ip+uri" | "dns/ip" | "dns/ipv4";
  /** When the common name counts. */
  readonly commonName: "without-names" | "without-dns-names" | "also" | "never";
  /**
   * Where `*` may stand. `label`: for the whole first label. `edge`: also at one end of it (`www*.example`). `within`:
   * anywhere in it. `any-label`: in any label.
   */
  readonly wildcard: "label" | "edge" | "within" | "any-label";
  /** Whether it stands for letters, digits and hyphens alone, and so not for `my_host` (wildcard_match of v3_utl.c). */
  readonly wildcardIsPlain: boolean;
  /** How many labels have to follow the one with the `*`. */
  readonly labelsAfterWildcard: number;
  /** Whether a dot at the end of a name, the host's or the certificate's, is left out (unfqdn of Node's tls.js). */
  readonly dropsFinalDot: boolean;
  /** Whether letters of the other case are other letters. */
  readonly mindsCase: boolean;
  /** Whether nothing is compared when the host is an address. */
  readonly skipsAddresses: boolean;
}

/** Whether the certificate is for the host, by these rules. */
export function matchesName(certificate: Certificate, name: string, rules: NameRules): boolean {
  const address = parseIpAddress(name);
  if (address !== undefined && rules.skipsAddresses) return true;
  const extension = certificate.extensions.get("subjectAltName");
  // What cannot be read names nobody, and is there all the same.
  if (extension !== undefined && extension.value === undefined) return false;
  const names = extension?.value;
  if (names?.some((candidate) => matchesGeneralName(candidate, name, rules)) === true) return true;
  if (address !== undefined && comparesAddressesAlone(rules)) return false;
  if (!usesCommonName(names, rules)) return false;
  return attributeValues(certificate.subject, commonNameOid).some((text) => matchesText(text, name, rules));
}

function comparesAddressesAlone({ kinds }: NameRules): boolean {
  return kinds === "dns/ip" || kinds === "dns/ipv4";
}

function usesCommonName(names: readonly GeneralName[] | undefined, { commonName }: NameRules): boolean {
  switch (commonName) {
    case "never":
      return false;
    case "also":
      return true;
    case "without-names":
      return names === undefined;
    case "without-dns-names":
      return names?.some(({ kind }) => kind === "dns") !== true;
  }
}

function matchesGeneralName(candidate: GeneralName, name: string, rules: NameRules): boolean {
  const { kinds } = rules;
  const address = parseIpAddress(name);
  if (candidate.kind === "dns") {
    return (
      (address === undefined || !comparesAddressesAlone(rules)) && matchesText(candidate.value, name, rules)
    );
  }
  if (candidate.kind === "ip" && kinds !== "text" && kinds !== "dns") {
    const isOther = address?.length !== 4 && (kinds === "dns/ipv4" || kinds === "text+ipv4");
    if (address === undefined || isOther) return false;
    return equalBytes(address, candidate.bytes);
  }
  if (candidate.kind === "uri" && kinds === "dns+ip+uri") return candidate.value === name;
  if (kinds !== "text" && kinds !== "text+ipv4") return false;
  return (
    (candidate.kind === "email" || candidate.kind === "uri") && matchesText(candidate.value, name, rules)
  );
}

function matchesText(pattern: string, name: string, rules: NameRules): boolean {
  const { wildcard, wildcardIsPlain, labelsAfterWildcard, dropsFinalDot, mindsCase } = rules;
  const [left = "", right = ""] = [pattern, name]
    .map((text) => (mindsCase ? text : text.toLowerCase()))
    .map((text) => (dropsFinalDot ? text.replace(/\.$/, "") : text));
  if (left === right) return true;
  const [wanted, given] = [left.split("."), right.split(".")];
  if (!left.includes("*") || wanted.length !== given.length) return false;
  if (wildcard === "any-label") return wanted.every((label, i) => matchesLabel(label, given[i] ?? ""));
  const [first = "", ...rest] = wanted;
  const [label = "", ...others] = given;
  if (rest.length < labelsAfterWildcard || rest.join(".") !== others.join(".")) return false;
  if (wildcardIsPlain && !/^[a-z0-9-]*$/.test(label)) return false;
  return isAllowed(first, wildcard) && label !== "" && matchesLabel(first, label);
}

/** Whether the `*` may stand where it does in the first label. None but a whole one may stand for an A-label. */
function isAllowed(label: string, wildcard: NameRules["wildcard"]): boolean {
  if (label === "*") return true;
  if (wildcard === "label" || label.startsWith("xn--")) return false;
  // OpenSSL refuses a hyphen right before the `*` (valid_star of v3_utl.c).
  return wildcard === "within" || label.startsWith("*") || (label.endsWith("*") && !label.endsWith("-*"));
}

function matchesLabel(pattern: string, label: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === label;
  const [head = "", tail = ""] = parts;
  if (parts.length > 2) return false;
  return label.length >= head.length + tail.length && label.startsWith(head) && label.endsWith(tail);
}
