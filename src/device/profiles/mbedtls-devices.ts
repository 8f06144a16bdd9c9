/** Devices whose TLS is mbedTLS. */
import { extensionOid } from "../../x509/index.ts";
import type { NameRules } from "../names.ts";
import type { CheckFact, CheckName, DeviceProfile } from "../profile.ts";
import type { MbedtlsOptions } from "../strategies/mbedtls.ts";
import { explainUnknownKey, explainUnparsed } from "../strategies/mbedtls-parse.ts";
import {
  espIdfHello,
  mbedtls3DefaultHello,
  micropythonHello,
  mongooseOsHello,
  zephyrHello,
} from "./hellos.ts";
import { espGeneratorPem, mbedtlsPem, mongoose7MbedtlsPem, mongooseOsPem } from "./pem-readers.ts";
import { othersFormats, pemAlone, toDer } from "./read-formats.ts";

/** Extensions that mbedTLS 2.28 parses; a critical one beyond them makes the certificate unreadable. */
const understoodBy2: readonly string[] = [
  extensionOid.basicConstraints,
  extensionOid.keyUsage,
  extensionOid.extendedKeyUsage,
  extensionOid.subjectAltName,
  "2.16.840.1.113730.1.1",
  extensionOid.certificatePolicies,
];

const dnsNames: NameRules = {
  kinds: "dns",
  commonName: "without-names",
  wildcard: "label",
  wildcardIsPlain: false,
  labelsAfterWildcard: 1,
  dropsFinalDot: false,
  mindsCase: false,
  skipsAddresses: false,
};

const allCurves: readonly string[] = [
  "P-192",
  "P-224",
  "P-256",
  "P-384",
  "P-521",
  "secp256k1",
  "brainpoolP256r1",
  "brainpoolP384r1",
  "brainpoolP512r1",
];

/** mbedTLS 2.28 as Debian builds it: mbedtls_x509_crt_profile_default with dates. */
export const mbedtls2: MbedtlsOptions = {
  dates: true,
  hashes: ["sha224", "sha256", "sha384", "sha512"],
  minRsaBits: 2048,
  curves: allCurves,
  understood: understoodBy2,
  names: dnsNames,
  maxIntermediates: 8,
  maxMessageBytes: 16_384,
  tooLong: "-0x7080",
};

