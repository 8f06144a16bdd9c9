/**
 * The names of TLS's numbers, from the IANA registries "TLS Parameters" and "TLS ExtensionType Values"
 * (RFC 8447): those that a client on OpenSSL offers and those that servers of the last twenty years choose.
 * A number that is not here is written in hexadecimal, and GREASE (RFC 8701) as what it is.
 */
import { versionNames } from "../core/index.ts";

/** `"TLS 1.3"`. */
export function versionName(version: number): string {
  return versions.get(version) ?? unnamed(version);
}

/** `"TLS_AES_128_GCM_SHA256"`. */
export function cipherSuiteName(suite: number): string {
  return cipherSuites.get(suite) ?? unnamed(suite);
}

/** `"x25519"`, `"secp256r1"`: RFC 8446 §4.2.7, RFC 8422 §5.1.1, RFC 7919 §2. */
export function groupName(group: number): string {
  return groups.get(group) ?? unnamed(group);
}

/** `"ecdsa_secp256r1_sha256"`: RFC 8446 §4.2.3; the pairs of a hash and a key before it, RFC 5246 §7.4.1.4.1, in its manner. */
export function signatureAlgorithmName(algorithm: number): string {
  return signatureAlgorithms.get(algorithm) ?? unnamed(algorithm);
}

/** `"ecdsa_sign"`: RFC 5246 §7.4.4, RFC 8422 §5.5. */
export function certificateTypeName(type: number): string {
  return certificateTypes.get(type) ?? `0x${type.toString(16).padStart(2, "0")}`;
}

/** `"client_hello"`: RFC 8446 §4, RFC 5246 §7.4, RFC 6066 §1.1. */
export function handshakeName(type: number): string {
  return handshakeTypes.get(type) ?? `0x${type.toString(16).padStart(2, "0")}`;
}

function unnamed(number: number): string {
  const grease = (number & 0x0f0f) === 0x0a0a && number >> 8 === (number & 0xff);
  return grease ? "GREASE" : `0x${number.toString(16).padStart(4, "0")}`;
}

const versions: ReadonlyMap<number, string> = new Map([
  [0x0002, "SSL 2.0"],
  [0x0300, "SSL 3.0"],
  [0x0301, versionNames.TLSv1],
  [0x0302, versionNames["TLSv1.1"]],
  [0x0303, versionNames["TLSv1.2"]],
  [0x0304, versionNames["TLSv1.3"]],
]);

/** Suites that run on in number, from the first one on. */
function run(first: number, names: string): [number, string][] {
  return names.split(" ").map((name, index) => [first + index, `TLS_${name}`]);
}

