/**
 * The TLS that Mongoose 7 brings itself: mg_tls_recv_cert of src/tls_builtin.c, as of 7.22.
 *
 * The chain in the order sent; each next must be a CA and have signed the one before, whatever names they
 * have. With one CA certificate all of it is walked, and the last one sent has to be signed by that CA. With several, a
 * certificate sent that has the common name and the key of one of them ends the walk; else it is enough that one of them
 * has the common name of the last one's issuer: its signature is not verified (CVE-2026-73251, until 7.23). No path
 * length, purpose, name constraints or critical extensions.
 */
import { equalBytes, type Own } from "../../core/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import { attributeValues, type Certificate, commonNameOid, type Name } from "../../x509/index.ts";
import { matchesName, type NameRules } from "../names.ts";
import { type DeviceRequest, deviceTime, isSignedBy } from "../request.ts";
import { type DeviceVerdict, refuse, type Refusal } from "../verdict.ts";

export interface MongooseBuiltinOptions {
  readonly names: NameRules;
  /** Where the walk comes to one more than these, it fails, even if that is the last. */
  readonly maxCertificates: number;
  /** Whether of several CA certificates the one that is found has to have signed, and be a CA: from 7.23 on. */
  readonly verifiesSeveral: boolean;
}

type IsReadable = (certificate: Certificate) => boolean;

export function verifyMongooseBuiltin(
  request: Own<DeviceRequest>,
  options: MongooseBuiltinOptions,
  ports: TrustPorts,
): DeviceVerdict {
  const { chain, anchors, name } = request;
  const [leaf] = chain;
  if (leaf === undefined) return refuse({ code: "not-trusted", library: "no certificate" });
  const at = deviceTime(request);
  const [single] = anchors.length === 1 ? anchors : [];
  const isReadable = (one: Certificate): boolean => checkReadable(one, at) === undefined;
  const unfit =
    single?.certificate && (checkReadable(single.certificate, at) ?? checkSigner(single, single.certificate));
  if (unfit !== undefined) return refuse(unfit);
  for (const [i, certificate] of chain.entries()) {
    const refusal =
      checkReadable(certificate, at) ??
      (i === 0 ? checkLeaf(certificate, name, options) : checkLink(certificate, chain[i - 1], ports));
    if (refusal !== undefined) return refuse(refusal);
    const anchor = single === undefined ? findSame(certificate, anchors, isReadable) : undefined;
    if (anchor !== undefined) return { accepts: true, path: chain.slice(0, i + 1), anchor };
    if (i === options.maxCertificates)
      return refuse({
        code: "chain-too-long",
        value: `${options.maxCertificates} certificates`,
        library: "too many certificates in the chain",
      });
  }
  return conclude(request, { single, isReadable, ...options }, ports);
}

interface End extends Pick<MongooseBuiltinOptions, "verifiesSeveral"> {
  readonly single: TrustAnchor | undefined;
  readonly isReadable: IsReadable;
}

/** Who vouches for the last one sent: the one CA by its signature, one of several by its name. */
function conclude(
  { chain, anchors }: Own<DeviceRequest>,
  { single, isReadable, verifiesSeveral }: End,
  ports: TrustPorts,
): DeviceVerdict {
  const last = chain.at(-1);
  if (anchors.length === 0 || last === undefined) return { accepts: true, path: chain, anchor: undefined };
  const anchor = single ?? findNamed(last.issuer, anchors, isReadable);
  const isTaken = single === undefined && !verifiesSeveral;
  // Once one of them was a CA, those that are read after it are too: is_ca is never taken back.
  const isFit =
    single !== undefined ||
    anchors.some(
      ({ certificate }) => certificate === undefined || (isReadable(certificate) && isCa(certificate)),
    );
  if (anchor !== undefined && (isTaken || (isFit && verifies(last, anchor, ports))))
    return { accepts: true, path: chain, anchor };
  const library = anchor === undefined ? "failed to find issuing CA in bundle" : "failed to verify CA";
  return refuse({ code: "not-trusted", certificate: last, library });
}

/** tls_bundle_find: the first that can be read and has the common name, in any case of its letters. */
function findNamed(
  name: Name,
  anchors: readonly TrustAnchor[],
  isReadable: IsReadable,
): TrustAnchor | undefined {
  const wanted = commonName(name);
  if (wanted === undefined) return undefined;
  return anchors.find(
    ({ subject, certificate }) =>
      commonName(subject) === wanted && (certificate === undefined || isReadable(certificate)),
  );
}

function commonName(name: Name): string | undefined {
  return attributeValues(name, commonNameOid)[0]?.toLowerCase();
}

/** An anchor that the certificate is itself, or another certificate over its key. */
function findSame(
  { subject, spki }: Certificate,
  anchors: readonly TrustAnchor[],
  isReadable: IsReadable,
): TrustAnchor | undefined {
  const anchor = findNamed(subject, anchors, isReadable);
  return anchor !== undefined && equalBytes(anchor.spki.der, spki.der) ? anchor : undefined;
}

function isCa(certificate: Certificate): boolean {
  return (
    certificate.extensions.value("basicConstraints")?.isCa === true && checkUsage(certificate) === undefined
  );
}

