/**
 * Whether a server is likely to take the client's certificate, as far as its request for one shows. What it does beyond
 * that, its own list of clients or of revoked certificates, is not seen from here.
 */
import type { ClientCertificate } from "../../admission/index.ts";
import {
  type Certificate,
  equalNames,
  type Name,
  parseName,
  purposeOid,
  readCertificateFile,
} from "../../x509/index.ts";
import { renderDay } from "./dates.ts";

const mostNamed = 3;

export interface Asking {
  /** The host and port that asks. */
  readonly authority: string;
  /** Names of the CAs of which it wants a certificate, DER; empty where it names none. */
  readonly authorities: readonly Uint8Array[];
}

/** One sentence: that a certificate is asked for and, where one is given, whether it can be the one. */
export function explainIdentity(
  { authority, authorities }: Asking,
  shown: ClientCertificate | undefined,
  at: number,
): string {
  const names = authorities.flatMap((der) => parseName(der) ?? []);
  const asks = `${authority} asks its clients for a certificate${renderIssuers(names)}`;
  if (shown === undefined)
    return `${asks}, and none was given (--cert). Its own came with the handshake all the same.`;
  const chain = chainOf(shown);
  const [own] = chain;
  // What a PKCS #12 file holds is behind its passphrase.
  if (own === undefined) return `${asks}. Whether it takes the one that was given was not looked at.`;
  const isNamed = names.length === authorities.length;
  const faults = [...faultsOf(own, at), ...(isNamed ? faultOfIssuer(chain, names) : [])];
  const subject = own.subject.display || "the one that was given";
  if (faults.length > 0) return `${asks}, and likely does not take ${subject}: ${faults.join("; ")}.`;
  const issued = names.length === 0 ? "" : "was issued under what it names, ";
  return `${asks}; ${subject} ${issued}is for clients, and is valid until ${renderDay(own.notAfterAt)}.`;
}

function renderIssuers(names: readonly Name[]): string {
  if (names.length === 0) return "";
  const more = names.length - mostNamed;
  const shown = names.slice(0, mostNamed).map(({ display }) => display || "a CA without a name");
  return ` from ${more > 0 ? `${shown.join(", ")} or ${more} more` : shown.join(" or ")}`;
}

/** Its own first, then what is sent along with it. */
function chainOf(shown: ClientCertificate): readonly Certificate[] {
  if (!("cert" in shown)) return [];
  const content = typeof shown.cert === "string" ? Buffer.from(shown.cert) : shown.cert;
  return readCertificateFile(content).certificates.map(({ certificate }) => certificate);
}

function faultsOf({ extensions, notBeforeAt, notAfterAt }: Certificate, at: number): readonly string[] {
  const purposes = extensions.value("extendedKeyUsage");
  const usages = extensions.value("keyUsage");
  return [
    ...(notAfterAt < at ? [`it expired on ${renderDay(notAfterAt)}`] : []),
    ...(notBeforeAt > at ? [`it is valid from ${renderDay(notBeforeAt)} only`] : []),
    ...(purposes === undefined ||
    purposes.includes(purposeOid.clientAuth) ||
    purposes.includes(purposeOid.any)
      ? []
      : ["its extended key usage does not have clientAuth"]),
    // A client proves by a signature that the key is its own (RFC 8446 §4.4.3).
    ...(usages === undefined || usages.includes("digitalSignature")
      ? []
      : ["its key usage does not have digitalSignature"]),
  ];
}

/** RFC 8446 §4.2.4: one certificate of the chain has to be issued by one of the named. */
function faultOfIssuer(chain: readonly Certificate[], names: readonly Name[]): readonly string[] {
  const isKnown = chain.some(({ issuer }) => names.some((name) => equalNames(name, issuer)));
  if (names.length === 0 || isKnown) return [];
  const [own] = chain;
  const along = chain.length > 1 ? "and neither is that of what is sent along" : "and nothing is sent along";
  return [`its issuer ${own?.issuer.display || "without a name"} is not among those, ${along}`];
}