const cipherSuites: ReadonlyMap<number, string> = new Map([
  ...run(0x0001, "RSA_WITH_NULL_MD5 RSA_WITH_NULL_SHA"),
  ...run(0x0004, "RSA_WITH_RC4_128_MD5 RSA_WITH_RC4_128_SHA"),
  ...run(0x0009, "RSA_WITH_DES_CBC_SHA RSA_WITH_3DES_EDE_CBC_SHA"),
  ...run(0x0013, "DHE_DSS_WITH_3DES_EDE_CBC_SHA"),
  ...run(0x0015, "DHE_RSA_WITH_DES_CBC_SHA DHE_RSA_WITH_3DES_EDE_CBC_SHA"),
  ...run(0x0018, "DH_anon_WITH_RC4_128_MD5"),
  ...run(0x001b, "DH_anon_WITH_3DES_EDE_CBC_SHA"),
  ...run(0x002c, "PSK_WITH_NULL_SHA DHE_PSK_WITH_NULL_SHA RSA_PSK_WITH_NULL_SHA"),
  ...run(0x002f, "RSA_WITH_AES_128_CBC_SHA"),
  ...run(0x0032, "DHE_DSS_WITH_AES_128_CBC_SHA DHE_RSA_WITH_AES_128_CBC_SHA DH_anon_WITH_AES_128_CBC_SHA"),
  ...run(0x0035, "RSA_WITH_AES_256_CBC_SHA"),
  ...run(0x0038, "DHE_DSS_WITH_AES_256_CBC_SHA DHE_RSA_WITH_AES_256_CBC_SHA DH_anon_WITH_AES_256_CBC_SHA"),
  ...run(0x003b, "RSA_WITH_NULL_SHA256 RSA_WITH_AES_128_CBC_SHA256 RSA_WITH_AES_256_CBC_SHA256"),
  ...run(0x0040, "DHE_DSS_WITH_AES_128_CBC_SHA256 RSA_WITH_CAMELLIA_128_CBC_SHA"),
  ...run(0x0044, "DHE_DSS_WITH_CAMELLIA_128_CBC_SHA DHE_RSA_WITH_CAMELLIA_128_CBC_SHA"),
  ...run(0x0046, "DH_anon_WITH_CAMELLIA_128_CBC_SHA"),
  ...run(0x0067, "DHE_RSA_WITH_AES_128_CBC_SHA256"),
  ...run(0x006a, "DHE_DSS_WITH_AES_256_CBC_SHA256 DHE_RSA_WITH_AES_256_CBC_SHA256"),
  ...run(0x006c, "DH_anon_WITH_AES_128_CBC_SHA256 DH_anon_WITH_AES_256_CBC_SHA256"),
  ...run(0x0084, "RSA_WITH_CAMELLIA_256_CBC_SHA"),
  ...run(0x0087, "DHE_DSS_WITH_CAMELLIA_256_CBC_SHA DHE_RSA_WITH_CAMELLIA_256_CBC_SHA"),
  ...run(0x0089, "DH_anon_WITH_CAMELLIA_256_CBC_SHA"),
  ...run(0x008c, "PSK_WITH_AES_128_CBC_SHA PSK_WITH_AES_256_CBC_SHA"),
  ...run(0x0090, "DHE_PSK_WITH_AES_128_CBC_SHA DHE_PSK_WITH_AES_256_CBC_SHA"),
  ...run(0x0094, "RSA_PSK_WITH_AES_128_CBC_SHA RSA_PSK_WITH_AES_256_CBC_SHA RSA_WITH_SEED_CBC_SHA"),
  ...run(0x009c, "RSA_WITH_AES_128_GCM_SHA256 RSA_WITH_AES_256_GCM_SHA384"),
  ...run(0x009e, "DHE_RSA_WITH_AES_128_GCM_SHA256 DHE_RSA_WITH_AES_256_GCM_SHA384"),
  ...run(0x00a2, "DHE_DSS_WITH_AES_128_GCM_SHA256 DHE_DSS_WITH_AES_256_GCM_SHA384"),
  ...run(0x00a6, "DH_anon_WITH_AES_128_GCM_SHA256 DH_anon_WITH_AES_256_GCM_SHA384"),
  ...run(0x00a8, "PSK_WITH_AES_128_GCM_SHA256 PSK_WITH_AES_256_GCM_SHA384"),
  ...run(0x00aa, "DHE_PSK_WITH_AES_128_GCM_SHA256 DHE_PSK_WITH_AES_256_GCM_SHA384"),
  ...run(0x00ac, "RSA_PSK_WITH_AES_128_GCM_SHA256 RSA_PSK_WITH_AES_256_GCM_SHA384"),
  ...run(0x00ae, "PSK_WITH_AES_128_CBC_SHA256 PSK_WITH_AES_256_CBC_SHA384"),
  ...run(0x00b0, "PSK_WITH_NULL_SHA256 PSK_WITH_NULL_SHA384"),
  ...run(0x00b2, "DHE_PSK_WITH_AES_128_CBC_SHA256 DHE_PSK_WITH_AES_256_CBC_SHA384"),
  ...run(0x00b4, "DHE_PSK_WITH_NULL_SHA256 DHE_PSK_WITH_NULL_SHA384"),
  ...run(0x00b6, "RSA_PSK_WITH_AES_128_CBC_SHA256 RSA_PSK_WITH_AES_256_CBC_SHA384"),
  ...run(0x00b8, "RSA_PSK_WITH_NULL_SHA256 RSA_PSK_WITH_NULL_SHA384"),
  ...run(0x00ba, "RSA_WITH_CAMELLIA_128_CBC_SHA256"),
  ...run(0x00bd, "DHE_DSS_WITH_CAMELLIA_128_CBC_SHA256 DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"),
  ...run(0x00bf, "DH_anon_WITH_CAMELLIA_128_CBC_SHA256 RSA_WITH_CAMELLIA_256_CBC_SHA256"),
  ...run(0x00c3, "DHE_DSS_WITH_CAMELLIA_256_CBC_SHA256 DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256"),
  ...run(0x00c5, "DH_anon_WITH_CAMELLIA_256_CBC_SHA256"),
  ...run(0x00ff, "EMPTY_RENEGOTIATION_INFO_SCSV"),
  ...run(0x1301, "AES_128_GCM_SHA256 AES_256_GCM_SHA384 CHACHA20_POLY1305_SHA256"),
  ...run(0x1304, "AES_128_CCM_SHA256 AES_128_CCM_8_SHA256"),
  ...run(0x5600, "FALLBACK_SCSV"),
  ...run(0xc006, "ECDHE_ECDSA_WITH_NULL_SHA ECDHE_ECDSA_WITH_RC4_128_SHA"),
  ...run(0xc008, "ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
  ...run(0xc00a, "ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
  ...run(0xc010, "ECDHE_RSA_WITH_NULL_SHA ECDHE_RSA_WITH_RC4_128_SHA ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
  ...run(0xc013, "ECDHE_RSA_WITH_AES_128_CBC_SHA ECDHE_RSA_WITH_AES_256_CBC_SHA ECDH_anon_WITH_NULL_SHA"),
  ...run(0xc018, "ECDH_anon_WITH_AES_128_CBC_SHA ECDH_anon_WITH_AES_256_CBC_SHA"),
  ...run(0xc01d, "SRP_SHA_WITH_AES_128_CBC_SHA SRP_SHA_RSA_WITH_AES_128_CBC_SHA"),
  ...run(0xc01f, "SRP_SHA_DSS_WITH_AES_128_CBC_SHA SRP_SHA_WITH_AES_256_CBC_SHA"),
  ...run(0xc021, "SRP_SHA_RSA_WITH_AES_256_CBC_SHA SRP_SHA_DSS_WITH_AES_256_CBC_SHA"),
  ...run(0xc023, "ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
  ...run(0xc027, "ECDHE_RSA_WITH_AES_128_CBC_SHA256 ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
  ...run(0xc02b, "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
  ...run(0xc02f, "ECDHE_RSA_WITH_AES_128_GCM_SHA256 ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
  ...run(0xc035, "ECDHE_PSK_WITH_AES_128_CBC_SHA ECDHE_PSK_WITH_AES_256_CBC_SHA"),
  ...run(0xc037, "ECDHE_PSK_WITH_AES_128_CBC_SHA256 ECDHE_PSK_WITH_AES_256_CBC_SHA384"),
  ...run(0xc039, "ECDHE_PSK_WITH_NULL_SHA ECDHE_PSK_WITH_NULL_SHA256 ECDHE_PSK_WITH_NULL_SHA384"),
  ...run(0xc050, "RSA_WITH_ARIA_128_GCM_SHA256 RSA_WITH_ARIA_256_GCM_SHA384"),
  ...run(0xc052, "DHE_RSA_WITH_ARIA_128_GCM_SHA256 DHE_RSA_WITH_ARIA_256_GCM_SHA384"),
  ...run(0xc056, "DHE_DSS_WITH_ARIA_128_GCM_SHA256 DHE_DSS_WITH_ARIA_256_GCM_SHA384"),
  ...run(0xc05c, "ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256 ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384"),
  ...run(0xc060, "ECDHE_RSA_WITH_ARIA_128_GCM_SHA256 ECDHE_RSA_WITH_ARIA_256_GCM_SHA384"),
  ...run(0xc06a, "PSK_WITH_ARIA_128_GCM_SHA256 PSK_WITH_ARIA_256_GCM_SHA384"),
  ...run(0xc06c, "DHE_PSK_WITH_ARIA_128_GCM_SHA256 DHE_PSK_WITH_ARIA_256_GCM_SHA384"),
  ...run(0xc06e, "RSA_PSK_WITH_ARIA_128_GCM_SHA256 RSA_PSK_WITH_ARIA_256_GCM_SHA384"),
  ...run(0xc072, "ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256 ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384"),
  ...run(0xc076, "ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256 ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384"),
  ...run(0xc094, "PSK_WITH_CAMELLIA_128_CBC_SHA256 PSK_WITH_CAMELLIA_256_CBC_SHA384"),
  ...run(0xc096, "DHE_PSK_WITH_CAMELLIA_128_CBC_SHA256 DHE_PSK_WITH_CAMELLIA_256_CBC_SHA384"),
  ...run(0xc098, "RSA_PSK_WITH_CAMELLIA_128_CBC_SHA256 RSA_PSK_WITH_CAMELLIA_256_CBC_SHA384"),
  ...run(0xc09a, "ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256 ECDHE_PSK_WITH_CAMELLIA_256_CBC_SHA384"),
  ...run(0xc09c, "RSA_WITH_AES_128_CCM RSA_WITH_AES_256_CCM DHE_RSA_WITH_AES_128_CCM"),
  ...run(0xc09f, "DHE_RSA_WITH_AES_256_CCM RSA_WITH_AES_128_CCM_8 RSA_WITH_AES_256_CCM_8"),
  ...run(0xc0a2, "DHE_RSA_WITH_AES_128_CCM_8 DHE_RSA_WITH_AES_256_CCM_8 PSK_WITH_AES_128_CCM"),
  ...run(0xc0a5, "PSK_WITH_AES_256_CCM DHE_PSK_WITH_AES_128_CCM DHE_PSK_WITH_AES_256_CCM"),
  ...run(0xc0a8, "PSK_WITH_AES_128_CCM_8 PSK_WITH_AES_256_CCM_8"),
  ...run(0xc0aa, "PSK_DHE_WITH_AES_128_CCM_8 PSK_DHE_WITH_AES_256_CCM_8"),
  ...run(0xc0ac, "ECDHE_ECDSA_WITH_AES_128_CCM ECDHE_ECDSA_WITH_AES_256_CCM"),
  ...run(0xc0ae, "ECDHE_ECDSA_WITH_AES_128_CCM_8 ECDHE_ECDSA_WITH_AES_256_CCM_8"),
  ...run(0xcca8, "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
  ...run(0xccaa, "DHE_RSA_WITH_CHACHA20_POLY1305_SHA256 PSK_WITH_CHACHA20_POLY1305_SHA256"),
  ...run(0xccac, "ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 DHE_PSK_WITH_CHACHA20_POLY1305_SHA256"),
  ...run(0xccae, "RSA_PSK_WITH_CHACHA20_POLY1305_SHA256"),
]);

const groups: ReadonlyMap<number, string> = new Map([
  [18, "secp192k1"],
  [19, "secp192r1"],
  [20, "secp224k1"],
  [21, "secp224r1"],
  [22, "secp256k1"],
  [23, "secp256r1"],
  [24, "secp384r1"],
  [25, "secp521r1"],
  [26, "brainpoolP256r1"],
  [27, "brainpoolP384r1"],
  [28, "brainpoolP512r1"],
  [29, "x25519"],
  [30, "x448"],
  [31, "brainpoolP256r1tls13"],
  [32, "brainpoolP384r1tls13"],
  [33, "brainpoolP512r1tls13"],
  [256, "ffdhe2048"],
  [257, "ffdhe3072"],
  [258, "ffdhe4096"],
  [259, "ffdhe6144"],
  [260, "ffdhe8192"],
  [512, "MLKEM512"],
  [513, "MLKEM768"],
  [514, "MLKEM1024"],
  [4587, "SecP256r1MLKEM768"],
  [4588, "X25519MLKEM768"],
  [4589, "SecP384r1MLKEM1024"],
]);

const signatureAlgorithms: ReadonlyMap<number, string> = new Map([
  [0x0101, "rsa_pkcs1_md5"],
  [0x0201, "rsa_pkcs1_sha1"],
  [0x0202, "dsa_sha1"],
  [0x0203, "ecdsa_sha1"],
  [0x0301, "rsa_pkcs1_sha224"],
  [0x0302, "dsa_sha224"],
  [0x0303, "ecdsa_sha224"],
  [0x0401, "rsa_pkcs1_sha256"],
  [0x0402, "dsa_sha256"],
  [0x0403, "ecdsa_secp256r1_sha256"],
  [0x0501, "rsa_pkcs1_sha384"],
  [0x0502, "dsa_sha384"],
  [0x0503, "ecdsa_secp384r1_sha384"],
  [0x0601, "rsa_pkcs1_sha512"],
  [0x0602, "dsa_sha512"],
  [0x0603, "ecdsa_secp521r1_sha512"],
  [0x0804, "rsa_pss_rsae_sha256"],
  [0x0805, "rsa_pss_rsae_sha384"],
  [0x0806, "rsa_pss_rsae_sha512"],
  [0x0807, "ed25519"],
  [0x0808, "ed448"],
  [0x0809, "rsa_pss_pss_sha256"],
  [0x080a, "rsa_pss_pss_sha384"],
  [0x080b, "rsa_pss_pss_sha512"],
  [0x081a, "ecdsa_brainpoolP256r1tls13_sha256"],
  [0x081b, "ecdsa_brainpoolP384r1tls13_sha384"],
  [0x081c, "ecdsa_brainpoolP512r1tls13_sha512"],
  [0x0904, "mldsa44"],
  [0x0905, "mldsa65"],
  [0x0906, "mldsa87"],
]);

const certificateTypes: ReadonlyMap<number, string> = new Map([
  [1, "rsa_sign"],
  [2, "dss_sign"],
  [3, "rsa_fixed_dh"],
  [4, "dss_fixed_dh"],
  [64, "ecdsa_sign"],
  [65, "rsa_fixed_ecdh"],
  [66, "ecdsa_fixed_ecdh"],
]);

const handshakeTypes: ReadonlyMap<number, string> = new Map([
  [0, "hello_request"],
  [1, "client_hello"],
  [2, "server_hello"],
  [4, "new_session_ticket"],
  [5, "end_of_early_data"],
  [8, "encrypted_extensions"],
  [11, "certificate"],
  [12, "server_key_exchange"],
  [13, "certificate_request"],
  [14, "server_hello_done"],
  [15, "certificate_verify"],
  [16, "client_key_exchange"],
  [20, "finished"],
  [21, "certificate_url"],
  [22, "certificate_status"],
  [23, "supplemental_data"],
  [24, "key_update"],
  [25, "compressed_certificate"],
]);
