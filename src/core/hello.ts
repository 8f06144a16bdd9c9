/**
 * What a TLS client offers in its first message, as names and in its own order: RFC 8446 §4.1.2, RFC 5246 §7.4.1.2.
 *
 * A server that holds several certificates chooses one by it, so two clients can be shown different chains. What a
 * narrower offer would be is worked out here; nothing is sent.
 */

/** TLS versions by their names in OpenSSL and Node, the oldest first. */
export const helloVersions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type HelloVersion = (typeof helloVersions)[number];

/** As the RFCs write them. */
export const versionNames: Readonly<Record<HelloVersion, string>> = {
  TLSv1: "TLS 1.0",
  "TLSv1.1": "TLS 1.1",
  "TLSv1.2": "TLS 1.2",
  "TLSv1.3": "TLS 1.3",
};

/** A version by the name that RFCs give it. */
export function versionNamed(name: string | undefined): HelloVersion | undefined {
  return helloVersions.find((version) => versionNames[version] === name);
}

/** The kinds of key that servers hold several certificates of. */
export type KeyType = "ECDSA" | "RSA";

export interface Hello {
  /** The oldest first. */
  readonly versions: readonly HelloVersion[];
  /** Names of OpenSSL's (`ECDHE-RSA-AES128-GCM-SHA256`), those of TLS 1.3 as RFC 8446 has them; the preferred first. */
  readonly suites: readonly string[];
  /** Names of the IANA registry: `x25519`, `secp256r1`. */
  readonly groups: readonly string[];
  /** Names of the IANA registry: `ecdsa_secp256r1_sha256`. Empty: the extension is not sent. */
  readonly signatureAlgorithms: readonly string[];
}

/** Keys of which kinds a server may answer with, the one that stands first among the suites first. */
export function keyTypesOf(hello: Hello): readonly KeyType[] {
  const fromSuites = hello.suites.map(keyTypeOfSuite);
  const fromAlgorithms = hello.versions.includes("TLSv1.3")
    ? hello.signatureAlgorithms.map(keyTypeOfAlgorithm)
    : [];
  return [...new Set([...fromSuites, ...fromAlgorithms])].filter((type) => type !== undefined);
}

/** The same client with one version, or keys of one kind. `undefined` where it would have nothing left to offer. */
export function restrictHello(
  hello: Hello,
  to: { readonly version: HelloVersion | undefined; readonly keyType: KeyType | undefined },
): Hello | undefined {
  const versions = hello.versions.filter((version) => to.version === undefined || version === to.version);
  const suites = hello.suites.filter(
    (suite) =>
      (isOfTls13(suite) ? versions.includes("TLSv1.3") : versions.some((one) => one !== "TLSv1.3")) &&
      suits(keyTypeOfSuite(suite), to.keyType),
  );
  const { keyType } = to;
  const signatureAlgorithms = hello.signatureAlgorithms.filter(
    (name) => keyType === undefined || keyTypeOfAlgorithm(name) === keyType,
  );
  const isEmpty =
    versions.length === 0 ||
    suites.length === 0 ||
    (hello.signatureAlgorithms.length > 0 && signatureAlgorithms.length === 0);
  return isEmpty ? undefined : { ...hello, versions, suites, signatureAlgorithms };
}

/** Suites of TLS 1.3 say nothing of keys, and stay whatever is asked for. */
function suits(found: KeyType | undefined, wanted: KeyType | undefined): boolean {
  return wanted === undefined || found === undefined || found === wanted;
}

/** RFC 8446 §B.4: its suites name no key exchange. */
export function isOfTls13(suite: string): boolean {
  return suite.startsWith("TLS_");
}

/** By which kind of key the server proves itself in a suite below TLS 1.3; what names none is RSA (RFC 5246 §A.5). */
function keyTypeOfSuite(suite: string): KeyType | undefined {
  if (isOfTls13(suite) || suite.includes("-DSS-")) return undefined;
  return suite.includes("ECDSA") ? "ECDSA" : "RSA";
}

function keyTypeOfAlgorithm(name: string): KeyType | undefined {
  if (name.startsWith("ecdsa_")) return "ECDSA";
  return name.startsWith("rsa_") ? "RSA" : undefined;
}
