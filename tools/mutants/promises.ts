/** What the project is named for: each promise with the change of the source that breaks it, and the tests that notice. */

export interface BrokenPromise {
  /** The promise, as a sentence. */
  readonly law: string;
  /** End of the file's path; it follows when a folder is moved. */
  readonly file: string;
  /** A piece of the source that is there once, and what it becomes. */
  readonly code: string;
  readonly becomes: string;
  /** Ends of the paths of tests. */
  readonly tests: readonly string[];
}

/** Rows of one file, held by the same tests: the law, the piece, what it becomes. */
function rows(
  file: string,
  tests: readonly string[],
  table: readonly (readonly [law: string, code: string, becomes: string])[],
): readonly BrokenPromise[] {
  return table.map(([law, code, becomes]) => ({ law, file, code, becomes, tests }));
}

const admission = rows(
  "admission/two-keys.ts",
  ["src/admission/two-keys.test.ts"],
  [
    ["what OpenSSL refused is not admitted", "if (!openssl.accepted) return", "if (false) return"],
    [
      "what the engine refused is not admitted",
      "if (verdict?.trusted === false) return { ok: false, refusal: refuseFor(verdict.primary, cause) };",
      "",
    ],
    ["a pin in the place of a path is the leaf's own key", "chain.slice(0, 1)", "chain"],
    [
      "a pin is found on the path, not among what was sent",
      "policy.insecure === undefined ? trusted",
      "policy.insecure === undefined ? chain",
    ],
    [
      "a pin that does not match refuses although nobody need vouch",
      "(policy.insecure !== undefined || verdict?.trusted === true)",
      "verdict?.trusted === true",
    ],
    [
      "a pin suits the host and the name, not one of them",
      "ofHost.filter((pin) => ofName.includes(pin))",
      "[...ofHost, ...ofName]",
    ],
    [
      "a verdict is remembered for its staple alone",
      "if (staple !== undefined) hash.update(`;${staple.length};`).update(staple);",
      "",
    ],
    ["a verdict is remembered for its name alone", ".update(name);", ";"],
    [
      "a verdict does not outlive its anchor",
      "anchor.certificate === undefined ? certificates : [...certificates, anchor.certificate]",
      "certificates",
    ],
    [
      "a verdict with revocation in it is reached anew after ten minutes",
      "revocable ? Math.min(until, at + revocationRecheckMs) : until",
      "until",
    ],
    ["a verdict is not believed past its end", " && at <= known.validUntilAt", ""],
    ["a socket that is not admitted is closed", "socket.destroy();", ""],
  ],
);

const sessions: readonly BrokenPromise[] = [
  ...rows(
    "admission/sessions.ts",
    ["src/admission/sessions.test.ts"],
    [
      ["a session is judged again before it is offered", " && wouldAdmit(stored.evidence, policy)", ""],
      ["a session is offered once", "this.#sessions.take(", "this.#sessions.get("],
      ["a session belongs to its host", "[host, port, sni, name, alpn, via,", "[port, sni, name, alpn, via,"],
      ["a session belongs to its port", "[host, port, sni, name, alpn, via,", "[host, sni, name, alpn, via,"],
      [
        "a session belongs to the server name that was sent",
        "[host, port, sni, name, alpn, via,",
        "[host, port, name, alpn, via,",
      ],
      [
        "a session belongs to the name that was checked",
        "[host, port, sni, name, alpn, via,",
        "[host, port, sni, alpn, via,",
      ],
      [
        "a session belongs to its protocols",
        "[host, port, sni, name, alpn, via,",
        "[host, port, sni, name, via,",
      ],
      ["a session belongs to its way", "[host, port, sni, name, alpn, via,", "[host, port, sni, name, alpn,"],
      ["a session belongs to its policy", ", policy.fingerprint]", "]"],
    ],
  ),
  ...rows(
    "net/dial.ts",
    ["test/net/two-keys.test.ts"],
    [
      [
        "a connection that nobody vouched for leaves no session",
        "policy.insecure === undefined && sessions !== undefined",
        "sessions !== undefined",
      ],
    ],
  ),
];

