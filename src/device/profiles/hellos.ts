/**
 * What each device offers in its first message. A server with several certificates answers by it, so two devices can
 * be shown two chains.
 *
 * Those of mbedTLS 2.28 and 3.6, BearSSL 0.6, Mongoose 7, OpenSSL 3.0, Node 20 and Python's ssl were recorded, and are held to the
 * libraries that are installed (interop/device/hellos.test.ts). The others are what the sources named with each leave of
 * mbedTLS's list, which has kept its order from 2.x on.
 */
import type { DeviceHello } from "../profile.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Every suite of mbedTLS that OpenSSL has too. In the first pair RSA stands before ECDSA, in all others behind it. */
const mbedtlsSuites = words(`
  ECDHE-RSA-CHACHA20-POLY1305 ECDHE-ECDSA-CHACHA20-POLY1305 DHE-RSA-CHACHA20-POLY1305
  ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384 DHE-RSA-AES256-GCM-SHA384
  ECDHE-ECDSA-AES256-CCM DHE-RSA-AES256-CCM
  ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384 DHE-RSA-AES256-SHA256
  ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA DHE-RSA-AES256-SHA
  ECDHE-ECDSA-AES256-CCM8 DHE-RSA-AES256-CCM8
  ECDHE-ECDSA-CAMELLIA256-SHA384 ECDHE-RSA-CAMELLIA256-SHA384
  DHE-RSA-CAMELLIA256-SHA256 DHE-RSA-CAMELLIA256-SHA
  ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 DHE-RSA-AES128-GCM-SHA256
  ECDHE-ECDSA-AES128-CCM DHE-RSA-AES128-CCM
  ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 DHE-RSA-AES128-SHA256
  ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA DHE-RSA-AES128-SHA
  ECDHE-ECDSA-AES128-CCM8 DHE-RSA-AES128-CCM8
  ECDHE-ECDSA-CAMELLIA128-SHA256 ECDHE-RSA-CAMELLIA128-SHA256
  DHE-RSA-CAMELLIA128-SHA256 DHE-RSA-CAMELLIA128-SHA
  AES256-GCM-SHA384 AES256-CCM AES256-SHA256 AES256-SHA AES256-CCM8 CAMELLIA256-SHA256 CAMELLIA256-SHA
  AES128-GCM-SHA256 AES128-CCM AES128-SHA256 AES128-SHA AES128-CCM8 CAMELLIA128-SHA256 CAMELLIA128-SHA
`);

/** Key agreement by the certificate's own key (RFC 8422 §5.10): OpenSSL has none of it from 1.1.0 on. */
const staticEcdh = words(`
  TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384 TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384 TLS_ECDH_RSA_WITH_AES_256_CBC_SHA
  TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384 TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384
  TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA
  TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256 TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256 TLS_ECDH_RSA_WITH_AES_128_CBC_SHA
  TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256 TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256
  TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA
`);

const camelliaGcm = ["CAMELLIA_256_GCM_SHA384", "CAMELLIA_128_GCM_SHA256"].flatMap((cipher) =>
  words("ECDHE_ECDSA ECDHE_RSA DHE_RSA RSA ECDH_RSA ECDH_ECDSA").map(
    (exchange) => `TLS_${exchange}_WITH_${cipher}`,
  ),
);
const staticEcdhCamellia = ["CAMELLIA_256_CBC_SHA384", "CAMELLIA_128_CBC_SHA256"].flatMap((cipher) =>
  ["RSA", "ECDSA"].map((key) => `TLS_ECDH_${key}_WITH_${cipher}`),
);

const brainpool = words("brainpoolP256r1 brainpoolP384r1 brainpoolP512r1");

