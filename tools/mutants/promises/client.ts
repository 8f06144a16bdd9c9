/** What leaves with a request, and where it leads. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

/** Each credential of a request, and what holds it back. */
export const credentials: readonly BrokenPromise[] = [
  ...rows(
    "credential-names.ts",
    ["request-writer.test.ts"],
    [
      ["authorization is not shown by the error that refuses it", "/auth|", "/"],
      ["cookie is not shown by the error that refuses it", "|cookie|", "|"],
      ["a vendor's key is not shown by the error that refuses it", "|key|", "|"],
      ["a token is not shown by the error that refuses it", "|token/", "/"],
    ],
  ),
  ...(
    [
      ["does not cross origins", "redirects.test.ts"],
      ["is masked in reports", "masked-fields.test.ts"],
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
  ),
];

export const redirects = rows(
  "journey/redirects.ts",
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

export const downgrades = rows(
  "http1/redirect.ts",
  ["redirect.test.ts", "redirects.test.ts"],
  [["https: does not become http:", " && !allowDowngrade)", ")"]],
);

export const journeys: readonly BrokenPromise[] = [
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
    "journey/attempts.ts",
    ["test/client/journey.test.ts"],
    [
      ["what may do harm twice is not sent twice", "call.outgoing.idempotent && canBeSent", "canBeSent"],
      [
        "where no GOAWAY said goodbye, a request is sent again only if its connection had been used before",
        "endings.has(error.code) && reused",
        "endings.has(error.code)",
      ],
    ],
  ),
  ...rows(
    "journey.ts",
    ["test/client/journey.test.ts"],
    [
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
      ["set-cookie is masked in reports", '"set-cookie",', ""],
      [
        "what the caller calls secret is masked in reports",
        " && !alsoSecret.some((secret) => secret.toLowerCase() === key)",
        "",
      ],
    ],
  ),
];

export const proxies = [
  ...rows(
    "net/tunnel.ts",
    ["src/net/tunnel.test.ts"],
    [
      [
        "a 401 behind a proxy is not the proxy's own demand",
        "if (status !== 407)",
        "if (status !== 407 && status !== 401)",
      ],
    ],
  ),
  ...rows(
    "http1/framing.ts",
    ["src/net/tunnel.test.ts"],
    [
      [
        "a redirect by a proxy is not a tunnel",
        "status < 300) return connectTunnel",
        "status < 400) return connectTunnel",
      ],
    ],
  ),
];

/** What is shown of what was asked and sent. */
export const shown: readonly BrokenPromise[] = [
  ...rows(
    "core/url/shown-url.ts",
    ["location.test.ts", "test/client/secrets.test.ts", "no-secrets.test.ts"],
    [
      ["no URL is shown with its query", 'return href.replace(/([?#])[^]+$/, "$1***");', "return href;"],
      ["a URL in a file's place is shown without its secrets", "shownUrl(word) : word", "word : word"],
    ],
  ),
  ...rows(
    "core/inspected.ts",
    ["printed-errors.test.ts"],
    [["nothing is obeyed of an error that a console shows", ": showControlsInLines(text);", ": text;"]],
  ),
];

export const openings: readonly BrokenPromise[] = [
  ...rows(
    "admission/trust-options.ts",
    ["read-once.test.ts"],
    [
      [
        "roots are the bytes that were given, and not what becomes of them",
        "sources.map((source) => (isRootFile(source) ? readRootFile(source, option) : keep(source)))",
        "[...sources]",
      ],
    ],
  ),
  ...rows(
    "client/pool/pool.ts",
    ["test/client/adapters/unread.test.ts"],
    [
      ["who waits behind answers that nobody reads is told in time", "leftMs > 0 && !isHeld", "leftMs > 0"],
      [
        "an answer that nobody begins to read holds no close()",
        "connection.endUnread(since, limitMs)",
        "connection.endUnread(-1, limitMs)",
      ],
    ],
  ),
  ...rows(
    "client/response.ts",
    ["test/client/adapters/unread.test.ts"],
    [
      [
        "an answer that is forgotten leaves its connection to the next request",
        "forgotten.register(this, context.body, this);",
        "",
      ],
    ],
  ),
  ...rows(
    "client/pool/pool.ts",
    ["test/client/opening.test.ts"],
    [
      [
        "a connection that was given up holds nobody who waited behind it",
        "if (opening.call === call) opening.stop.abort();",
        "if (opening.call === call && this.#waiting.length === 0) opening.stop.abort();",
      ],
      ["a connection is its request's own", "connection.canTake(call) && this.#takeOut(call)", "false"],
    ],
  ),
  ...rows(
    "client/client.ts",
    ["test/client/opening.test.ts"],
    [
      [
        "a request's deadlines are its own while its connection is opened",
        "timeouts: openingLimits(timeouts), signal, onPhase",
        "timeouts: openingLimits(settings.timeouts), signal, onPhase",
      ],
    ],
  ),
];

export const bodiesInPlace: readonly BrokenPromise[] = [
  ...rows(
    "body/incoming-body.ts",
    ["in-place.test.ts"],
    [
      [
        "a chunk whose promise is waited for is not read into",
        "if (!goesOn && isOwn) this.#source.readInto(undefined);",
        "",
      ],
      [
        "a chunk in the buffer that all connections share is copied before it is lent",
        ": bytes.slice(start, end));",
        ": bytes.subarray(start, end));",
      ],
      [
        "a body read in place is not at its end while a chunk's promise is waited for",
        "if (this.#visit !== undefined && !this.#visit.isBusy) this.#goOn(this.#visit);\n    const whole",
        "if (this.#visit !== undefined) this.#goOn(this.#visit);\n    const whole",
      ],
      ["a body that ends early ends its reading in place", "    this.#visit?.fail(error);\n", ""],
      [
        "a body that ends early ends the wait for what is made of it",
        "    this.#onFailure?.(error);\n  }",
        "  }",
      ],
      ["what was dropped is not taken for the end", "if (this.#queue.length > 0) this.#lost ??= reason;", ""],
      [
        "what is thrown by whoever reads in place gives the rest up",
        "this.#visit = undefined;\n    this.discard();",
        "this.#visit = undefined;",
      ],
    ],
  ),
];

export const caches: readonly BrokenPromise[] = [
  ...rows(
    "cache/keys.ts",
    ["client/cache.test.ts"],
    [
      [
        "what one trust policy admitted is given under no other",
        "    connectionKey,\n    lookup",
        "    lookup",
      ],
      ["what was shown to one holder of a field is given to no other", "    secrets,\n", ""],
      ["what was shown for one set of credentials is given for no other", "{ ...authentication }", "true"],
      [
        "what was shown for one user's cookies is given to no other",
        "await cookiesFor(cookies, url)",
        "true",
      ],
    ],
  ),
  ...rows(
    "cache/cache.ts",
    ["client/cache.test.ts"],
    [
      [
        "a body whose end was not seen is not kept",
        'if (unseen) return void notKept("the end of its body was not seen");',
        "",
      ],
      [
        "a server that is not admitted is not covered by what is kept",
        '["dns", "tcp", "timeout"]',
        '["dns", "tcp", "trust", "timeout"]',
      ],
    ],
  ),
  ...rows(
    "cache/kept.ts",
    ["client/cache.test.ts"],
    [
      ["what a store gives for another place is not taken", '|| facts["key"] !== key', ""],
      ["what a store gives back in part is not taken", 'facts["bytes"] !== entry.body.length', "false"],
    ],
  ),
];

export const everyday: readonly BrokenPromise[] = [
  ...rows(
    "options/base-url.ts",
    ["client/everyday.test.ts"],
    [
      ["a path does not leave the base URL", "place.startsWith(`${prefix}/`)", "true"],
      [
        "a path that only begins like the base is not below it",
        "place.startsWith(`${prefix}/`)",
        "place.startsWith(prefix)",
      ],
      ["a path names no host", "!namesHost && ", ""],
    ],
  ),
  ...rows(
    "middleware/run.ts",
    ["client/middleware.test.ts"],
    [
      [
        "one that never ends is left at the deadline",
        "Promise.race([left, this.#pass(0, passing)])",
        "this.#pass(0, passing)",
      ],
      ["nothing is asked any more once it was left", "if (this.#stop.signal.aborted) throw reason;", ""],
      ["a stream is not sent twice", "if (sent++ > 0) needRepeatable(next.options);", ""],
      [
        "what is not a Response is not handed out",
        "if (response instanceof Response) return response;",
        "return response as Response;",
      ],
    ],
  ),
];

export const recordings: readonly BrokenPromise[] = [
  ...rows(
    "recording/recorder.ts",
    ["client/recording.test.ts"],
    [
      ["a recording has no query of a URL", "url: keepRequests === true ? url : shownHref(url)", "url"],
      ["a recording has no body of a request", "|| keepRequests !== true", ""],
      ["a recording has no credential of a request", "shownField(name, value, secrets);", "value;"],
      [
        "a recording has no key of a vendor's",
        'shown === value && namesCredential(name) ? "***" : shown',
        "shown",
      ],
      [
        "a recording has no field that a client calls secret",
        "(place.settings.options.secretHeaders ?? [])",
        "[]",
      ],
    ],
  ),
  ...rows(
    "recording/replay.ts",
    ["client/recording.test.ts"],
    [
      ["half a body is not replayed", 'body === undefined && method !== "HEAD"', "false"],
      ["what was not recorded is asked of no server", 'otherwise === "next"', "true"],
    ],
  ),
];