const policies = rows(
  "admission/policy.ts",
  ["src/admission/policy.test.ts"],
  [
    [
      "two policies are told apart by their profile",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[undefined, pins, revocation, insecure !== undefined, minVersion",
    ],
    [
      "two policies are told apart by their pins",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[profile, undefined, revocation, insecure !== undefined, minVersion",
    ],
    [
      "two policies are told apart by revocation",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[profile, pins, undefined, insecure !== undefined, minVersion",
    ],
    [
      "two policies are told apart by an exception",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[profile, pins, revocation, undefined, minVersion",
    ],
    [
      "two policies are told apart by the lowest version",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[profile, pins, revocation, insecure !== undefined, undefined",
    ],
    [
      "two policies are told apart by their roots",
      "for (const { certificate } of store.roots) part(certificate.der);",
      "",
    ],
    ["two policies are told apart by their CRLs", "for (const crl of options.crls ?? []) part(crl);", ""],
    [
      "two policies are told apart by the client's certificate and key",
      "else [clientCertificate.cert, clientCertificate.key].forEach(part);",
      "",
    ],
    [
      "a server that nobody vouches for is not shown the client's certificate",
      "openContext(anonymous, store)",
      "openContext(options, store)",
    ],
    ["an exception has a reason", ' || insecure.reason.trim() === ""', ""],
  ],
);

/** Each credential of a request, and what holds it back. */
const credentials = (
  [
    ["does not cross origins", "redirects.test.ts"],
    ["is masked in reports", "masked-fields.test.ts"],
    ["is not shown by the error that refuses it", "request-writer.test.ts"],
  ] as const
).flatMap(([law, test]) =>
  rows(
    "credential-names.ts",
    [test],
    ["authorization", "cookie", "proxy-authorization"].map((name) => [
      `${name} ${law}`,
      `"${name}"`,
      '"another"',
    ]),
  ),
);

const redirects = rows(
  "redirects.ts",
  ["redirects.test.ts"],
  [
    ["what the caller calls secret does not cross origins", ", ...rules.secretNames]", "]"],
    [
      "another port and another scheme are another origin",
      "target.origin !== asked.target.origin",
      "target.host !== asked.target.host",
    ],
  ],
);

const downgrades = rows(
  "http1/redirect.ts",
  ["redirect.test.ts", "redirects.test.ts"],
  [["https: does not become http:", " && !allowDowngrade)", ")"]],
);

const journeys: readonly BrokenPromise[] = [
  ...rows(
    "retry.ts",
    ["retry.test.ts"],
    [
      ["clients that failed together do not come back together", "Math.random() * ", ""],
      [
        "nobody comes back sooner than was asked",
        "askedMs > maxDelayMs ? undefined : askedMs",
        "Math.min(askedMs, maxDelayMs)",
      ],
    ],
  ),
  ...rows(
    "journey.ts",
    ["test/client/journey.test.ts"],
    [
      ["what may do harm twice is not sent twice", "call.outgoing.idempotent && (body.kind", "(body.kind"],
      [
        "a request is sent again only on a connection that had been used before",
        "      call.reused &&\n",
        "",
      ],
      [
        "a digest challenge of another origin is not answered",
        "if (this.#asked.target.origin !== this.#origin) return false;",
        "",
      ],
    ],
  ),
  ...rows(
    "journey.ts",
    ["test/client/security.test.ts"],
    [
      [
        "an exception made for one origin does not hold for another",
        "isHome ? this.#firstSettings : this.#firstSettings.elsewhere()",
        "this.#firstSettings",
      ],
    ],
  ),
  ...rows(
    "masked-fields.ts",
    ["masked-fields.test.ts"],
    [
      ["set-cookie is masked in reports", '[...credentialNames, "set-cookie"]', "credentialNames"],
      [
        "what the caller calls secret is masked in reports",
        " && !alsoSecret.some((secret) => secret.toLowerCase() === key)",
        "",
      ],
    ],
  ),
];

const proxies = rows(
  "net/tunnel.ts",
  ["src/net/tunnel.test.ts"],
  [
    [
      "a 401 behind a proxy is not the proxy's own demand",
      "if (status !== 407)",
      "if (status !== 407 && status !== 401)",
    ],
    [
      "a redirect by a proxy is not a tunnel",
      "head.status < 300) return undefined",
      "head.status < 400) return undefined",
    ],
  ],
);

const framing: readonly BrokenPromise[] = [
  ...rows(
    "http1/framing.ts",
    ["test/http1/reader.test.ts"],
    [
      ["two different lengths are refused", "if (lengths.size === 1)", "if (lengths.size > 0)"],
      [
        "a length beside chunked is refused",
        "if (length === undefined) return chunkedBody;",
        "return chunkedBody;",
      ],
      [
        "no transfer coding is taken but chunked",
        "  return unknownCoding(first);\n}",
        "  return undefined;\n}",
      ],
      ["a length is digits", "if (digit < 0 || digit > 9) return undefined;", ""],
      [
        "a length that cannot be counted is refused",
        "if (length > Number.MAX_SAFE_INTEGER) return undefined;",
        "",
      ],
      ["204 and 304 have no body", " || status === 204 || status === 304", ""],
    ],
  ),
  ...rows(
    "http1/response-reader.ts",
    ["test/http1/reader.test.ts", "test/http1/flow.test.ts"],
    [
      [
        "a body that ended early is an error",
        'this.#fail({ code: "body-truncated", detail: this.#truncation(phase, ending) }, sink);',
        'this.#complete("complete", sink);',
      ],
      [
        "where a FIN alone tells the end, completeness is unverifiable",
        'ending === "fin" ? "unverifiable" : "complete"',
        '"complete"',
      ],
      [
        "a bare FIN does not complete a body that ends with the connection",
        '(ending === "close-notify" || ending === "fin")',
        "true",
      ],
    ],
  ),
  ...rows(
    "http1/chunk-scanner.ts",
    ["test/http1/reader.test.ts"],
    [
      [
        "a chunk's line ends with CRLF, never LF alone",
        "if (first === CR) return this.#to(SizeLf, from + 1);",
        "if (first === LF) return this.#to(this.dataBytes === 0 ? Last : Data, from + 1);\nif (first === CR) return this.#to(SizeLf, from + 1);",
      ],
    ],
  ),
  ...rows(
    "coding/decode.ts",
    ["coding/decode.test.ts", "test/client/response-body.test.ts"],
    [
      [
        "a coded body that is cut short is an error",
        'throw new HttpsError("content-coding-malformed", { coding, reason }, { cause: error });',
        "return;",
      ],
      ["nothing follows the end of a coded body", "if (left > 0) {", "if (left > 0 && false) {"],
    ],
  ),
];

const law = ["test/trust/laws-of-certificates.test.ts", "test/trust/laws-of-form.test.ts"];
const nameLaw = ["test/trust/laws-of-names.test.ts"];
const revocationLaw = ["test/trust/revocation.test.ts"];

/** Every check that a path is put to, left out. */
const checks: readonly BrokenPromise[] = [
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

const lifetimes = rows(
  "bundle/lifetime.ts",
  ["lifetime.test.ts"],
  [["a root under distrust-after is past the schedule", "isPublic && distrusted === undefined", "isPublic"]],
);

export const promises: readonly BrokenPromise[] = [
  ...admission,
  ...sessions,
  ...policies,
  ...credentials,
  ...redirects,
  ...downgrades,
  ...journeys,
  ...proxies,
  ...framing,
  ...checks,
  ...lifetimes,
];
