/** Which keys and signatures each profile believes: CA/Browser Forum BR 6.1.5, 6.1.6 and 7.1.3, and no SHA-1 anywhere. */
import { describe, expect, test } from "vitest";
import { isAcceptedSignature } from "./strength.ts";
import { profiles } from "../profile.ts";
import type { HashName, SignatureScheme } from "../../x509/index.ts";
import { ecSpki, rsaSpki, signatureAlgorithm, type Hash, type Shape } from "../../../test/pki/index.ts";
import { judge, outcome } from "../../../test/trust/scenario.ts";

const names = ["webpki", "rfc5280", "private"] as const;
type ProfileNames = readonly (typeof names)[number][];

const everywhere: ProfileNames = names;
const nowhere: ProfileNames = [];
const outsideWebpki: ProfileNames = ["rfc5280", "private"];

describe("signatures are believed", () => {
  const hash = (kind: "rsa-pkcs1" | "ecdsa", name: HashName): SignatureScheme => ({ kind, hash: name });
  const pss = (name: HashName, mgfHash: HashName): SignatureScheme => ({
    kind: "rsa-pss",
    hash: name,
    mgfHash,
    saltBytes: 32,
  });
  const rows: readonly (readonly [what: string, scheme: SignatureScheme, where: ProfileNames])[] = [
    ["ECDSA with SHA-256", hash("ecdsa", "sha256"), everywhere],
    ["ECDSA with SHA-384", hash("ecdsa", "sha384"), everywhere],
    ["ECDSA with SHA-512", hash("ecdsa", "sha512"), everywhere],
    ["ECDSA with SHA-224", hash("ecdsa", "sha224"), outsideWebpki],
    ["ECDSA with SHA-1", hash("ecdsa", "sha1"), nowhere],
    ["RSA with SHA-256", hash("rsa-pkcs1", "sha256"), everywhere],
    ["RSA with SHA-384", hash("rsa-pkcs1", "sha384"), everywhere],
    ["RSA with SHA-512", hash("rsa-pkcs1", "sha512"), everywhere],
    ["RSA with SHA-224", hash("rsa-pkcs1", "sha224"), outsideWebpki],
    ["RSA with SHA-1", hash("rsa-pkcs1", "sha1"), nowhere],
    ["RSA with MD5", hash("rsa-pkcs1", "md5"), nowhere],
    ["RSA with MD2", hash("rsa-pkcs1", "md2"), nowhere],
    ["PSS with SHA-256 twice", pss("sha256", "sha256"), everywhere],
    ["PSS with SHA-1 twice, its default", pss("sha1", "sha1"), nowhere],
    ["PSS with SHA-1 over what is signed", pss("sha1", "sha256"), nowhere],
    ["PSS with SHA-1 in its mask", pss("sha256", "sha1"), nowhere],
    ["Ed25519", { kind: "ed25519" }, outsideWebpki],
    ["Ed448", { kind: "ed448" }, outsideWebpki],
    ["of an algorithm that is not supported", { kind: "unsupported", reason: "DSA" }, nowhere],
  ];
  test.each(rows)("%s", (_, scheme, where) => {
    const algorithm = { oid: "", name: "", scheme, der: signatureAlgorithm("sha256") };
    expect(names.filter((name) => isAcceptedSignature(algorithm, profiles[name]))).toEqual(where);
  });

  const signed: readonly (readonly [hash: Hash, where: ProfileNames])[] = [
    ["sha1", nowhere],
    ["sha224", outsideWebpki],
    ["sha256", everywhere],
    ["sha384", everywhere],
    ["sha512", everywhere],
  ];
  test.each(signed)("on a certificate, with %s", (used, where) => {
    const trusted = names.filter((profile) => judge({ profile, leaf: { hash: used } }).trusted);
    expect(trusted).toEqual(where);
  });
});

describe("keys are accepted", () => {
  const rows: readonly (readonly [what: string, spki: Uint8Array, where: ProfileNames])[] = [
    ["on P-256", ecSpki("1.2.840.10045.3.1.7"), everywhere],
    ["on P-384", ecSpki("1.3.132.0.34"), everywhere],
    ["on P-521", ecSpki("1.3.132.0.35"), everywhere],
    ["on secp256k1", ecSpki("1.3.132.0.10"), outsideWebpki],
    ["on brainpoolP256r1", ecSpki("1.3.36.3.3.2.8.1.1.7"), outsideWebpki],
    ["on brainpoolP384r1", ecSpki("1.3.36.3.3.2.8.1.1.11"), outsideWebpki],
    ["on brainpoolP512r1", ecSpki("1.3.36.3.3.2.8.1.1.13"), outsideWebpki],
    ["on P-192", ecSpki("1.2.840.10045.3.1.1"), nowhere],
    ["on P-224", ecSpki("1.3.132.0.33"), nowhere],
    ["on a curve that is not known", ecSpki("1.2.3.4"), nowhere],
    ["of RSA with 2048 bits", rsaSpki(2048), everywhere],
    ["of RSA with 2040 bits", rsaSpki(2040), nowhere],
    ["of RSA with the exponent 3", rsaSpki(2048, 3), everywhere],
    ["of RSA with the exponent 1", rsaSpki(2048, 1), nowhere],
    ["of RSA with an even exponent", rsaSpki(2048, 65_536), nowhere],
    ["of RSA with an even exponent that ends in a letter", rsaSpki(2048, 0x0a), nowhere],
    ["of RSA with an odd exponent that ends in a letter", rsaSpki(2048, 0x0b), everywhere],
    ["of RSA with an odd exponent that ends in one", rsaSpki(2048, 0x11), everywhere],
  ];
  test.each(rows)("%s", (_, spki, where) => {
    const leaf: Shape = { spki };
    expect(names.filter((profile) => judge({ profile, leaf }).trusted)).toEqual(where);
    const refused = names.filter((profile) => !where.includes(profile));
    expect(refused.map((profile) => outcome(judge({ profile, leaf })))).toEqual(
      refused.map(() => "weak-key"),
    );
  });
});
