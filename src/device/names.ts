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
  /** `text`: every kind of name is compared as text, whatever it is. `dns`: DNS names. `dns+ip`: addresses as addresses. */
  readonly kinds: "text" | "dns" | "dns+ip" | "dns+ipv4";
  /** When the common name counts. */
  readonly commonName: "without-names" | "without-dns-names" | "also" | "never";
  /** How `*` matches. `first-label`: exactly one label. `partial`: also within the first label (`www*.example`). */
  readonly wildcard: "first-label" | "partial" | "same-labels";
  /** Whether nothing is compared when the host is an address. */
  readonly skipsAddresses: boolean;
}

/** Whether the certificate is for the host, by these rules. */
export function matchesName(certificate: Certificate, name: string, rules: NameRules): boolean {
  const address = parseIpAddress(name);
  if (address !== undefined && rules.skipsAddresses) return true;
  const names = certificate.extensions.value("subjectAltName");
  if (names?.some((candidate) => matchesGeneralName(candidate, name, rules)) === true) return true;
  if (!usesCommonName(names, rules)) return false;
  return attributeValues(certificate.subject, commonNameOid).some((text) => matchesText(text, name, rules));
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
  if (candidate.kind === "dns") return matchesText(candidate.value, name, rules);
  if (candidate.kind === "ip" && (kinds === "dns+ip" || kinds === "dns+ipv4")) {
    const address = parseIpAddress(name);
    if (address === undefined || (kinds === "dns+ipv4" && address.length !== 4)) return false;
    return equalBytes(address, candidate.bytes);
  }
  if (kinds !== "text") return false;
  return (
    (candidate.kind === "email" || candidate.kind === "uri") && matchesText(candidate.value, name, rules)
  );
}

function matchesText(pattern: string, name: string, { wildcard }: NameRules): boolean {
  const [left, right] = [pattern.toLowerCase(), name.toLowerCase()];
  if (left === right) return true;
  if (!left.includes("*")) return false;
  if (wildcard === "same-labels") return matchesLabels(left, right);
  const dot = right.indexOf(".");
  if (dot <= 0) return false;
  if (left.startsWith("*.")) return left.slice(1) === right.slice(dot);
  return wildcard === "partial" && matchesPartially(left, right);
}

/** As many labels, and every `*` within one of them. */
function matchesLabels(pattern: string, name: string): boolean {
  const [wanted, given] = [pattern.split("."), name.split(".")];
  return wanted.length === given.length && wanted.every((label, i) => matchesLabel(label, given[i] ?? ""));
}

/** OpenSSL without X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS: one `*` within the first label, none in an A-label. */
function matchesPartially(pattern: string, name: string): boolean {
  const [wanted = "", ...rest] = pattern.split(".");
  const [given = "", ...others] = name.split(".");
  if (rest.length < 2 || rest.join(".") !== others.join(".") || given.startsWith("xn--")) return false;
  return !wanted.startsWith("xn--") && matchesLabel(wanted, given);
}

function matchesLabel(pattern: string, label: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === label;
  const [head = "", tail = ""] = parts;
  if (parts.length > 2) return false;
  return label.length >= head.length + tail.length && label.startsWith(head) && label.endsWith(tail);
}