/** mbedTLS 2.28 with its defaults, as Debian builds it. */
export const mbedtls2Hello: DeviceHello = {
  versions: ["TLSv1.2"],
  suites: mbedtlsSuites,
  beyondOpenssl: [...staticEcdh, ...camelliaGcm, ...staticEcdhCamellia],
  groups: words(`secp521r1 brainpoolP512r1 secp384r1 brainpoolP384r1 secp256r1 secp256k1 brainpoolP256r1
    secp224r1 secp224k1 secp192r1 secp192k1 x25519 x448`),
  signatureAlgorithms: words(`ecdsa_secp521r1_sha512 rsa_pkcs1_sha512 ecdsa_secp384r1_sha384 rsa_pkcs1_sha384
    ecdsa_secp256r1_sha256 rsa_pkcs1_sha256 ecdsa_sha224 rsa_pkcs1_sha224`),
  serverName: "always",
  refusesPssInTls12: undefined,
  sources: ["mbedTLS 2.28.3, recorded"],
};

/** mbedTLS 3.6 without TLS 1.3. */
const mbedtls3Hello: DeviceHello = {
  ...mbedtls2Hello,
  groups: ["x25519", "secp256r1", "secp384r1", "secp521r1", ...brainpool],
  signatureAlgorithms: words(`ecdsa_secp256r1_sha256 ecdsa_secp384r1_sha384 ecdsa_secp521r1_sha512
    rsa_pkcs1_sha512 rsa_pkcs1_sha384 rsa_pkcs1_sha256`),
  sources: ["Mbed-TLS/mbedtls 3.6, library/ssl_ciphersuites.c and ssl_tls.c"],
};

/** Its defaults have ARIA from 3.x on, behind Camellia at each strength. */
const mbedtls3Suites = mbedtlsSuites.flatMap((suite) => {
  const aria: Readonly<Record<string, string>> = {
    "DHE-RSA-CAMELLIA256-SHA":
      "ECDHE-ECDSA-ARIA256-GCM-SHA384 ECDHE-ARIA256-GCM-SHA384 DHE-RSA-ARIA256-GCM-SHA384",
    "DHE-RSA-CAMELLIA128-SHA":
      "ECDHE-ECDSA-ARIA128-GCM-SHA256 ECDHE-ARIA128-GCM-SHA256 DHE-RSA-ARIA128-GCM-SHA256",
    "CAMELLIA256-SHA": "ARIA256-GCM-SHA384",
    "CAMELLIA128-SHA": "ARIA128-GCM-SHA256",
  };
  return aria[suite] === undefined ? [suite] : [suite, ...words(aria[suite])];
});

const ariaBeyond = ["ARIA_256_CBC_SHA384", "ARIA_128_CBC_SHA256"]
  .flatMap((cipher) =>
    words("ECDHE_ECDSA ECDHE_RSA DHE_RSA RSA ECDH_RSA ECDH_ECDSA").map(
      (exchange) => `TLS_${exchange}_WITH_${cipher}`,
    ),
  )
  .concat(
    ["ARIA_256_GCM_SHA384", "ARIA_128_GCM_SHA256"].flatMap((cipher) =>
      ["RSA", "ECDSA"].map((key) => `TLS_ECDH_${key}_WITH_${cipher}`),
    ),
  );

/** mbedTLS 3.6 with its defaults. */
export const mbedtls3DefaultHello: DeviceHello = {
  ...mbedtls3Hello,
  versions: ["TLSv1.2", "TLSv1.3"],
  suites: [
    ...words(`TLS_CHACHA20_POLY1305_SHA256 TLS_AES_256_GCM_SHA384 TLS_AES_128_GCM_SHA256
      TLS_AES_128_CCM_SHA256 TLS_AES_128_CCM_8_SHA256`),
    ...mbedtls3Suites,
  ],
  beyondOpenssl: [...mbedtls2Hello.beyondOpenssl, ...ariaBeyond],
  groups: [
    "x25519",
    "secp256r1",
    "secp384r1",
    "x448",
    "secp521r1",
    ...brainpool,
    ...words("ffdhe2048 ffdhe3072 ffdhe4096 ffdhe6144 ffdhe8192"),
  ],
  signatureAlgorithms: words(`ecdsa_secp256r1_sha256 ecdsa_secp384r1_sha384 ecdsa_secp521r1_sha512
    rsa_pss_rsae_sha512 rsa_pss_rsae_sha384 rsa_pss_rsae_sha256
    rsa_pkcs1_sha512 rsa_pkcs1_sha384 rsa_pkcs1_sha256`),
  serverName: "when-set",
  refusesPssInTls12: "-0x6600",
  sources: ["mbedTLS 3.6.4, recorded"],
};

