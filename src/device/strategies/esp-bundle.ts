/**
 * The ESP certificate bundle over mbedTLS: esp_crt_verify_callback of esp_crt_bundle.c.
 *
 * Without cross-signed verification (released ESP-IDF) mbedTLS walks to the end of what was sent with no anchor at
 * all, and then only the topmost certificate is looked up, by its issuer. With it, every certificate's issuer is.
 * Entries are a name and a key: no dates, no constraints.
 */
import { compareBytes, type Own, ownValue } from "../../core/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import type { DeviceRequest } from "../request.ts";
import { isSignedBy } from "../request.ts";
import { type DeviceVerdict, refuse } from "../verdict.ts";
import {
  concludeMbedtls,
  mbedtlsFlag,
  type MbedtlsOptions,
  readSent,
  walkMbedtls,
  withoutLeaf,
} from "./mbedtls.ts";

export interface EspBundleOptions {
  readonly mbedtls: MbedtlsOptions;
  /** CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_CROSS_SIGNED_VERIFY. */
  readonly crossSigned: boolean;
  /** Whether RSA signatures are verified as PKCS #1 v1.5 whatever they are: esp_crt_check_signature over PSA. */
  readonly pkcs1Alone: boolean;
}

export function verifyEspBundle(
  request: Own<DeviceRequest>,
  { mbedtls, crossSigned, pkcs1Alone }: EspBundleOptions,
  ports: TrustPorts,
): DeviceVerdict {
  if (request.anchors.length === 0) return refuse({ code: "no-anchors", library: "ESP_ERR_INVALID_ARG" });
  const { chain, refusal } = readSent(request.chain, mbedtls);
  if (refusal !== undefined) return refuse(refusal);
  const sorted = request.anchors.toSorted((a, b) => compareBytes(a.subject.der, b.subject.der));
  const bare = crossSigned ? findEach({ chain }, sorted) : [];
  const walk = walkMbedtls({ ...request, chain, anchors: bare }, mbedtls, ports);
  const fatal = ownValue(walk, "fatal");
  if (fatal !== undefined) return refuse(fatal);
  let { anchor } = walk;
  for (const link of walk.links.toReversed()) {
    if ((link.flags & ~mbedtlsFlag.badHash) !== mbedtlsFlag.notTrusted) continue;
    const found = findByIssuer(sorted, link.certificate.issuer.der);
    const isUnknown = pkcs1Alone && link.certificate.signatureAlgorithm.scheme.kind === "rsa-pss";
    if (found === undefined || isUnknown || !isSignedBy(link.certificate, found, ports)) {
      const code = found === undefined ? "not-trusted" : "bad-signature";
      return refuse({ code, certificate: link.certificate, library: "-0x3000 (callback -0x2700)" });
    }
    link.flags = 0;
    anchor = found;
  }
  const verdict = concludeMbedtls({ ...request, chain }, { ...walk, anchor }, mbedtls);
  return withoutLeaf(request, verdict, mbedtls);
}

/** What the callback for CAs offers: for each certificate's issuer the one entry that the search finds. */
function findEach(
  { chain }: Pick<Own<DeviceRequest>, "chain">,
  sorted: readonly TrustAnchor[],
): readonly TrustAnchor[] {
  const found = chain.flatMap(({ issuer }) => findByIssuer(sorted, issuer.der) ?? []);
  return [...new Set(found)].map(({ certificate: _dropped, ...anchor }) => anchor);
}

/** esp_crt_find_cert: by halves; as much of the names is compared as the shorter one has. */
function findByIssuer(sorted: readonly TrustAnchor[], issuer: Uint8Array): TrustAnchor | undefined {
  let start = 0;
  let end = sorted.length - 1;
  while (start <= end) {
    const middle = Math.floor((start + end) / 2);
    const entry = sorted[middle];
    if (entry === undefined) return undefined;
    const length = Math.min(issuer.length, entry.subject.der.length);
    const order = compareBytes(issuer.subarray(0, length), entry.subject.der.subarray(0, length));
    if (order === 0) return entry;
    if (order < 0) end = middle - 1;
    else start = middle + 1;
  }
  return undefined;
}
