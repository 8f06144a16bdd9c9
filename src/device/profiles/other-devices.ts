/** Devices whose TLS is BearSSL, Moddable's own, or Mongoose's own. */
import { type FileRules, formats } from "../../bundle/index.ts";
import type { DeviceProfile } from "../profile.ts";
import type { BearsslOptions } from "../strategies/bearssl.ts";
import { read, run } from "./confirmations.ts";
import { bearsslHello, moddableHello, mongooseBuiltinHello } from "./hellos.ts";
import { bearsslPem, mongooseBuiltinPem } from "./pem-readers.ts";
import { othersFormats, toDer } from "./read-formats.ts";

const bearsslOptions: BearsslOptions = {
  names: {
    kinds: "dns",
    commonName: "without-names",
    wildcard: "label",
    wildcardIsPlain: false,
    labelsAfterWildcard: 1,
    dropsFinalDot: false,
    mindsCase: false,
    skipsAddresses: true,
  },
  firstOfName: false,
};

const bearsslRules: FileRules = {
  ...bearsslPem,
  refusesFormats: othersFormats("bearssl", "certs-ar"),
  takesIntermediates: true,
  checksAnchorDates: false,
  passesOverExpired: true,
  firstOfNameOnly: false,
  refuse: (certificate) => formats.bearssl.refuse(certificate),
};

/** Arduino core for ESP8266. */
const arduinoEsp8266: DeviceProfile = {
  name: "arduino-esp8266",
  title: "Arduino core for ESP8266",
  library: "BearSSL",
  runsOn: "device",
  confirmation: run("BearSSL 0.6"),
  strategy: { kind: "bearssl", options: bearsslOptions },
  hello: bearsslHello,
  records: {
    inBytes: 16_384,
    outBytes: 512,
    note: "setBufferSizes, where the server takes smaller fragments",
  },
  memory: { heapBytes: 22_000, stackBytes: 6000, note: "for each connection, by the core's documentation" },
  pathBuilding:
    "The chain is read once, in the order sent; each certificate must be the issuer of the one before it. The first whose issuer is one of the CA certificates ends the reading, and what follows does not count.",
  // esp8266/Arduino, doc/esp8266wifi/bearssl-client-secure-class.rst, on sessions and on the clock rate.
  handshakeTime:
    "it takes seconds, with EC keys 3 to 4 more than a resumed session (the core's documentation, which asks for 160 MHz)",
  checks: {
    signatures: { made: "yes" },
    dates: { made: "yes" },
    anchorDates: { made: "no", note: "an anchor is a name and a key" },
    hostName: { made: "yes" },
    addresses: { made: "no", note: "connecting to an address compares no name" },
    basicConstraints: { made: "yes" },
    pathLength: { made: "partly", note: "not the root's own limit" },
    keyUsage: { made: "partly", note: "not of the root" },
    purpose: { made: "no", note: "a critical extendedKeyUsage is refused altogether" },
    nameConstraints: { made: "no", note: "a CA whose constraints are critical is refused altogether" },
    criticalExtensions: { made: "partly", note: "not of the root" },
    weakHashes: { made: "no", note: "SHA-1 is accepted" },
    weakKeys: { made: "partly", note: "RSA from 1017 bits is accepted" },
    revocation: { made: "no" },
  },
  clock: { needed: true, note: "without a set clock no certificate is valid: wait for SNTP first" },
  withoutCa: { behaviour: "refuses", note: "nothing set means nobody is believed" },
  formats: ["c-pem", "bearssl", "certs-ar"],
  fileRules: {
    ...bearsslRules,
    takesAllOrNone: "X509List then holds none of the certificates that it was given, and no site is reached",
  },
  inFormat: {
    // CertStore answers a name with the first certificate under it alone, and each member is a list of its own.
    "certs-ar": {
      strategy: { kind: "bearssl", options: { ...bearsslOptions, firstOfName: true } },
      fileRules: { ...bearsslRules, firstOfNameOnly: true },
    },
  },
  sources: [
    "BearSSL 0.6, src/x509/x509_minimal.t0 and src/codec/pemdec.t0",
    "esp8266/Arduino, libraries/ESP8266WiFi/src/BearSSLHelpers.cpp",
  ],
};

