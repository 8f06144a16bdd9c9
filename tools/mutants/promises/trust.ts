/** What a path has to keep. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

const law = [
  "test/trust/laws-of-certificates.test.ts",
  "test/trust/laws-of-form.test.ts",
  "test/trust/laws-of-policies.test.ts",
];
const nameLaw = ["test/trust/laws-of-names.test.ts"];
const revocationLaw = ["test/trust/revocation.test.ts"];

/** Every check that a path is put to, left out. */
export const checks: readonly BrokenPromise[] = [
  ...rows("path-checks.ts", law, [
    [
      "what a signature does not hold for is not on a path",
      "if (broken !== undefined) return",
      "if (false) return",
    ],
    ["a certificate is well formed", "  checkWellFormed,\n", ""],
    ["a certificate is valid now", "  checkValidity,\n", ""],
    ["an unknown critical extension refuses", "  checkCriticalExtensions,\n", ""],
    ["who signs is a CA", "  checkCa,\n", ""],
    ["who signs may sign", "  checkKeyUsage,\n", ""],
    ["a certificate is for servers", "  checkExtendedKeyUsage,\n", ""],
    ["a key is strong", "  checkKey,\n", ""],
    ["a signature is strong", "  checkSignatureAlgorithm,\n", ""],
    ["a path is not longer than its CAs allow", "  checkPathLength,\n", ""],
    ["policies are honoured", "  checkPolicies,\n", ""],
    ["a certificate's version fits what is in it", "  checkVersion,\n", ""],
    ["times are written in their form", "  checkTimes,\n", ""],
    ["a serial number is positive and not too long", "  checkSerial,\n", ""],
    ["a CA's certificate has a CA's form", "  checkCaForm,\n", ""],
    ["key identifiers are there", "  checkKeyIdentifiers,\n", ""],
    ["a subject is named", "  checkSubject,\n", ""],
  ]),
  ...rows("path-checks.ts", nameLaw, [
    ["a certificate carries the name that was asked for", "add(checkPeerNames(about));", ""],
    ["names keep to a CA's constraints", "  checkNameConstraints,\n", ""],
    ["constraints have their form", "  checkConstraintForm,\n", ""],
  ]),
  ...rows(
    "path-checks.ts",
    ["test/trust/search.test.ts"],
    [["a root's distrust-after is honoured", "  checkDistrust,\n", ""]],
  ),
  ...rows("path-checks.ts", revocationLaw, [
    ["CRLs are asked", "add(checkCrls(context, subject));", ""],
    ["a staple is asked", "add(checkOcsp(context, subject));", ""],
  ]),
  ...rows("checks/ocsp.ts", revocationLaw, [
    [
      "who answers in an issuer's place has a certificate for OCSP",
      "purposes?.includes(purposeOid.ocspSigning) === true",
      "purposes?.includes(purposeOid.ocspSigning) !== false",
    ],
    [
      "an answer is about the issuer's key",
      "return renderHex(hash(issuer.spki.keyBytes)) === id.issuerKeyHash;",
      "return true;",
    ],
    [
      "an answer is about the issuer's name",
      "if (renderHex(hash(certificate.issuer.der)) !== id.issuerNameHash) return false;",
      "",
    ],
    ["an answer is signed", "if (fault !== undefined) return unknown(fault);", ""],
  ]),
];

export const lifetimes = rows(
  "bundle/lifetime.ts",
  ["lifetime.test.ts"],
  [["a root under distrust-after is past the schedule", "isPublic && distrusted === undefined", "isPublic"]],
);
