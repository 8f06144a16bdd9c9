/** Espressif's devices: ESP-IDF 5 and 6, with CA certificates and with its bundle, and the Arduino core over it. */
import type { FileRules } from "../../bundle/index.ts";
import type { DeviceProfile, FormatChanges } from "../profile.ts";
import { explainUnknownKey, explainUnparsed } from "../strategies/mbedtls-parse.ts";
import { read, run, runVersions } from "./confirmations.ts";
import { arduinoEsp32Hello, espIdf6Hello, espIdfHello } from "./hellos.ts";
import { greedy, mbedtls3, mbedtls4, mbedtlsFileRules, undated } from "./mbedtls-libraries.ts";
import { espGeneratorPem } from "./pem-readers.ts";
import { othersFormats, toPem } from "./read-formats.ts";

/** ESP-IDF with cert_pem. */
const espIdf: DeviceProfile = {
  name: "esp-idf",
  title: "ESP-IDF 5.x with cert_pem",
  library: "mbedTLS 3.6, Espressif fork",
  runsOn: "device",
  confirmation: run(`${runVersions.mbedtls}, built without dates`),
  strategy: { kind: "mbedtls", options: { ...mbedtls3, dates: false } },
  hello: espIdfHello,
  records: { inBytes: 16_384, outBytes: 4096, note: "CONFIG_MBEDTLS_ASYMMETRIC_CONTENT_LEN" },
  memory: {
    heapBytes: 42_196,
    stackBytes: 3600,
    note: "Espressif's own figure with default settings; 22,013 with dynamic buffers and freed certificates",
  },
  pathBuilding: greedy,
  checks: undated,
  clock: {
    needed: false,
    note: "CONFIG_MBEDTLS_HAVE_TIME_DATE is off by default: expired certificates are accepted",
  },
  withoutCa: { behaviour: "refuses", note: '"No server verification option set" in the log' },
  formats: ["pem", "c-pem", "der", "c-array"],
  fileRules: {
    ...mbedtlsFileRules,
    checksAnchorDates: false,
  },
  sources: ["espressif/esp-idf 5.x, components/esp-tls/esp_tls_mbedtls.c and components/mbedtls/Kconfig"],
};

const olderLayout =
  "it is the layout that ESP-IDF through 5.3 reads, and ESP-IDF 5.4 and later take none of it (ESP_ERR_INVALID_ARG, 0x102)";

const bundleRules: FileRules = {
  ...espGeneratorPem,
  minds: {
    ...espGeneratorPem.minds,
    unsorted: "the device searches by halves and will not find every entry",
  },
  refusesFormats: {
    ...othersFormats("esp-bundle", "esp-bundle-5.3"),
    "c-source": "gen_crt_bundle.py takes files of PEM and of DER, and no source code",
    "c-array": "gen_crt_bundle.py takes files of PEM and of DER, and no source code",
  },
  takesIntermediates: true,
  checksAnchorDates: false,
  passesOverExpired: true,
  firstOfNameOnly: true,
  refuse: (certificate) => explainUnknownKey(certificate, mbedtls3),
  maxAnchors: 200,
  searchesByHalves: true,
};

/** ESP-IDF with esp_crt_bundle_attach. */
const espIdfBundle: DeviceProfile = {
  ...espIdf,
  name: "esp-idf-bundle",
  title: "ESP-IDF 5.x with its certificate bundle",
  confirmation: read("ESP-IDF 5.5", "2026-11-22"),
  strategy: {
    kind: "esp-bundle",
    options: { mbedtls: { ...mbedtls3, dates: false }, crossSigned: false, pkcs1Alone: false },
  },
  pathBuilding:
    "It walks the server's chain to its end without any CA, and then looks up the issuer of the topmost certificate alone. A server that sends a cross-signed root fails, unless the root that signed it is in the bundle (CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_CROSS_SIGNED_VERIFY changes that).",
  checks: {
    ...undated,
    anchorDates: { made: "no", note: "the bundle has no dates" },
    basicConstraints: { made: "partly", note: "not of the root, of which the bundle has a name and a key" },
    pathLength: { made: "partly", note: "not the root's own limit, which the bundle does not have" },
    keyUsage: { made: "partly", note: "not of the root" },
    criticalExtensions: { made: "partly", note: "not of the root" },
    weakHashes: { made: "partly", note: "not of the certificate that a root of the bundle signed" },
    weakKeys: { made: "partly", note: "not of the root" },
  },
  withoutCa: { behaviour: "default-store", note: "the bundle that was built into the firmware" },
  formats: ["esp-bundle", "esp-bundle-5.3"],
  fileRules: {
    ...bundleRules,
    refusesFormats: { ...bundleRules.refusesFormats, "esp-bundle-5.3": olderLayout },
  },
  inFormat: {
    "esp-bundle": { title: "ESP-IDF 5.4 and later with its certificate bundle" },
    // Older firmware reads the older layout alone, and is meant where that is asked for.
    "esp-bundle-5.3": { title: "ESP-IDF through 5.3 with its certificate bundle", fileRules: bundleRules },
  },
  sources: ["espressif/esp-idf, components/mbedtls/esp_crt_bundle/esp_crt_bundle.c and gen_crt_bundle.py"],
};