/** Moddable's securesocket. */
const moddable: DeviceProfile = {
  name: "moddable",
  title: "Moddable SDK",
  library: "Moddable's own TLS, in JavaScript",
  runsOn: "device",
  confirmation: read("Moddable SDK, ssl_cert.js (bd9c20baf375)", "2026-11-22"),
  strategy: {
    kind: "moddable",
    options: {
      names: {
        kinds: "dns/ipv4",
        commonName: "never",
        wildcard: "label",
        wildcardIsPlain: false,
        labelsAfterWildcard: 1,
        dropsFinalDot: false,
        mindsCase: false,
        skipsAddresses: false,
      },
    },
  },
  hello: moddableHello,
  records: {
    inBytes: 16_384,
    outBytes: 16_384,
    note: "16 KB fragments can exhaust the memory; tls_max_fragment_length asks for smaller ones",
  },
  memory: { note: "about 22 KB for a connection" },
  pathBuilding:
    "The chain in the order sent. The CA certificate is looked up by the authority key identifier of the certificate below it.",
  checks: {
    signatures: {
      made: "partly",
      note: "as its source reads, a certificate below the top that fails does not end the verification",
    },
    dates: { made: "partly", note: "as above" },
    anchorDates: { made: "yes" },
    hostName: { made: "yes", note: "no common name" },
    addresses: { made: "partly", note: "IPv4 alone" },
    basicConstraints: { made: "no" },
    pathLength: { made: "no" },
    keyUsage: { made: "no" },
    purpose: { made: "no" },
    nameConstraints: { made: "no" },
    criticalExtensions: { made: "no" },
    weakHashes: { made: "no", note: "MD5 and SHA-1 are accepted" },
    weakKeys: { made: "no" },
    revocation: { made: "no" },
  },
  clock: { needed: true, note: "dates are checked against Date.now()" },
  withoutCa: { behaviour: "refuses", note: '"resource not found"' },
  formats: ["moddable", "der"],
  fileRules: {
    minds: {
      "index-mismatch": "the device looks anchors up by ca.ski",
      concatenated: "a resource is one certificate; make a file of each",
    },
    derReader: "first",
    refusesFormats: {
      ...othersFormats("moddable"),
      pem: `Moddable takes resources in DER; ${toDer}`,
      "c-source": "Moddable takes resources in DER, and no C source",
      "c-array": "Moddable takes resources in DER, and no C source; write the bytes to a file",
    },
    takesIntermediates: true,
    checksAnchorDates: true,
    firstOfNameOnly: false,
    refuse: (certificate) => formats.moddable.refuse(certificate),
  },
  sources: ["Moddable-OpenSource/moddable, modules/crypt/ssl/ssl_cert.js (bd9c20baf375)"],
};

const severalCas =
  "with several, Mongoose 7.22 finds the one at the top by its common name and does not look at whether it signed, so that anybody can pass for any server (CVE-2026-73251, fixed in 7.23); give it one alone";

/** Mongoose 7's own TLS. */
const mongoose7Builtin: DeviceProfile = {
  name: "mongoose-7-builtin",
  title: "Mongoose 7 with its own TLS",
  library: "Mongoose 7.22, tls_builtin.c",
  runsOn: "device",
  confirmation: run("Mongoose 7.23, and for several CA certificates 7.22 was read (a9df523f)"),
  strategy: {
    kind: "mongoose-builtin",
    options: {
      names: {
        kinds: "text+ipv4",
        commonName: "also",
        wildcard: "any-label",
        wildcardIsPlain: false,
        labelsAfterWildcard: 0,
        dropsFinalDot: false,
        mindsCase: true,
        skipsAddresses: false,
      },
      maxCertificates: 6,
      verifiesSeveral: false,
    },
  },
  hello: mongooseBuiltinHello,
  records: { inBytes: 16_384, outBytes: 16_384 },
  memory: { note: "not published" },
  pathBuilding:
    "The chain in the order sent, six certificates at most; each next has to have signed the one before. With one CA certificate the last one sent has to be signed by it, so a server that sends a cross-signed root needs the root that signed that. With several, one sent that has the common name and the key of one of them ends it; else it is enough that one of them has the common name of the last one's issuer. The release notes of 7.24 name fixes to the validation of hostname, issuer, signature, times and the CA's configuration; 7.24 was neither read nor run.",
  checks: {
    signatures: { made: "partly", note: severalCas },
    dates: {
      made: "partly",
      note: "from 7.22 on; 7.22 and 7.23 can be crashed by a certificate with a month such as 00, before its signature is looked at (CVE-2026-134170, fixed in 7.24)",
    },
    anchorDates: { made: "partly", note: "from 7.22 on" },
    hostName: {
      made: "partly",
      note: "when mg_tls_opts.name is set; before 7.22 a wildcard stands for several labels, too (CVE-2026-73253, fixed in 7.22)",
    },
    addresses: {
      made: "partly",
      note: "an IPv4 address in the certificate is compared with the one connected to, whatever the host's name",
    },
    basicConstraints: {
      made: "partly",
      note: "not of its own CA certificates; one in which they are there and not critical cannot be read",
    },
    pathLength: { made: "no" },
    keyUsage: { made: "partly", note: "of CAs alone" },
    purpose: { made: "no" },
    nameConstraints: { made: "no" },
    criticalExtensions: { made: "no" },
    weakHashes: { made: "partly", note: "SHA-256 and SHA-384 are all it knows" },
    weakKeys: {
      made: "partly",
      note: "RSA from 2048 to 4096 bits, P-256 and, of CAs, P-384 are all it verifies by",
    },
    revocation: { made: "no" },
  },
  clock: { needed: true, note: "from 7.22 on dates are checked; without SNTP nothing is valid yet" },
  withoutCa: {
    behaviour: "unverified",
    note: "an empty ca: the chain's signatures are checked, and nobody vouches for it",
  },
  formats: ["pem", "c-pem", "der"],
  fileRules: {
    ...mongooseBuiltinPem,
    emptyIsNone: true,
    refusesFormats: othersFormats(),
    takesIntermediates: true,
    checksAnchorDates: true,
    firstOfNameOnly: true,
    looksUpBy: "common-name",
    severalCost: severalCas,
  },
  sources: [
    "cesanta/mongoose, src/tls_builtin.c (a9df523f, of 7.22)",
    "Mongoose's release notes of 7.23 and 7.24",
    "CVE-2026-73251",
    "CVE-2026-73253",
    "CVE-2026-134170",
  ],
};

/** Devices on a TLS of their own. */
export const otherDevices: readonly DeviceProfile[] = [arduinoEsp8266, moddable, mongoose7Builtin];
