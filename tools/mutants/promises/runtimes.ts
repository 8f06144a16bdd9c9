/** What a runtime does not show admits nobody, and is not told as seen. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

const byVerdict = rows(
  "admission/two-keys.ts",
  ["src/admission/runtimes.test.ts"],
  [
    [
      "a verdict that is not shown does not admit",
      "if (openssl.unseen === true) return { ok: false, refusal: refuseWithoutVerdict(evidence, policy) };",
      'if (openssl.unseen === true) return { ok: true, proof: { by: "path", path: verdict.path } };',
    ],
    [
      "a chain that was refused and is not shown is not told as one that never came",
      "if (!openssl.accepted && !runtime.shows.refusedChain) {",
      "if (false) {",
    ],
    [
      "a staple that is not shown is not told as missing",
      "const stapled = runtime.shows.staple ? staple !== undefined : undefined;",
      "const stapled = staple !== undefined;",
    ],
    [
      "a staple that is demanded and not shown is not told as missing",
      "stapleUnseen: !policy.runtime.shows.staple,",
      "",
    ],
    ["a report says what cannot be seen", "unseen: unseenOn(runtime)", "unseen: []"],
  ],
);

const byOption = rows(
  "admission/abilities.ts",
  ["src/admission/runtimes.test.ts"],
  [
    [
      "a check of staples that cannot be made is refused",
      'if (revocation === "stapled" && !runtime.shows.staple)',
      "if (false)",
    ],
    [
      "ciphers that are not limited are refused",
      'ciphers !== undefined && runtime.ciphers === "none"',
      "false",
    ],
    [
      "suites of TLS 1.3 that are not limited are refused",
      'runtime.ciphers === "below TLS 1.3" && /\\bTLS_/.test(ciphers)',
      "false",
    ],
    ["nobody is asked what another client would be shown", "if (offersForOthers) return;", "return;"],
  ],
);

const bySession = rows(
  "admission/sessions.ts",
  ["src/net/second-look.test.ts"],
  [["no session is offered that could be resumed unseen", "if (!policy.runtime.shows.sessions) return;", ""]],
);

const byLook = rows(
  "net/second-look.ts",
  ["src/net/second-look.test.ts"],
  [
    [
      "a good chain at a second look does not admit what was refused",
      "const { word: openssl } = error;",
      "const openssl = { accepted: true } as const;",
    ],
    [
      "a second look shows nobody's certificate",
      "secureContext: parameters.hasClientCertificate\n      ? look.policy.anonymousContext()\n      : parameters.secureContext,",
      "",
    ],
    ["a second look ends when the caller does", "if (look.signal?.aborted === true) throw error;", ""],
    ["a second look leaves no connection", "socket?.destroy();", ""],
  ],
);

const byName = rows(
  "net/fit.ts",
  ["src/net/second-look.test.ts"],
  [
    [
      "what another runtime lacks is a failure with a code",
      'if (error instanceof HttpsError || runtime.name === "Node") throw error;',
      "throw error;",
    ],
  ],
);

export const unseen: readonly BrokenPromise[] = [
  ...byVerdict,
  ...byOption,
  ...bySession,
  ...byLook,
  ...byName,
];