/** Its Kconfig leaves out DHE, Camellia, ChaCha20 and TLS 1.3 unless they are asked for. */
export const espIdfHello: DeviceHello = {
  ...mbedtls3Hello,
  suites: mbedtlsSuites.filter((suite) => !/^DHE-|CAMELLIA|CHACHA20/.test(suite)),
  beyondOpenssl: staticEcdh,
  sources: [...mbedtls3Hello.sources, "espressif/esp-idf 5.x, components/mbedtls/Kconfig"],
};

/** The core's prebuilt libraries have Camellia as well; their suites with a pre-shared key are offered to no such server. */
export const arduinoEsp32Hello: DeviceHello = {
  ...espIdfHello,
  suites: mbedtlsSuites.filter((suite) => !/^DHE-|CHACHA20/.test(suite)),
  sources: [
    ...mbedtls3Hello.sources,
    "espressif/esp32-arduino-lib-builder, configs/defconfig.common; espressif/esp32-arduino-libs, sdkconfig.h (a8e1d427)",
  ],
};

/** mbedTLS 4 has left every key exchange but ECDHE. TLS 1.3 is still to be asked for. */
export const espIdf6Hello: DeviceHello = {
  ...espIdfHello,
  suites: espIdfHello.suites.filter((suite) => suite.startsWith("ECDHE-")),
  beyondOpenssl: [],
  sources: [
    "espressif/esp-idf 6.0, components/mbedtls/Kconfig (96a022af) and docs/en/migration-guides/release-6.x/6.0/security.rst",
  ],
};

/** Its configuration has RSA and ECDHE, AES in GCM and CBC. */
export const micropythonHello: DeviceHello = {
  ...mbedtls3Hello,
  suites: mbedtlsSuites.filter((suite) => !/^DHE-|CAMELLIA|CHACHA20|CCM/.test(suite)),
  beyondOpenssl: [],
  groups: words("secp256r1 secp384r1 secp521r1"),
  serverName: "when-set",
  sources: [
    ...mbedtls3Hello.sources,
    "micropython/micropython, extmod/mbedtls/mbedtls_config_common.h; a port can add to it",
  ],
};

/** What prj.conf asks for decides: these are the suites and curves of the example. */
export const zephyrHello: DeviceHello = {
  ...mbedtls3Hello,
  suites: words(`ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384
    ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256`),
  beyondOpenssl: [],
  groups: words("secp256r1 secp384r1"),
  signatureAlgorithms: mbedtls3Hello.signatureAlgorithms.filter((name) => !name.includes("secp521r1")),
  serverName: "when-set",
  sources: [...mbedtls3Hello.sources, "zephyrproject-rtos/zephyr, modules/mbedtls/Kconfig.ciphersuites"],
};

/** As before; the version that the socket is made with is now the least that it takes. */
export const zephyr44Hello: DeviceHello = {
  ...zephyrHello,
  sources: [
    "zephyrproject-rtos/zephyr, doc/releases/migration-guide-4.4.rst (0138c435) and modules/mbedtls/Kconfig.ciphersuites",
  ],
};

/** Mongoose gives mbedTLS a list of its own. On an ESP8266 it is another one, with RSA's own key exchange first. */
export const mongooseOsHello: DeviceHello = {
  ...mbedtls2Hello,
  suites: words(`ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-SHA256
    ECDHE-RSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-SHA256 DHE-RSA-AES128-GCM-SHA256 DHE-RSA-AES128-SHA256
    AES128-GCM-SHA256 AES128-SHA256 AES128-SHA`),
  beyondOpenssl: staticEcdh.filter((suite) => suite.includes("AES_128")),
  groups: words("secp521r1 secp384r1 secp256r1 x25519"),
  sources: ["cesanta/mongoose 6.18, src/mg_ssl_if_mbedtls.c", "mongoose-os/mbedtls, library/ssl_tls.c"],
};