/** mbedTLS 3.6: stronger hashes and curves, key identifiers understood, addresses and URIs compared as such. */
export const mbedtls3: MbedtlsOptions = {
  ...mbedtls2,
  hashes: ["sha256", "sha384", "sha512"],
  curves: ["P-256", "P-384", "P-521", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"],
  understood: [...understoodBy2, extensionOid.authorityKeyIdentifier, extensionOid.subjectKeyIdentifier],
  names: { ...dnsNames, kinds: "dns+ip+uri" },
  tooLong: "-0x7100",
};

const yes: CheckFact = { made: "yes" };
const no: CheckFact = { made: "no" };

/** What mbedTLS checks when dates are compiled in. */
const mbedtlsChecks: Readonly<Record<CheckName, CheckFact>> = {
  signatures: yes,
  dates: yes,
  anchorDates: yes,
  hostName: yes,
  addresses: yes,
  basicConstraints: yes,
  pathLength: yes,
  keyUsage: yes,
  purpose: { made: "partly", note: "of the server's certificate alone, not of CAs" },
  nameConstraints: { made: "no", note: "a CA whose constraints are critical is refused altogether" },
  criticalExtensions: yes,
  weakHashes: yes,
  weakKeys: yes,
  revocation: no,
};

const undated: Readonly<Record<CheckName, CheckFact>> = { ...mbedtlsChecks, dates: no, anchorDates: no };

const greedy =
  "For each certificate it looks among its CA certificates first and then among those sent after it; the first that fits is kept, and there is no way back. A chain out of order fails.";

const fileRules: DeviceProfile["fileRules"] = {
  ...mbedtlsPem,
  refusesFormats: othersFormats(),
  refuse: (certificate) => explainUnparsed(certificate, mbedtls3),
  takesIntermediates: true,
  checksAnchorDates: true,
  passesOverExpired: true,
  firstOfNameOnly: false,
};

/** Mongoose OS 2.x: its fork of mbedTLS, with the CA file scanned on disk and no dates. */
const mongooseOs: DeviceProfile = {
  name: "mongoose-os",
  title: "Mongoose OS 2.x",
  library: "mbedTLS 2.x, Mongoose OS fork",
  confirmation: "read",
  strategy: {
    kind: "mbedtls",
    options: {
      ...mbedtls2,
      dates: false,
      curves: ["P-256", "P-384", "P-521"],
      names: { ...dnsNames, kinds: "text", skipsAddresses: true },
    },
  },
  hello: mongooseOsHello,
  records: { inBytes: 16_384, outBytes: 16_384, note: "buffers grow and shrink" },
  memory: { note: "about 1 KB for an idle connection, by its own documentation; more during the handshake" },
  pathBuilding: `${greedy} CA certificates are read from the file at each look-up, so a large file costs time, not memory.`,
  checks: {
    ...undated,
    addresses: { made: "no", note: "a URL with an IP address switches the name check off" },
    hostName: { made: "yes", note: "names of every kind are compared as text" },
  },
  clock: { needed: false, note: "it never looks at dates" },
  withoutCa: {
    behaviour: "unverified",
    note: "in C, an https URL without ssl_ca_cert encrypts and verifies nobody, silently; mJS wants ca.pem",
  },
  formats: ["mongoose-os"],
  fileRules: {
    ...mongooseOsPem,
    refusesFormats: {
      ...pemAlone("Mongoose OS (ssl_ca_cert)"),
      "c-source": "Mongoose OS reads ssl_ca_cert from a file of PEM, and this is source code",
    },
    refuse: (certificate) => explainUnparsed(certificate, mbedtls2),
    takesIntermediates: true,
    checksAnchorDates: false,
    passesOverExpired: true,
    firstOfNameOnly: false,
  },
  sources: [
    "cesanta/mongoose 6.18, src/mg_http.c and src/mg_net.c",
    "mongoose-os/mbedtls, library/x509_crt.c",
  ],
};

/** Mongoose 7 over mbedTLS. */
const mongoose7Mbedtls: DeviceProfile = {
  name: "mongoose-7-mbedtls",
  title: "Mongoose 7 with mbedTLS",
  library: "mbedTLS 3.6",
  confirmation: "tested",
  strategy: { kind: "mbedtls", options: mbedtls3 },
  hello: mbedtls3DefaultHello,
  records: { inBytes: 16_384, outBytes: 16_384 },
  memory: { note: "two record buffers for each connection, unless mbedTLS is built with smaller ones" },
  pathBuilding: greedy,
  checks: {
    ...mbedtlsChecks,
    dates: { made: "partly", note: "where mbedTLS is built with MBEDTLS_HAVE_TIME_DATE, its default" },
    anchorDates: { made: "partly", note: "as above" },
    hostName: { made: "partly", note: "when mg_tls_opts.name is set" },
  },
  clock: { needed: true, note: "dates are checked unless mbedTLS is built without them" },
  withoutCa: { behaviour: "unverified", note: "an empty ca verifies nobody, and sends no server name" },
  formats: ["pem", "c-pem", "der"],
  fileRules: {
    ...fileRules,
    ...mongoose7MbedtlsPem,
    emptyIsNone: true,
    takesAllOrNone: 'Mongoose then takes none of the file ("cert err"), and no site is reached',
  },
  sources: ["cesanta/mongoose 7.22, src/tls_mbed.c", "Mbed-TLS/mbedtls 3.6, library/x509_crt.c"],
};

/** ESP-IDF with cert_pem. */
const espIdf: DeviceProfile = {
  name: "esp-idf",
  title: "ESP-IDF 5.x with cert_pem",
  library: "mbedTLS 3.6, Espressif fork",
  confirmation: "tested",
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
    ...fileRules,
    checksAnchorDates: false,
  },
  sources: ["espressif/esp-idf 5.x, components/esp-tls/esp_tls_mbedtls.c and components/mbedtls/Kconfig"],
};

/** ESP-IDF with esp_crt_bundle_attach. */
const espIdfBundle: DeviceProfile = {
  ...espIdf,
  name: "esp-idf-bundle",
  title: "ESP-IDF 5.x with its certificate bundle",
  confirmation: "read",
  strategy: {
    kind: "esp-bundle",
    options: { mbedtls: { ...mbedtls3, dates: false }, crossSigned: false },
  },
  pathBuilding:
    "It walks the server's chain to its end without any CA, and then looks up the issuer of the topmost certificate alone. A server that sends a cross-signed root fails, unless the root that signed it is in the bundle (CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_CROSS_SIGNED_VERIFY changes that).",
  checks: {
    ...undated,
    anchorDates: { made: "no", note: "the bundle has no dates" },
    pathLength: { made: "partly", note: "not the root's own limit, which the bundle does not have" },
  },
  withoutCa: { behaviour: "default-store", note: "the bundle that was built into the firmware" },
  formats: ["esp-bundle", "esp-bundle-5.3"],
  fileRules: {
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
    refuse: explainUnknownKey,
    maxAnchors: 200,
    searchesByHalves: true,
    datedFormats: {
      "esp-bundle-5.3":
        "it is the layout of ESP-IDF through 5.3, and ESP-IDF 5.4 and later take none of it (ESP_ERR_INVALID_ARG, 0x102)",
    },
  },
  sources: ["espressif/esp-idf, components/mbedtls/esp_crt_bundle/esp_crt_bundle.c and gen_crt_bundle.py"],
};

