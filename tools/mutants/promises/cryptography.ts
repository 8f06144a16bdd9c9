/** What the engine believes of cryptography, whether it answers at once or later. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

const later = ["test/trust/async.test.ts"];
const signatures = ["test/webcrypto/signatures.test.ts"];
const form = ["src/webcrypto/ecdsa-signature.test.ts"];

export const cryptography: readonly BrokenPromise[] = [
  ...rows("trust/signatures.ts", later, [
    [
      "a promise is not taken for a signature that holds",
      'answer === undefined || typeof answer === "boolean"',
      "true",
    ],
    ["a signature is paid for once, however often its check is made", "if (!byKey.has(spki)) {", "{"],
  ]),
  ...rows(
    "trust/signatures.ts",
    ["test/trust/unchecked.test.ts"],
    [
      [
        "of an algorithm that is not checked here nothing is said",
        "return isOther ? false : undefined;",
        "return false;",
      ],
      [
        "but that a key of another kind did not make it",
        "return isOther ? false : undefined;",
        "return undefined;",
      ],
    ],
  ),
  ...rows("trust/checks/signature.ts", later, [
    ["a signature that was not checked is not believed", "if (holds !== true) {", "if (holds === false) {"],
    [
      "and is not said to be made with another key",
      'holds === undefined ? "signature-unchecked" : "bad-signature"',
      '"bad-signature"',
    ],
  ]),
  ...rows("trust/dead-end.ts", later, [
    ["nor is its issuer said to be missing", "if (closed === undefined) {", "if (false) {"],
  ]),
  ...rows("trust/budget.ts", later, [
    [
      "a check that is made again pays for its comparisons once",
      'this.#left["name constraint comparisons"] = comparisons;',
      "void comparisons;",
    ],
  ]),
  ...rows("webcrypto/ports.ts", signatures, [
    [
      "what WebCrypto does not take is left unchecked, not called false",
      "// The key, or the algorithm, is not one that this WebCrypto takes.\n    return undefined;",
      "return false;",
    ],
    [
      "two hashes of RSA-PSS are not taken for one",
      "if (scheme.hash !== scheme.mgfHash) return undefined;",
      "",
    ],
    ["a salt has the length that the certificate says", "saltLength: scheme.saltBytes", "saltLength: 32"],
  ]),
  ...rows("webcrypto/ecdsa-signature.ts", form, [
    ["an ECDSA signature is strict DER", "if (reader.malformation !== undefined) return undefined;", ""],
    ["of two numbers and no more", "  pair.finish();\n", ""],
    ["with nothing behind it", "  reader.finish();\n", ""],
    ["its numbers are positive", "if ((content[0] ?? 0x80) >= 0x80) return undefined;", ""],
    ["and no longer than the curve's", "if (number.length > bytes) return undefined;", ""],
  ]),
];
