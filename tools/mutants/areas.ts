/** What decides trust, framing and secrets: the files whose every small change a test has to notice, and those tests. */
export interface Area {
  readonly name: string;
  /** Ends of paths, or a folder with a final slash. */
  readonly files: readonly string[];
  /** Tests without a world around them, which are run with many mutants loaded at once. */
  readonly quick: readonly string[];
  /** The others, which are run for what is left. */
  readonly tests: readonly string[];
}

/** The share of an area's mutants that has to be noticed; those count that are not accepted as without effect. */
export const leastKilled = 0.9;

export const areas: readonly Area[] = [
  {
    name: "trust",
    files: ["src/trust/"],
    quick: [
      "src/trust/",
      "test/trust/revocation.test.ts",
      "test/trust/explain.test.ts",
      "test/trust/report.test.ts",
      "test/trust/search.test.ts",
      "test/trust/search-limits.test.ts",
      "test/trust/search-order.test.ts",
      "test/trust/laws-of-form.test.ts",
      "test/trust/laws-of-names.test.ts",
      "test/trust/laws-of-policies.test.ts",
      "test/trust/details.test.ts",
      "test/trust/laws-of-certificates.test.ts",
      "test/trust/openssl-chain.test.ts",
      "test/net/openssl-obstacle.test.ts",
      "test/net/openssl-usage.test.ts",
    ],
    tests: ["test/trust/fuzz.test.ts", "src/admission/two-keys.test.ts"],
  },
  {
    name: "admission",
    files: ["admission/two-keys.ts", "admission/policy.ts", "admission/sessions.ts"],
    quick: ["src/admission/", "test/net/"],
    tests: [
      "src/net/",
      "test/net/",
      "test/client/security.test.ts",
      "test/client/pool.test.ts",
      "test/client/proxy.test.ts",
      "test/client/bad-input.test.ts",
      "test/client/journey.test.ts",
    ],
  },
  {
    name: "net",
    files: ["net/handshake.ts", "net/start-tls.ts", "net/tls-link.ts", "net/dial.ts", "net/tunnel.ts"],
    quick: ["src/net/", "test/net/", "test/client/pool.test.ts", "test/client/proxy.test.ts"],
    tests: [
      "test/net/",
      "test/client/security.test.ts",
      "test/client/pool.test.ts",
      "test/client/proxy.test.ts",
      "test/client/bad-input.test.ts",
      "test/client/journey.test.ts",
    ],
  },
  {
    name: "client",
    files: [
      "journey/redirects.ts",
      "retry.ts",
      "journey.ts",
      "journey/attempts.ts",
      "journey/digest-exchange.ts",
      "journey/write-head.ts",
      "masked-fields.ts",
      "request-fields.ts",
      "journey/authentication.ts",
      "settings.ts",
      "client/pool/pool.ts",
      "routes.ts",
      "proxy-choice.ts",
      "src/core/url/",
      "options/numbers.ts",
      "coding/decode.ts",
      "coding/decoders.ts",
      "coding/meter.ts",
    ],
    quick: [
      "src/client/",
      "src/coding/",
      "src/core/",
      "test/client/proxy.test.ts",
      "test/client/pool.test.ts",
      "test/client/journey.test.ts",
      "test/client/duties.test.ts",
    ],
    tests: [
      "test/client/security.test.ts",
      "test/client/response-body.test.ts",
      "test/client/request-body.test.ts",
      "test/client/replay.test.ts",
      "test/client/bad-input.test.ts",
      "test/client/opening.test.ts",
      "test/client/listeners.test.ts",
      "test/client/field-names.test.ts",
      "test/client/adapters/fetch.test.ts",
      "test/client/adapters/agent.test.ts",
      "test/client/adapters/agent-ends.test.ts",
      "test/net/two-keys.test.ts",
    ],
  },
  {
    name: "http1",
    files: [
      "http1/framing.ts",
      "http1/chunk-scanner.ts",
      "http1/chunk-writer.ts",
      "http1/fields.ts",
      "http1/folds.ts",
      "http1/head-failures.ts",
      "http1/head-scanner.ts",
      "http1/octets.ts",
      "http1/persistence.ts",
      "http1/redirect.ts",
      "http1/request-writer.ts",
      "http1/response-reader.ts",
      "http1/single-field.ts",
      "http1/status-line.ts",
      "http1/text-reader.ts",
      "http1/trailers.ts",
    ],
    quick: [
      "test/http1/reader.test.ts",
      "src/http1/",
      "test/http1/llhttp.test.ts",
      "test/http1/peer-faults.test.ts",
      "test/http1/flow.test.ts",
      "test/http1/limits.test.ts",
      "test/http1/refusals.test.ts",
    ],
    tests: ["test/http1/reader.fuzz.test.ts", "test/client/field-names.test.ts"],
  },
];