const pemTextOnly =
  "setCACert takes PEM text, a const char * whose length is counted by strlen, and mbedTLS refuses DER that is given so (-0x2180); openssl x509 -inform DER -in FILE -out ca.pem writes PEM";

/** Arduino core 3.x for ESP32. */
const arduinoEsp32: DeviceProfile = {
  ...espIdf,
  name: "arduino-esp32",
  title: "Arduino core 3.x for ESP32",
  clock: { needed: false, note: "the prebuilt libraries do not look at dates" },
  withoutCa: { behaviour: "refuses", note: "NetworkClientSecure does not connect with nothing set" },
  formats: ["c-pem", "esp-bundle"],
  fileRules: {
    ...fileRules,
    checksAnchorDates: false,
    refusesFormats: {
      ...othersFormats("esp-bundle", "esp-bundle-5.3"),
      der: pemTextOnly,
      "c-array": pemTextOnly,
    },
  },
  sources: ["espressif/arduino-esp32 3.x, libraries/NetworkClientSecure", "espressif/esp-idf 5.x"],
};

const derOnly =
  "MicroPython is built without a PEM parser and takes DER; openssl x509 -in FILE -outform DER -out ca.der writes it";

/** MicroPython's ssl module. */
const micropython: DeviceProfile = {
  name: "micropython",
  title: "MicroPython",
  library: "mbedTLS 3.6",
  confirmation: "tested",
  strategy: { kind: "mbedtls", options: mbedtls3 },
  hello: micropythonHello,
  records: { inBytes: 16_384, outBytes: 4096 },
  memory: { note: "16 KB and 4 KB of record buffers, from the heap" },
  pathBuilding: greedy,
  checks: { ...mbedtlsChecks, hostName: { made: "yes", note: "of server_hostname, when it is given" } },
  clock: {
    needed: true,
    note: "call ntptime.settime() first: a board without a battery starts years in the past, when nothing is valid yet",
  },
  withoutCa: {
    behaviour: "unverified",
    note: "the ssl wrapper of micropython-lib sets CERT_NONE; so does requests, always",
  },
  formats: ["der"],
  fileRules: {
    ...fileRules,
    refusesFormats: {
      ...othersFormats(),
      pem: derOnly,
      "c-source": derOnly,
      "c-array": "it is C source, and MicroPython reads a file or bytes; write the bytes to a file",
    },
    minds: {
      ...fileRules.minds,
      concatenated:
        "load_verify_locations reads the first certificate of DER alone; call it once for each, with a file for each",
    },
    takesAllOrNone: 'load_verify_locations raises ValueError ("invalid cert"), and no site is reached',
  },
  sources: [
    "micropython/micropython, extmod/modtls_mbedtls.c",
    "micropython/micropython-lib, python-stdlib/ssl/ssl.py",
  ],
};

const derByDefault = `Zephyr is built for DER alone unless CONFIG_MBEDTLS_PEM_CERTIFICATE_FORMAT is set, and then the NUL at the end has to be counted; ${toDer}`;

/** Zephyr's secure sockets. */
const zephyr: DeviceProfile = {
  name: "zephyr",
  title: "Zephyr with secure sockets",
  library: "mbedTLS 3.6",
  confirmation: "tested",
  strategy: { kind: "mbedtls", options: { ...mbedtls3, dates: false } },
  hello: zephyrHello,
  records: {
    inBytes: 1500,
    outBytes: 1500,
    note: "CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN; public servers need 16384",
  },
  memory: {
    heapBytes: 60_000,
    note: "CONFIG_MBEDTLS_HEAP_SIZE as samples set it; the default of 512 bytes is too small",
  },
  pathBuilding: greedy,
  checks: {
    ...undated,
    hostName: { made: "yes", note: "TLS_HOSTNAME has to be set, or the handshake fails" },
  },
  clock: { needed: false, note: "CONFIG_MBEDTLS_HAVE_TIME_DATE is off by default" },
  withoutCa: { behaviour: "refuses", note: "verification is required of clients by default" },
  formats: ["zephyr", "der"],
  fileRules: {
    ...fileRules,
    refusesFormats: othersFormats(),
    datedFormats: { pem: derByDefault, "c-source": derByDefault },
    minds: {
      ...fileRules.minds,
      concatenated: "of one credential the first certificate is read; add each under a tag of its own",
    },
    checksAnchorDates: false,
    maxAnchors: 4,
    takesAllOrNone: "the socket then takes none of its tags (EINVAL), and no site is reached",
  },
  sources: ["zephyrproject-rtos/zephyr, subsys/net/lib/sockets/sockets_tls.c and modules/mbedtls/Kconfig"],
};

/** Devices on mbedTLS. */
export const mbedtlsDevices: readonly DeviceProfile[] = [
  mongooseOs,
  mongoose7Mbedtls,
  espIdf,
  espIdfBundle,
  arduinoEsp32,
  micropython,
  zephyr,
];
