/**
 * Names of the peer: RFC 9525 §6. Only subject alternative names count; the common name never does.
 *
 * DEVIATION: mbedTLS reads the common name where there is no alternative name, OpenSSL and GnuTLS where none is a DNS name.
 * RFC 9525 §2 has done away with that, and Go and the browsers with it, since name constraints do not bind a common name.
 */
import { equalBytes } from "../../core/index.ts";
import {
  attributeValues,
  type Certificate,
  commonNameOid,
  escapeControls,
  type GeneralName,
  parseIpAddress,
  renderGeneralName,
} from "../../x509/index.ts";
import { coversHost, normalDnsName, parsePresentedDnsName } from "../dns-name.ts";
import { equalMailboxes } from "../mailbox.ts";
import type { CertificateContext } from "../path.ts";
import type { PeerName } from "../peer-name.ts";
import type { Rejection } from "../rejection.ts";

export function checkPeerNames(context: CertificateContext): Rejection | undefined {
  const { certificate, request, reject } = context;
  const presented = certificate.extensions.value("subjectAltName") ?? [];
  for (const name of request.names) {
    if (namesPeer(certificate, name)) continue;
    const rivals = presented.filter(({ kind }) => kindsBeside[name.kind].includes(kind));
    if (rivals.length === 0) {
      const [commonName = ""] = attributeValues(certificate.subject, commonNameOid);
      return reject("no-names", context, { name: name.value, commonName: escapeControls(commonName) });
    }
    return reject("wrong-host", context, { name: name.value, names: rivals.map(renderRival) });
  }
  return undefined;
}

/** Which kinds of name the reader may take for the one asked for. */
const kindsBeside: Readonly<Record<PeerName["kind"], readonly GeneralName["kind"][]>> = {
  dns: ["dns", "ip"],
  ip: ["dns", "ip"],
  email: ["dns", "ip", "email"],
};

/** Whether a certificate carries the name. */
export function namesPeer({ extensions }: Certificate, name: PeerName): boolean {
  return (extensions.value("subjectAltName") ?? []).some(matcherOf(name));
}

/** Says of a presented name whether it is the one asked for. Kinds never cross: `DNS:192.0.2.1` is not an address. */
function matcherOf(name: PeerName): (presented: GeneralName) => boolean {
  switch (name.kind) {
    case "dns": {
      const host = normalDnsName(name.value.replace(/\.$/, ""));
      if (host === undefined) return () => false;
      return (presented) => {
        if (presented.kind !== "dns") return false;
        const parsed = parsePresentedDnsName(presented.value);
        return parsed !== undefined && coversHost(parsed, host);
      };
    }
    case "ip": {
      const address = parseIpAddress(name.value);
      if (address === undefined) return () => false;
      return (presented) => presented.kind === "ip" && equalBytes(presented.bytes, address);
    }
    case "email":
      return (presented) => presented.kind === "email" && equalMailboxes(presented.value, name.value);
  }
}

/** Without its kind, unless it looks like a name of another one: `DNS:192.0.2.1`. */
function renderRival(name: GeneralName): string {
  if (name.kind !== "dns") return renderGeneralName(name).replace(/^[A-Za-z]+:/, "");
  return parseIpAddress(name.value) === undefined ? escapeControls(name.value) : `DNS:${name.value}`;
}
