/** Programs whose TLS is OpenSSL. */
import { pemReaders } from "../../bundle/index.ts";
import type { NameRules } from "../names.ts";
import { run, runVersions } from "./confirmations.ts";
import type { CheckFact, CheckName, DeviceProfile } from "../profile.ts";
import { explainStrictly } from "../strategies/openssl-strict.ts";
import { nodeHello, opensslHello, pythonHello } from "./hellos.ts";
import { nodePem, opensslPem } from "./pem-readers.ts";
import { noSource, pemAlone, toPem } from "./read-formats.ts";

const yes: CheckFact = { made: "yes" };

const opensslChecks: Readonly<Record<CheckName, CheckFact>> = {
  signatures: yes,
  dates: yes,
  anchorDates: yes,
  hostName: yes,
  addresses: yes,
  basicConstraints: yes,
  pathLength: yes,
  keyUsage: yes,
  purpose: yes,
  nameConstraints: yes,
  criticalExtensions: yes,
  weakHashes: yes,
  weakKeys: yes,
  revocation: { made: "no", note: "unless the program sets it up" },
};

const names: NameRules = {
  kinds: "dns/ip",
  commonName: "without-dns-names",
  wildcard: "edge",
  wildcardIsPlain: true,
  labelsAfterWildcard: 2,
  dropsFinalDot: false,
  mindsCase: false,
  skipsAddresses: false,
};

const fileRules: DeviceProfile["fileRules"] = {
  ...opensslPem,
  refusesFormats: pemAlone("SSL_CTX_load_verify_locations"),
  takesIntermediates: false,
  checksAnchorDates: true,
  passesOverExpired: true,
  firstOfNameOnly: false,
};

/** C programs with OpenSSL 3 and SSL_set1_host. */
const openssl: DeviceProfile = {
  name: "openssl",
  title: "A program with OpenSSL 3",
  library: "OpenSSL 3",
  runsOn: "computer",
  confirmation: run(runVersions.openssl),
  strategy: { kind: "openssl", options: { partialChain: false, strict: false, securityLevel: 2, names } },
  hello: opensslHello,
  records: { inBytes: 16_384, outBytes: 16_384 },
  memory: { note: "not a matter on the machines it runs on" },
  pathBuilding:
    "At each certificate its CA certificates first, then what the server sent, in any order; there is no way back. A path has to end in a self-signed root of its own.",
  checks: { ...opensslChecks, hostName: { made: "partly", note: "when the program calls SSL_set1_host" } },
  clock: { needed: true, note: "dates are checked" },
  withoutCa: {
    behaviour: "refuses",
    note: "with SSL_VERIFY_PEER and no CA loaded it refuses everybody; without SSL_VERIFY_PEER, which is the default, it verifies nobody",
  },
  formats: ["pem"],
  fileRules,
  sources: ["OpenSSL 3.0, crypto/x509/x509_vfy.c"],
};

/** Mongoose 7 over OpenSSL. */
const mongoose7Openssl: DeviceProfile = {
  ...openssl,
  name: "mongoose-7-openssl",
  title: "Mongoose 7 with OpenSSL",
  runsOn: "device",
  checks: { ...opensslChecks, hostName: { made: "partly", note: "when mg_tls_opts.name is set" } },
  withoutCa: { behaviour: "unverified", note: 'an empty ca verifies nobody; "*" refuses everybody' },
  formats: ["pem", "c-pem"],
  fileRules: {
    ...fileRules,
    pemReader: pemReaders["mongoose-7-openssl"],
    emptyIsNone: true,
    refusesFormats: pemAlone("Mongoose (PEM_X509_INFO_read_bio)"),
  },
  sources: ["cesanta/mongoose 7.22, src/tls_openssl.c", "OpenSSL 3.0, crypto/x509/x509_vfy.c"],
};

/** Node's tls and https. */
const node: DeviceProfile = {
  ...openssl,
  name: "node",
  title: "Node.js",
  library: "OpenSSL 3, as Node builds it",
  confirmation: run("Node 20.20.2"),
  hello: nodeHello,
  strategy: {
    kind: "openssl",
    options: {
      partialChain: false,
      strict: false,
      securityLevel: 1,
      names: { ...names, wildcard: "within", wildcardIsPlain: false, dropsFinalDot: true },
    },
  },
  checks: {
    ...opensslChecks,
    weakKeys: {
      made: "partly",
      note: "Node 20 and 22 accept RSA from 1024 bits (security level 1), Node 24 and 26 from 2048 (level 2)",
    },
  },
  withoutCa: { behaviour: "default-store", note: "Mozilla's roots, as Node carries them" },
  fileRules: {
    ...fileRules,
    ...nodePem,
    refusesFormats: { ...pemAlone("Node's ca option"), ...noSource("Node") },
  },
  sources: ["nodejs/node 20, lib/tls.js and src/crypto", "OpenSSL 3.0, crypto/x509/x509_vfy.c"],
};

/** Python's ssl, 3.13 and later. */
const python: DeviceProfile = {
  ...openssl,
  name: "python",
  title: "Python 3.13 and later",
  library: "OpenSSL 3, with partial chains and strict checks",
  hello: pythonHello,
  confirmation: run("Python 3.13.5 with OpenSSL 3.5.9"),
  strategy: {
    kind: "openssl",
    options: {
      partialChain: true,
      strict: true,
      securityLevel: 2,
      names: { ...names, wildcard: "label" },
    },
  },
  pathBuilding:
    "At each certificate its CA certificates first, then what the server sent, in any order; there is no way back. A path may end in any certificate of its own.",
  checks: opensslChecks,
  withoutCa: { behaviour: "default-store", note: "the operating system's, through create_default_context" },
  fileRules: {
    ...fileRules,
    refusesFormats: {
      ...pemAlone("load_verify_locations(cafile=...)"),
      ...noSource("Python"),
      der: `load_verify_locations reads PEM from a file, and DER as cadata= alone; ${toPem}`,
    },
    takesIntermediates: true,
    refuse: explainStrictly,
  },
  sources: ["python/cpython 3.13, Lib/ssl.py", "OpenSSL 3.0, crypto/x509/x509_vfy.c"],
};

/** Devices, and programs, on OpenSSL. */
export const opensslDevices: readonly DeviceProfile[] = [mongoose7Openssl, node, openssl, python];
