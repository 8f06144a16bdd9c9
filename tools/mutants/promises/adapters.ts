/** Where a client stands in for Node's: nothing that a program says there weakens it. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const adapters: readonly BrokenPromise[] = [
  ...rows(
    "adapters/narrow-ciphers.ts",
    ["agent-options.test.ts"],
    [
      [
        "a request's cipher list brings no suite that its client has not",
        "!hasSuite(own.older, name)",
        "hasSuite(asked.older, name) && false",
      ],
      ["a request's suites of TLS 1.3 are its client's too", "others.includes(name)", "others.length > 0"],
    ],
  ),
  ...rows(
    "adapters/narrowing.ts",
    ["agent-options.test.ts", "agent.test.ts"],
    [
      ["a request's cipher list lowers no level of security", "&& !/@SECLEVEL/i.test(value)", ""],
      [
        "a request's secureOptions only take away",
        "(value & ~(idleBits | versionBits)) === 0",
        "value !== 0.5",
      ],
      [
        "a request's version is one that the client speaks",
        "if (!left12 && !left13 && option !== undefined)",
        "if (!left12 && !left13 && option === undefined)",
      ],
    ],
  ),
  ...rows(
    "adapters/node-names.ts",
    ["node-names.test.ts"],
    [
      [
        "what the engine alone refuses is not a failure that another attempt mends",
        ': "CERT_REJECTED"',
        ': "ECONNRESET"',
      ],
    ],
  ),
];
