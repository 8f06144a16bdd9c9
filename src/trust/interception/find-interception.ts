/**
 * Whether somebody in between likely made a server's certificate: a company's proxy, an antivirus, a debugging tool. The
 * one place that decides it; judged by the chain as it was sent and the name that was asked for, which is all that one
 * connection shows. So it is `likely` at best: anybody can put a name into a certificate of their own.
 */
import { isPublicName, type Interception } from "../../core/index.ts";
import { attributeValues, escapeControls, extensionOid, type Certificate } from "../../x509/index.ts";
import { issuerUrls } from "../issuer-urls.ts";
import { findProduct, wordsOf } from "./products.ts";

/** What a connection showed of a server that nobody vouches for. */
export interface Shown {
  /** The name that was asked for. */
  readonly host: string;
  readonly leaf: Certificate;
  /** Whatever else was sent. */
  readonly others: readonly Certificate[];
}

/** What speaks for somebody in between; `undefined` where nothing does. For a chain that leads to no root in force. */
export function findInterception({ host, leaf, others }: Shown): Interception | undefined {
  const names = [leaf, ...others].map(({ issuer }) => issuer.text);
  const product = findProduct(names);
  const [organization] = attributeValues(leaf.issuer, organizationOid);
  const found = {
    host,
    isPublicName: isPublicName(host),
    issuer: leaf.issuer.display,
    organization: organization === undefined ? undefined : escapeControls(organization),
    product: undefined,
    isDebugger: false,
  };
  if (product?.kind === "interceptor" || product?.kind === "debugger") {
    const isDebugger = product.kind === "debugger";
    return { ...found, certainty: "likely", sign: "product", product: product.name, isDebugger };
  }
  // What is made for developers, or shown for want of another certificate, is explained by that. And names that are no
  // public ones have private CAs as a rule.
  if (product !== undefined || !found.isPublicName) return undefined;
  if (names.some((name) => inspection.test(wordsOf(name))))
    return { ...found, certainty: "likely", sign: "inspection" };
  if (leaf.isSelfIssued || isPubliclyIssued(leaf)) return undefined;
  return { ...found, certainty: "possible", sign: "private-ca" };
}

const organizationOid = "2.5.4.10";

/** What CAs call themselves that exist to open connections. A "front proxy" or an "API gateway" is none. */
const inspection = new RegExp(
  [
    String.raw`\b(?:ssl|tls|https|web|traffic|deep)[ -]?(?:inspect|intercept|decrypt|visibility|bump|scan|filter|proxy|mitm)`,
    String.raw`\b(?:inspection|interception|decryption|mitm|man[ -]in[ -]the[ -]middle|dpi[ -]ssl|squid)\b`,
    String.raw`\bforward[ -]?(?:trust|untrust|proxy)\b`,
    String.raw`\b(?:secure )?(?:web|internet)[ -]?gateway\b`,
    String.raw`(?<!front[ -]|envoy )\b(?:proxy|firewall|antivirus|anti-virus|content filter)(?: (?:root|issuing|server|sub(?:ordinate)?))? ca\b`,
  ].join("|"),
  "i",
);

/**
 * Marks that public CAs put into the certificates of servers: timestamps of Certificate Transparency (RFC 6962 §3.3), a
 * policy identifier of the CA/Browser Forum's (Baseline Requirements 7.1.6), and where the issuer's certificate is
 * published. Certificates that are made on the way have none of these.
 */
function isPubliclyIssued(leaf: Certificate): boolean {
  const { extensions } = leaf;
  if (extensions.find(extensionOid.signedCertificateTimestamps) !== undefined) return true;
  const policies = extensions.value("certificatePolicies") ?? [];
  return policies.some((policy) => policy.startsWith("2.23.140.1.")) || issuerUrls(leaf).length > 0;
}
