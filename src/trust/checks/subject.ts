/** The subject: RFC 5280 §4.1.2.4, §4.1.2.6, §4.2.1.6; BR 7.1.2.7.12, 7.1.4.3 and 3.2.2.6. */
import {
  attributeValues,
  type Certificate,
  commonNameOid,
  type GeneralName,
  escapeControls,
  type Name,
  renderIpAddress,
} from "../../x509/index.ts";
import { isPreferredName } from "../dns-name.ts";
import type { CertificateContext } from "../path.ts";
import type { Profile } from "../profile.ts";
import { isRegistry } from "../registries.ts";
import type { Rejection } from "../rejection.ts";

export function checkSubject(context: CertificateContext): Rejection | undefined {
  const { role, profile, reject } = context;
  const fault = role === "leaf" ? leafFault(context) : caFault(context.certificate);
  if (fault === undefined) return undefined;
  const [rule, authority] = fault;
  return reject("irregular-certificate", context, { rule, authority, profile: profile.name });
}

type Fault = readonly [rule: string, authority: string];

function caFault({ subject, issuer }: Certificate): Fault | undefined {
  if (subject.isEmpty) return ["it is a CA's and has an empty subject", "RFC 5280 §4.1.2.6"];
  return issuer.isEmpty ? ["its issuer is empty", "RFC 5280 §4.1.2.4"] : undefined;
}

function leafFault({ certificate, profile, purpose }: CertificateContext): Fault | undefined {
  const { subject, issuer, extensions } = certificate;
  if (issuer.isEmpty) return ["its issuer is empty", "RFC 5280 §4.1.2.4"];
  const names = extensions.get("subjectAltName");
  if (subject.isEmpty && names?.critical !== true) {
    return ["its subject is empty and its subjectAltName not critical", "RFC 5280 §4.1.2.6"];
  }
  if (purpose !== "server") return undefined;
  if (profile.strictAlternativeNames) {
    if (names === undefined) return ["it has no subjectAltName", "CA/B Forum BR 7.1.2.7.12"];
    if (names.critical && !subject.isEmpty) {
      return ["its subjectAltName is critical beside a subject", "CA/B Forum BR 7.1.2.7.12"];
    }
  }
  const presented = names?.value ?? [];
  return (
    nameFormFault(presented, profile) ??
    (profile.commonNameInNames ? commonNameFault(subject, presented) : undefined)
  );
}

/** RFC 5280 §4.2.1.6: dNSNames keep the preferred name syntax. BR 3.2.2.6: no wildcard over a registry. */
function nameFormFault(
  names: readonly GeneralName[],
  { strictAlternativeNames }: Profile,
): Fault | undefined {
  for (const name of names) {
    if (name.kind !== "dns") continue;
    if (!isPreferredName(name.value)) {
      return [`its dNSName "${escapeControls(name.value)}" is not a host name`, "RFC 5280 §4.2.1.6"];
    }
    if (strictAlternativeNames && coversRegistry(name.value)) {
      return [`its wildcard "${name.value}" covers a registry`, "CA/B Forum BR 3.2.2.6"];
    }
  }
  return undefined;
}

/**
 * DEVIATION: BR 7.1.4.3 has every common name repeat an alternative name. Here one is refused only where it
 * contradicts them: where they name hosts of its kind (DNS or address) and it is none of these, character for
 * character. The domain of a wildcard contradicts nobody.
 */
function commonNameFault(subject: Name, names: readonly GeneralName[]): Fault | undefined {
  for (const commonName of attributeValues(subject, commonNameOid)) {
    if (names.flatMap(commonNameForms).includes(commonName)) continue;
    const rivalKind = looksLikeAddress(commonName) ? "ip" : "dns";
    if (!names.some(({ kind }) => kind === rivalKind)) continue;
    return [
      "its common name is none of its alternative names, character for character",
      "CA/B Forum BR 7.1.4.3",
    ];
  }
  return undefined;
}

/** A colon, or a last label that is a number, also a hexadecimal one (as URLs decide it: WHATWG URL §3.5). */
function looksLikeAddress(text: string): boolean {
  return text.includes(":") || /(?:^|\.)(?:[0-9]+|0[xX][0-9A-Fa-f]*)$/.test(text);
}

/** How an alternative name stands in a common name: DNS names as they are, addresses by RFC 3986 and RFC 5952. */
function commonNameForms(name: GeneralName): readonly string[] {
  if (name.kind === "ip") return [renderIpAddress(name.bytes)];
  if (name.kind !== "dns") return [];
  return name.value.startsWith("*.") ? [name.value, name.value.slice(2)] : [name.value];
}

/** A wildcard over a registry that is known, or over a top-level domain. */
function coversRegistry(name: string): boolean {
  if (!name.startsWith("*.")) return false;
  const base = name.slice(2).toLowerCase();
  return !base.includes(".") || isRegistry(base);
}