/** The full profile of BearSSL, which the ESP8266 core has as its own list. */
export const bearsslHello: DeviceHello = {
  versions: ["TLSv1", "TLSv1.1", "TLSv1.2"],
  suites: words(`ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305
    ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256
    ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384
    ECDHE-ECDSA-AES128-CCM ECDHE-ECDSA-AES256-CCM ECDHE-ECDSA-AES128-CCM8 ECDHE-ECDSA-AES256-CCM8
    ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384
    ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA
    AES128-GCM-SHA256 AES256-GCM-SHA384 AES128-CCM AES256-CCM AES128-CCM8 AES256-CCM8
    AES128-SHA256 AES256-SHA256 AES128-SHA AES256-SHA`),
  beyondOpenssl: [
    ...staticEcdh,
    ...words(`TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
      TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA TLS_RSA_WITH_3DES_EDE_CBC_SHA`),
  ],
  groups: words("secp256r1 secp384r1 secp521r1 x25519"),
  signatureAlgorithms:
    words(`ecdsa_secp256r1_sha256 ecdsa_sha224 ecdsa_secp384r1_sha384 ecdsa_secp521r1_sha512
    ecdsa_sha1 rsa_pkcs1_sha256 rsa_pkcs1_sha224 rsa_pkcs1_sha384 rsa_pkcs1_sha512 rsa_pkcs1_sha1`),
  serverName: "always",
  refusesPssInTls12: undefined,
  sources: [
    "BearSSL 0.6, br_ssl_client_init_full, recorded",
    "esp8266/Arduino, libraries/ESP8266WiFi/src/WiFiClientSecureBearSSL.cpp",
  ],
};

/** RSA's own key exchange stands first. Without the extension a server may sign with what it likes (RFC 5246 §7.4.1.4.1). */
export const moddableHello: DeviceHello = {
  versions: ["TLSv1", "TLSv1.1", "TLSv1.2"],
  suites: words(`AES128-SHA AES256-SHA AES128-SHA256 AES256-SHA256
    DHE-RSA-AES128-SHA256 DHE-RSA-AES256-SHA256 DHE-RSA-AES128-GCM-SHA256
    ECDHE-RSA-AES128-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-GCM-SHA256`),
  beyondOpenssl: [],
  groups: ["secp256r1"],
  signatureAlgorithms: [],
  serverName: "names",
  refusesPssInTls12: undefined,
  sources: [
    "Moddable-OpenSource/moddable, modules/crypt/ssl/ssl_ciphersuites.js (a4c2365a3406) and ssl_handshake.js",
  ],
};

/** One suite: ChaCha20, or AES_128_GCM in a build without it. Fewer algorithms than without a CA, when it takes any. */
export const mongooseBuiltinHello: DeviceHello = {
  versions: ["TLSv1.3"],
  suites: ["TLS_CHACHA20_POLY1305_SHA256"],
  beyondOpenssl: [],
  groups: ["x25519"],
  signatureAlgorithms: words("ecdsa_secp256r1_sha256 rsa_pss_rsae_sha256 rsa_pkcs1_sha256"),
  serverName: "when-set",
  refusesPssInTls12: undefined,
  sources: ["Mongoose 7, src/tls_builtin.c, recorded"],
};

const opensslGroups = words(
  "x25519 secp256r1 x448 secp521r1 secp384r1 ffdhe2048 ffdhe3072 ffdhe4096 ffdhe6144 ffdhe8192",
);