const idf6Sources: readonly string[] = [
  "espressif/esp-idf 6.0, components/mbedtls/Kconfig (96a022af) and docs/en/migration-guides/release-6.x/6.0/security.rst",
];

/** ESP-IDF 6 with cert_pem: mbedTLS 4, over TF-PSA-Crypto. */
const espIdf6: DeviceProfile = {
  ...espIdf,
  name: "esp-idf-6",
  title: "ESP-IDF 6 with cert_pem",
  library: "mbedTLS 4.0, Espressif fork",
  confirmation: read("ESP-IDF 6.0", "2026-11-29"),
  strategy: { kind: "mbedtls", options: { ...mbedtls4, dates: false } },
  hello: espIdf6Hello,
  memory: {
    ...espIdf.memory,
    note: "Espressif's figure for 5.x with default settings; the program is about 37 KB larger than over mbedTLS 3.6, by its own example",
  },
  fileRules: {
    ...espIdf.fileRules,
    refuse: (certificate) => explainUnparsed(certificate, mbedtls4),
  },
  sources: [...idf6Sources, "espressif/esp-idf 6.0, components/esp-tls/esp_tls_mbedtls.c"],
};

/** ESP-IDF 6 with esp_crt_bundle_attach: the layout of 5.4, verified by PSA. */
const espIdf6Bundle: DeviceProfile = {
  ...espIdfBundle,
  name: "esp-idf-6-bundle",
  title: "ESP-IDF 6 with its certificate bundle",
  library: espIdf6.library,
  confirmation: read("ESP-IDF 6.0", "2026-11-29"),
  strategy: {
    kind: "esp-bundle",
    options: { mbedtls: { ...mbedtls4, dates: false }, crossSigned: false, pkcs1Alone: true },
  },
  hello: espIdf6Hello,
  memory: espIdf6.memory,
  formats: ["esp-bundle"],
  inFormat: {},
  fileRules: {
    ...espIdfBundle.fileRules,
    refuse: (certificate) => explainUnknownKey(certificate, mbedtls4),
  },
  sources: [
    ...idf6Sources,
    "espressif/esp-idf, components/mbedtls/esp_crt_bundle/esp_crt_bundle.c (0158ad3d)",
  ],
};

const pemTextOnly = `setCACert takes PEM text, a const char * whose length is counted by strlen, and mbedTLS refuses DER that is given so (-0x2180); ${toPem}`;

/** setCACertBundle: a certificate bundle brings its own verification, esp_crt_bundle_set. */
const withBundle: FormatChanges = {
  strategy: espIdfBundle.strategy,
  checks: espIdfBundle.checks,
  pathBuilding: espIdfBundle.pathBuilding,
  fileRules: espIdfBundle.fileRules,
  confirmation: espIdfBundle.confirmation,
};

/** Arduino core 3.x for ESP32. */
const arduinoEsp32: DeviceProfile = {
  ...espIdf,
  name: "arduino-esp32",
  title: "Arduino core 3.x for ESP32",
  hello: arduinoEsp32Hello,
  records: {
    inBytes: 16_384,
    outBytes: 16_384,
    note: "the prebuilt libraries leave CONFIG_MBEDTLS_ASYMMETRIC_CONTENT_LEN out",
  },
  memory: {
    stackBytes: 3600,
    note: "Espressif's 42,196 bytes of heap are for ESP-IDF's defaults; the larger record buffer out takes 12 KB more, by its Kconfig",
  },
  clock: { needed: false, note: "the prebuilt libraries do not look at dates" },
  withoutCa: { behaviour: "refuses", note: "NetworkClientSecure does not connect with nothing set" },
  formats: ["c-pem", "esp-bundle"],
  fileRules: {
    ...mbedtlsFileRules,
    checksAnchorDates: false,
    refusesFormats: {
      ...othersFormats("esp-bundle", "esp-bundle-5.3"),
      der: pemTextOnly,
      "c-array": pemTextOnly,
    },
  },
  inFormat: { "esp-bundle": withBundle, "esp-bundle-5.3": withBundle },
  sources: [
    "espressif/arduino-esp32 3.x, libraries/NetworkClientSecure",
    "espressif/esp32-arduino-lib-builder, configs/defconfig.common (06a96ee9)",
    "espressif/esp-idf 5.x",
  ],
};

/** Espressif's devices. */
export const espDevices: readonly DeviceProfile[] = [
  espIdf,
  espIdfBundle,
  espIdf6,
  espIdf6Bundle,
  arduinoEsp32,
];
