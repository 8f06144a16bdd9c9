/** Devices whose TLS is mbedTLS, but Espressif's. */
import type { DeviceProfile } from "../profile.ts";
import { explainUnparsed } from "../strategies/mbedtls-parse.ts";
import { read, run, runVersions } from "./confirmations.ts";
import {
  mbedtls3DefaultHello,
  micropythonHello,
  mongooseOsHello,
  zephyr44Hello,
  zephyrHello,
} from "./hellos.ts";
import {
  dnsNames,
  greedy,
  mbedtls2,
  mbedtls3,
  mbedtls4,
  mbedtlsChecks,
  mbedtlsFileRules,
  undated,
} from "./mbedtls-libraries.ts";
import { mongoose7MbedtlsPem, mongooseOsPem } from "./pem-readers.ts";
import { othersFormats, pemAlone, toDer } from "./read-formats.ts";

/** Mongoose OS 2.x: its fork of mbedTLS, with the CA file scanned on disk and no dates. */
const mongooseOs: DeviceProfile = {
  name: "mongoose-os",
  title: "Mongoose OS 2.x",
  library: "mbedTLS 2.x, Mongoose OS fork",
  runsOn: "device",
  confirmation: read("Mongoose OS 2.x with Mongoose 6.18", "2026-11-22"),
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
  memory: {
    note: "about 1 KB for an idle connection, by its own documentation; more during the handshake",
    anchorsNotHeld: "the file is read at each look-up (its source)",
  },
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
  runsOn: "device",
  confirmation: run(runVersions.mbedtls),
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
    ...mbedtlsFileRules,
    ...mongoose7MbedtlsPem,
    emptyIsNone: true,
    takesAllOrNone: 'Mongoose then takes none of the file ("cert err"), and no site is reached',
  },
  sources: ["cesanta/mongoose 7.22, src/tls_mbed.c", "Mbed-TLS/mbedtls 3.6, library/x509_crt.c"],
};

/** extmod/mbedtls/mbedtls_config_common.h has no parser of PEM; ports/esp32 takes ESP-IDF's configuration, which has. */
const derOnly = `of MicroPython's ports only those whose mbedTLS has a PEM parser take PEM (ESP32 has, and rp2 in newer sources), while DER is read by all; ${toDer}`;

/** MicroPython's ssl module. */
const micropython: DeviceProfile = {
  name: "micropython",
  title: "MicroPython",
  library: "mbedTLS 3.6",
  runsOn: "device",
  confirmation: run(`MicroPython 1.25.0 over ${runVersions.mbedtls}`),
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
    ...mbedtlsFileRules,
    refusesFormats: {
      ...othersFormats(),
      pem: derOnly,
      "c-source": derOnly,
      "c-array": "it is C source, and MicroPython reads a file or bytes; write the bytes to a file",
    },
    minds: {
      ...mbedtlsFileRules.minds,
      concatenated:
        "load_verify_locations reads the first certificate of DER alone; call it once for each, with a file for each",
    },
    takesAllOrNone: 'load_verify_locations raises ValueError ("invalid cert"), and no site is reached',
  },
  sources: [
    "micropython/micropython, extmod/modtls_mbedtls.c and extmod/mbedtls/mbedtls_config_common.h, ports/esp32/boards/sdkconfig.base and ports/rp2/mbedtls/mbedtls_config_port.h (2a8fe15b)",
    "micropython/micropython-lib, python-stdlib/ssl/ssl.py",
  ],
};

const derByDefault = `Zephyr is built for DER alone by default and then reads no PEM; CONFIG_MBEDTLS_PEM_CERTIFICATE_FORMAT=y lets it, with the NUL at the end counted; or ${toDer}`;

/** Zephyr's secure sockets. */
const zephyr: DeviceProfile = {
  name: "zephyr",
  title: "Zephyr 3.7 to 4.3 with secure sockets",
  library: "mbedTLS 3.6",
  runsOn: "device",
  confirmation: run(`${runVersions.mbedtls}, built without dates`),
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
    ...mbedtlsFileRules,
    refusesFormats: { ...othersFormats(), pem: derByDefault, "c-source": derByDefault },
    minds: {
      ...mbedtlsFileRules.minds,
      concatenated: "of one credential the first certificate is read; add each under a tag of its own",
    },
    checksAnchorDates: false,
    maxAnchors: 4,
    takesAllOrNone: "the socket then takes none of its tags (EINVAL), and no site is reached",
  },
  sources: ["zephyrproject-rtos/zephyr, subsys/net/lib/sockets/sockets_tls.c and modules/mbedtls/Kconfig"],
};

/** Zephyr 4.4: the same sockets over mbedTLS 4, with nothing selected by them. */
const zephyr44: DeviceProfile = {
  ...zephyr,
  name: "zephyr-4.4",
  title: "Zephyr 4.4 with secure sockets",
  library: "mbedTLS 4",
  confirmation: read("Zephyr 4.4", "2026-11-29"),
  strategy: { kind: "mbedtls", options: { ...mbedtls4, dates: false } },
  hello: zephyr44Hello,
  records: {
    ...zephyr.records,
    note: "CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN; public servers need 16384. TLS version, suites and curves have to be named in prj.conf: the sockets no longer select them",
  },
  fileRules: {
    ...zephyr.fileRules,
    refuse: (certificate) => explainUnparsed(certificate, mbedtls4),
  },
  sources: [
    "zephyrproject-rtos/zephyr, doc/releases/migration-guide-4.4.rst (0138c435), modules/mbedtls/Kconfig.tls-x509 and Kconfig.tf-psa-crypto",
    "zephyrproject-rtos/zephyr, subsys/net/lib/sockets/sockets_tls.c",
  ],
};

/** Devices on mbedTLS. */
export const mbedtlsDevices: readonly DeviceProfile[] = [
  mongooseOs,
  mongoose7Mbedtls,
  micropython,
  zephyr,
  zephyr44,
];