function checkUsage(certificate: Certificate): Refusal | undefined {
  const usages = certificate.extensions.value("keyUsage");
  if (usages === undefined || usages.includes("keyCertSign")) return undefined;
  return { code: "key-usage", certificate, value: "keyCertSign", library: "failed to verify CA" };
}

/** mg_tls_parse_cert_der, by which it reads what was sent and what it was given. */
function checkReadable(certificate: Certificate, at: number): Refusal | undefined {
  const { version, extensions, spki, signatureAlgorithm } = certificate;
  if (version === 2) return unreadable(certificate, "it is of version 2");
  const { scheme, name } = signatureAlgorithm;
  const isSignatureKnown =
    (scheme.kind === "rsa-pkcs1" || scheme.kind === "ecdsa") &&
    (scheme.hash === "sha256" || scheme.hash === "sha384");
  if (!isSignatureKnown)
    return { code: "unsupported-signature", certificate, value: name, library: "sig algo: unsupported OID" };
  const undated = checkDates(certificate, at);
  if (undated !== undefined) return undated;
  const { key } = spki;
  const isKeyKnown = key.kind === "rsa" ? !key.isPssOnly : key.kind === "ec" && key.curve !== "explicit";
  if (!isKeyKnown)
    return { code: "unsupported-key", certificate, value: spki.text, library: "unsupported key" };
  return extensions.get("basicConstraints")?.critical === false
    ? unreadable(certificate, "basicConstraints is not critical")
    : undefined;
}

function unreadable(certificate: Certificate, value: string): Refusal {
  return { code: "unreadable-certificate", certificate, value, library: "failed to parse certificate" };
}

/** The end of 9999, which stands for none (RFC 5280 §4.1.2.5). */
const noEndAt = Date.UTC(9999, 11, 31, 23, 59, 59);

function checkDates(certificate: Certificate, at: number): Refusal | undefined {
  if (at < certificate.notBeforeAt)
    return { code: "not-yet-valid", certificate, library: "cert is not yet valid" };
  if (certificate.notAfterAt === noEndAt) return unreadable(certificate, "it has no well-defined end");
  return at > certificate.notAfterAt
    ? { code: "expired", certificate, library: "cert is no longer valid" }
    : undefined;
}

/** mg_rsa_mod_pow takes moduli of 256 to 512 octets; the curves are those that are built in. */
function checkSigner({ spki }: Pick<Certificate, "spki">, certificate?: Certificate): Refusal | undefined {
  const { key, text } = spki;
  const isKnown =
    (key.kind === "rsa" && key.modulusBits > 255 * 8 && key.modulusBits <= 512 * 8) ||
    (key.kind === "ec" && (key.curve === "P-256" || key.curve === "P-384"));
  const library = "failed to verify CA";
  return isKnown
    ? undefined
    : { code: "unsupported-key", ...(certificate && { certificate }), value: text, library };
}

/** Its name; and its key has to make one of the three signatures that the device offers. */
function checkLeaf(
  certificate: Certificate,
  name: string,
  options: MongooseBuiltinOptions,
): Refusal | undefined {
  if (!matchesName(certificate, name, options.names))
    return { code: "wrong-name", certificate, value: name, library: "failed to verify hostname" };
  const { key, text } = certificate.spki;
  if (key.kind === "rsa" && (key.modulusBits < 2048 || key.modulusBits > 4096))
    return {
      code: "weak-key",
      certificate,
      value: text,
      library: "failed to verify RSA certificate (certverify)",
    };
  return key.kind === "ec" && key.curve !== "P-256"
    ? { code: "unsupported-key", certificate, value: text, library: "TLS error alert" }
    : undefined;
}

function checkLink(
  certificate: Certificate,
  below: Certificate | undefined,
  ports: TrustPorts,
): Refusal | undefined {
  const library = "failed to verify certificate chain";
  if (certificate.extensions.value("basicConstraints")?.isCa !== true)
    return { code: "not-a-ca", certificate, library: `${library} (not a true CA)` };
  const unfit = checkUsage(certificate);
  if (unfit !== undefined) return { ...unfit, library: `${library} (not a true CA)` };
  const unknown = checkSigner(certificate, certificate);
  if (unknown !== undefined) return { ...unknown, library };
  if (below === undefined || verifies(below, certificate, ports)) return undefined;
  return { code: "out-of-order", certificate, library };
}

/** mg_tls_verify_cert_signature, which on P-384 reads two numbers of 48 octets, however long they are. */
function verifies(certificate: Certificate, issuer: Pick<Certificate, "spki">, ports: TrustPorts): boolean {
  const { key } = issuer.spki;
  if (checkSigner(issuer) !== undefined) return false;
  if (key.kind === "ec" && key.curve === "P-384" && isShort(certificate.signature)) return false;
  return isSignedBy(certificate, issuer, ports);
}

/** SEQUENCE, INTEGER, INTEGER, each with its length in one octet. */
function isShort(signature: Uint8Array): boolean {
  const first = signature[3] ?? 0;
  const second = signature[5 + first] ?? 0;
  return first < 48 || second < 48;
}
