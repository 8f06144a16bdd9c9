/**
 * What each platform's version demands of a project's build files, and where that was read.
 *
 * None of these platforms can be built here: a row is a fact from the platform's own source, and the test holds the
 * written files to it. An option that a version does not know ends its build (Zephyr), or is passed over in silence
 * (ESP-IDF), so every option that is written has a row.
 */
import type { DeviceName } from "../../src/device/index.ts";

/** What a file has to say, or must not. */
export interface Demand {
  readonly devices: readonly DeviceName[];
  readonly file: string;
  /** The law: the test's name. */
  readonly law: string;
  readonly says?: readonly RegExp[];
  readonly never?: readonly RegExp[];
  /** Versions that it was read for. */
  readonly versions: string;
  readonly source: string;
}

const idfFile: readonly DeviceName[] = ["esp-idf", "esp-idf-6"];
const idfBundle: readonly DeviceName[] = ["esp-idf-bundle", "esp-idf-6-bundle"];
const idf: readonly DeviceName[] = [...idfFile, ...idfBundle];
const arduino: readonly DeviceName[] = ["arduino-esp32", "arduino-esp8266"];

export const demands: readonly Demand[] = [
  {
    devices: idf,
    file: "CMakeLists.txt",
    law: "the project includes project.cmake before it has its name",
    says: [
      /^cmake_minimum_required\(VERSION 3\.16\)\ninclude\(\$ENV\{IDF_PATH\}\/tools\/cmake\/project\.cmake\)\nproject\(\w+\)\n$/,
    ],
    versions: "5.0 to 6.0",
    source: "espressif/esp-idf, docs/en/api-guides/build-system.rst, Project CMakeLists File",
  },
  {
    devices: idf,
    file: "main/idf_component.yml",
    law: "example_connect comes from the examples' own component",
    says: [/^ {4}path: \$\{IDF_PATH\}\/examples\/common_components\/protocol_examples_common$/m],
    versions: "5.0 to 6.0",
    source:
      "espressif/esp-idf, docs/en/api-guides/tools/idf-component-manager.rst; examples/common_components/protocol_examples_common",
  },
  {
    devices: idfFile,
    file: "main/CMakeLists.txt",
    law: "the CA file is embedded as text, with the NUL that mbedTLS counts",
    says: [/EMBED_TXTFILES "ca\.pem"/],
    versions: "5.0 to 6.0",
    source: "espressif/esp-idf, tools/cmake/utilities.cmake, target_add_binary_data",
  },
  {
    devices: idfFile,
    file: "main/main.c",
    law: "its symbol has the file's name with the dot made an underscore",
    says: [/asm\("_binary_ca_pem_start"\)/, /\.cert_pem = ca_pem_start/],
    versions: "5.0 to 6.0",
    source: "espressif/esp-idf, tools/cmake/scripts/data_file_embed_asm.cmake",
  },
  {
    devices: idfBundle,
    file: "sdkconfig.defaults",
    law: "without Espressif's own roots the bundle has a file of its own, or its script has an empty --input",
    says: [
      /^CONFIG_MBEDTLS_CERTIFICATE_BUNDLE=y$/m,
      /^CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_DEFAULT_NONE=y$/m,
      /^CONFIG_MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE=y$/m,
      /^CONFIG_MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE_PATH="main\/ca\.pem"$/m,
    ],
    versions: "5.0 to 6.0",
    source:
      "espressif/esp-idf, components/mbedtls/CMakeLists.txt, which counts the path from the project's folder",
  },
  {
    devices: idfBundle,
    file: "main/CMakeLists.txt",
    law: "nothing brings the symbols _binary_x509_crt_bundle_* a second time",
    never: [/EMBED/, /x509_crt_bundle/],
    versions: "5.0 to 6.0",
    source: "espressif/esp-idf, components/mbedtls/esp_crt_bundle/esp_crt_bundle.c",
  },
  {
    devices: ["mongoose-os"],
    file: "mos.yml",
    law: "mos wifi works by RPC over the serial line, which two libraries bring",
    says: [/\/rpc-uart$/m, /\/rpc-service-config$/m, /\/wifi$/m, /\/boards$/m],
    never: [/\/http-client$/m],
    versions: "2.20",
    source: "mongoose-os-libs/rpc-service-config, mos.yml; mongoose-os-apps/empty, mos.yml",
  },
  {
    devices: ["mongoose-os"],
    file: "mjs/mos.yml",
    law: "api_http.js comes with the library mjs",
    says: [/\/mjs$/m, /\/rpc-uart$/m, /\/rpc-service-config$/m],
    never: [/\/http-client$/m, /^sources:/m],
    versions: "2.20",
    source: "mongoose-os-libs/mjs, fs/api_http.js and mos.yml",
  },
  {
    devices: ["moddable"],
    file: "manifest.json",
    law: "the HTTPS client of the examples brings device.network.https, and the network set-up asks for the time",
    says: [
      /examples\/io\/tcp\/httpsclient\/manifest_httpsclient\.json/,
      /"sntp": "pool\.ntp\.org"/,
      /"\.\/data\/\*"/,
    ],
    never: [/crypt\/data/],
    versions: "SDK of 2026",
    source:
      "Moddable-OpenSource/moddable, examples/io/tcp/httpsclient/config.js; build/devices/esp32/setup/network.js",
  },
  {
    devices: ["arduino-esp32"],
    file: "platformio.ini",
    law: "the platform is one that has core 3",
    says: [
      /^platform = https:\/\/github\.com\/pioarduino\/platform-espressif32\//m,
      /^framework = arduino$/m,
    ],
    versions: "core 3.0 and later",
    source:
      "pioarduino/platform-espressif32, README.md; platformio/platform-espressif32 stays at core 2.0.17",
  },
  {
    devices: ["arduino-esp8266"],
    file: "platformio.ini",
    law: "the platform is that of the ESP8266",
    says: [/^platform = espressif8266$/m, /^framework = arduino$/m],
    versions: "core 3.0 and later",
    source: "platformio/platform-espressif8266, platform.json",
  },
  {
    devices: arduino,
    file: "fetch/fetch.ino",
    law: "HTTPClient's time-out has 16 bits, and no file of the sketch has the name of a header of the core",
    says: [/setTimeout\(TIMEOUT_MS < 65535 \? TIMEOUT_MS : 65535\)/, /#include "secrets\.h"/],
    never: [/#include "network\.h"/, /setInsecure\(/],
    versions: "core 3.0 and later",
    source:
      "espressif/arduino-esp32, libraries/HTTPClient/src/HTTPClient.h and libraries/Network/src/Network.h",
  },
  {
    devices: ["arduino-esp8266"],
    file: "fetch/fetch.ino",
    law: "the clock is set before the first request",
    says: [/if \(setClock\(\)\) fetch\(\);/, /configTime\(/],
    versions: "core 3.0 and later",
    source: "esp8266/Arduino, libraries/ESP8266WiFi/src/BearSSLHelpers.cpp: br_x509_minimal_set_time",
  },
  {
    devices: ["arduino-esp32"],
    file: "fetch/fetch.ino",
    law: "-1, which start_ssl_client returns for TCP and for a handshake out of time, is not called a failure of TLS",
    says: [/code == -1\)[^;]*TCP failed, or the handshake took too long/],
    versions: "core 3.0 and later",
    source:
      "espressif/arduino-esp32, libraries/NetworkClientSecure/src/ssl_client.cpp (010e6a05) and NetworkClientSecure.cpp: lastError",
  },
  {
    devices: ["moddable"],
    file: "README.md",
    law: "its client's Host is the name alone, whatever the port",
    says: [/`host:` without the port/],
    versions: "SDK of 2023 and later",
    source: "Moddable-OpenSource/moddable, examples/io/tcp/httpclient/httpclient.js (10b974e1)",
  },
  {
    devices: ["micropython"],
    file: "main.py",
    law: "the CA is DER, verification is asked for, and the clock is set first",
    says: [
      /^import tls$/m,
      /tls\.CERT_REQUIRED/,
      /ntptime\.settime\(\)/,
      /load_verify_locations\(file\.read\(\)\)/,
    ],
    never: [/\.pem/],
    versions: "1.23 and later",
    source:
      "micropython/micropython, extmod/modtls_mbedtls.c; MBEDTLS_PEM_PARSE_C is neither in extmod/mbedtls/mbedtls_config_common.h nor in every port's mbedtls_config_port.h",
  },
  {
    devices: ["mongoose-7-builtin"],
    file: "main.c",
    law: "the time is asked for before the request, because its TLS has no other clock",
    says: [/mg_sntp_connect\(&mgr, SNTP_URL, on_time, &f\)/],
    versions: "7.22 and later",
    source: "cesanta/mongoose, src/tls_builtin.c and mg_now of src/sntp.c",
  },
  {
    devices: ["mongoose-7-openssl"],
    file: "Makefile",
    law: "names its TLS and links it",
    says: [/-DMG_TLS=MG_TLS_OPENSSL .* -lssl -lcrypto$/m],
    versions: "7.14 and later",
    source: "cesanta/mongoose, src/config.h",
  },
  {
    devices: ["mongoose-7-mbedtls"],
    file: "Makefile",
    law: "names its TLS and links it, each library before what it needs",
    says: [/-DMG_TLS=MG_TLS_MBED .* -lmbedtls -lmbedx509 -lmbedcrypto$/m],
    versions: "7.14 and later",
    source: "cesanta/mongoose, src/config.h",
  },
  {
    devices: ["mongoose-7-builtin"],
    file: "Makefile",
    law: "names its TLS and links nothing",
    says: [/-DMG_TLS=MG_TLS_BUILTIN -o \$@ main\.c mongoose\.c$/m],
    versions: "7.14 and later",
    source: "cesanta/mongoose, src/config.h",
  },
  {
    devices: ["node"],
    file: "package.json",
    law: "is a module, on the Nodes that Meerkat supports",
    says: [/"type": "module"/, /"node": ">=20\.19\.0"/, /"meerkat"/],
    versions: "20.19 and later",
    source: "package.json of this project",
  },
  {
    devices: ["zephyr", "zephyr-4.4"],
    file: "CMakeLists.txt",
    law: "finds Zephyr before it has its name",
    says: [/find_package\(Zephyr REQUIRED HINTS \$ENV\{ZEPHYR_BASE\}\)\nproject\(\w+\)\n/],
    versions: "3.7 to 4.4",
    source: "zephyrproject-rtos/zephyr, samples/net/sockets/http_client/CMakeLists.txt",
  },
];

/** An option, and the versions that know it. */
export interface OptionRow {
  readonly options: readonly string[];
  /** Zephyr: files it may stand in. */
  readonly files: readonly string[];
  readonly versions: string;
  readonly source: string;
}

const both = ["prj.conf", "prj-4.3.conf"];
const current = ["prj.conf"];
const older = ["prj-4.3.conf"];

/** Every option of Zephyr's that an example sets. */
export const zephyrOptions: readonly OptionRow[] = [
  {
    options: [
      "NETWORKING",
      "NET_IPV4",
      "NET_TCP",
      "NET_SOCKETS",
      "DNS_RESOLVER",
      "HTTP_CLIENT",
      "LOG",
      "MAIN_STACK_SIZE",
    ],
    files: both,
    versions: "3.7 to 4.4",
    source: "samples/net/sockets/http_client/prj.conf and http_get/prj.conf",
  },
  {
    options: ["NET_CONFIG_SETTINGS", "NET_CONFIG_NEED_IPV4", "NET_DHCPV4"],
    files: both,
    versions: "3.7 to 4.4",
    source: "subsys/net/lib/config/Kconfig: main waits for an address with NEED_IPV4 alone",
  },
  {
    options: [
      "NET_SOCKETS_CONNECT_TIMEOUT",
      "NET_SOCKETS_SOCKOPT_TLS",
      "NET_SOCKETS_TLS_MAX_CREDENTIALS",
      "TLS_CREDENTIALS",
    ],
    files: both,
    versions: "3.7 to 4.4",
    source: "subsys/net/lib/sockets/Kconfig",
  },
  {
    options: ["TLS_MAX_CREDENTIALS_NUMBER"],
    files: both,
    versions: "3.7 to 4.4",
    source: "subsys/net/lib/tls_credentials/Kconfig",
  },
  {
    options: ["MBEDTLS", "MBEDTLS_ENABLE_HEAP", "MBEDTLS_HEAP_SIZE", "MBEDTLS_SSL_MAX_CONTENT_LEN"],
    files: both,
    versions: "3.7 to 4.4",
    source: "samples/net/sockets/http_get/overlay-tls.conf; modules/mbedtls/Kconfig",
  },
  {
    options: ["ENTROPY_GENERATOR"],
    files: both,
    versions: "3.7 to 4.4",
    source: "drivers/entropy/Kconfig: off by default, and the random numbers of TLS come from it",
  },
  {
    options: ["NET_SOCKETS_TLS_CONNECT_TIMEOUT"],
    files: current,
    versions: "4.4",
    source: "doc/releases/release-notes-4.4.rst, Networking, Sockets",
  },
  {
    options: ["NET_NAMESPACE_COMPAT_MODE"],
    files: current,
    versions: "4.4",
    source: "doc/releases/migration-guide-4.4.rst, Networking: AF_INET and its like come with it",
  },
  {
    options: [
      "PSA_CRYPTO",
      "MBEDTLS_SSL_PROTO_TLS1_2",
      "MBEDTLS_SSL_SERVER_NAME_INDICATION",
      "MBEDTLS_X509_CRT_PARSE_C",
    ],
    files: current,
    versions: "4.4",
    source: "doc/releases/migration-guide-4.4.rst and release-notes-4.4.rst, Mbed TLS",
  },
  {
    options: ["ECDHE_ECDSA_WITH_AES_128", "ECDHE_RSA_WITH_AES_128"]
      .map((name) => `MBEDTLS_CIPHERSUITE_TLS_${name}_GCM_SHA256`)
      .concat(
        ["ECDHE_ECDSA_WITH_AES_256", "ECDHE_RSA_WITH_AES_256"].map(
          (name) => `MBEDTLS_CIPHERSUITE_TLS_${name}_GCM_SHA384`,
        ),
      ),
    files: current,
    versions: "4.4",
    source: "doc/releases/release-notes-4.4.rst, Mbed TLS; modules/mbedtls/Kconfig.ciphersuites",
  },
  {
    options: [
      "PSA_WANT_KEY_TYPE_RSA_PUBLIC_KEY",
      "PSA_WANT_KEY_TYPE_ECC_PUBLIC_KEY",
      "PSA_WANT_ECC_SECP_R1_256",
      "PSA_WANT_ECC_SECP_R1_384",
      "PSA_WANT_ALG_SHA_256",
      "PSA_WANT_ALG_SHA_384",
      "PSA_WANT_ALG_SHA_512",
    ],
    files: current,
    versions: "4.4",
    source: "modules/mbedtls/Kconfig.psa; doc/releases/migration-guide-4.4.rst: the legacy names are gone",
  },
  {
    options: ["MBEDTLS_BUILTIN"],
    files: older,
    versions: "3.7 to 4.3",
    source: "modules/mbedtls/Kconfig",
  },
  {
    options: [
      "MBEDTLS_TLS_VERSION_1_2",
      "MBEDTLS_CIPHER_AES_ENABLED",
      "MBEDTLS_SHA256",
      "MBEDTLS_SHA384",
      "MBEDTLS_SHA512",
    ],
    files: older,
    versions: "3.7 to 4.3",
    source:
      "doc/releases/migration-guide-3.7.rst, Mbed TLS: no longer on by default, and named so from 3.7 on",
  },
  {
    options: [
      "MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED",
      "MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED",
      "MBEDTLS_ECDH_C",
      "MBEDTLS_ECDSA_C",
      "MBEDTLS_ECP_C",
      "MBEDTLS_ECP_DP_SECP256R1_ENABLED",
      "MBEDTLS_ECP_DP_SECP384R1_ENABLED",
      "MBEDTLS_CIPHER_GCM_ENABLED",
      "MBEDTLS_SERVER_NAME_INDICATION",
    ],
    files: older,
    versions: "3.7 to 4.3",
    source:
      "modules/mbedtls/Kconfig.mbedtls (Kconfig.tls-generic before it), where each depends on those after it",
  },
];

/** Every option of ESP-IDF's that an example sets. */
export const idfOptions: readonly OptionRow[] = [
  {
    options: ["ESP_MAIN_TASK_STACK_SIZE"],
    files: ["sdkconfig.defaults"],
    versions: "5.0 to 6.0",
    source: "espressif/esp-idf, components/esp_system/Kconfig",
  },
  {
    options: [
      "MBEDTLS_CERTIFICATE_BUNDLE",
      "MBEDTLS_CERTIFICATE_BUNDLE_DEFAULT_NONE",
      "MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE",
      "MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE_PATH",
    ],
    files: ["sdkconfig.defaults"],
    versions: "5.0 to 6.0",
    source: "espressif/esp-idf, components/mbedtls/Kconfig",
  },
];