/** OpenSSL 3.0 with its defaults. */
export const opensslHello: DeviceHello = {
  versions: ["TLSv1.2", "TLSv1.3"],
  suites: words(`TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 TLS_AES_128_GCM_SHA256
    ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384 DHE-RSA-AES256-GCM-SHA384
    ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305 DHE-RSA-CHACHA20-POLY1305
    ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 DHE-RSA-AES128-GCM-SHA256
    ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384 DHE-RSA-AES256-SHA256
    ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 DHE-RSA-AES128-SHA256
    ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA DHE-RSA-AES256-SHA
    ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA DHE-RSA-AES128-SHA
    AES256-GCM-SHA384 AES128-GCM-SHA256 AES256-SHA256 AES128-SHA256 AES256-SHA AES128-SHA`),
  beyondOpenssl: [],
  groups: opensslGroups,
  signatureAlgorithms:
    words(`ecdsa_secp256r1_sha256 ecdsa_secp384r1_sha384 ecdsa_secp521r1_sha512 ed25519 ed448
    rsa_pss_pss_sha256 rsa_pss_pss_sha384 rsa_pss_pss_sha512
    rsa_pss_rsae_sha256 rsa_pss_rsae_sha384 rsa_pss_rsae_sha512
    rsa_pkcs1_sha256 rsa_pkcs1_sha384 rsa_pkcs1_sha512 ecdsa_sha224 rsa_pkcs1_sha224
    dsa_sha224 dsa_sha256 dsa_sha384 dsa_sha512`),
  serverName: "when-set",
  refusesPssInTls12: undefined,
  sources: ["OpenSSL 3.0.22, recorded"],
};

/** Node's own list of suites, RSA before ECDSA. */
export const nodeHello: DeviceHello = {
  ...opensslHello,
  suites: words(`TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 TLS_AES_128_GCM_SHA256
    ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES256-GCM-SHA384
    ECDHE-ECDSA-AES256-GCM-SHA384 DHE-RSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-SHA256 DHE-RSA-AES128-SHA256
    ECDHE-RSA-AES256-SHA384 DHE-RSA-AES256-SHA256 DHE-DSS-AES256-GCM-SHA384 DHE-RSA-AES256-GCM-SHA384
    ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305 DHE-RSA-CHACHA20-POLY1305
    ECDHE-ECDSA-AES256-CCM8 ECDHE-ECDSA-AES256-CCM DHE-RSA-AES256-CCM8 DHE-RSA-AES256-CCM
    ECDHE-ECDSA-ARIA256-GCM-SHA384 ECDHE-ARIA256-GCM-SHA384 DHE-DSS-ARIA256-GCM-SHA384
    DHE-RSA-ARIA256-GCM-SHA384 DHE-DSS-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-CCM8 ECDHE-ECDSA-AES128-CCM
    DHE-RSA-AES128-CCM8 DHE-RSA-AES128-CCM ECDHE-ECDSA-ARIA128-GCM-SHA256 ECDHE-ARIA128-GCM-SHA256
    DHE-DSS-ARIA128-GCM-SHA256 DHE-RSA-ARIA128-GCM-SHA256 ECDHE-ECDSA-AES256-SHA384 DHE-DSS-AES256-SHA256
    ECDHE-ECDSA-AES128-SHA256 DHE-DSS-AES128-SHA256 ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA
    DHE-RSA-AES256-SHA DHE-DSS-AES256-SHA ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA DHE-RSA-AES128-SHA
    DHE-DSS-AES128-SHA AES256-GCM-SHA384 AES256-CCM8 AES256-CCM ARIA256-GCM-SHA384 AES128-GCM-SHA256
    AES128-CCM8 AES128-CCM ARIA128-GCM-SHA256 AES256-SHA256 AES128-SHA256 AES256-SHA AES128-SHA`),
  serverName: "names",
  sources: ["Node.js 20.20 with OpenSSL 3.0, recorded"],
};

/** ssl.create_default_context: no CBC with SHA-1, no RSA key exchange. */
export const pythonHello: DeviceHello = {
  ...opensslHello,
  suites: words(`TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 TLS_AES_128_GCM_SHA256
    ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384
    ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256
    ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305
    ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384 ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256
    DHE-RSA-AES256-GCM-SHA384 DHE-RSA-AES128-GCM-SHA256 DHE-RSA-AES256-SHA256 DHE-RSA-AES128-SHA256`),
  serverName: "names",
  sources: ["Python 3.11 with OpenSSL 3.0, recorded", "python/cpython 3.13, Modules/_ssl.c"],
};
