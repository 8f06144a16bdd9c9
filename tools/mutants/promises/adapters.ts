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
      ["a client's level of security holds, wherever it stands in its list", "list.match(level) ?? []", "[]"],
      [
        "a client's level of security holds for suites of TLS 1.3 alone",
        "!hasOlder && own.levels.length > 0",
        "!hasOlder && own.levels.length > 9",
      ],
      ["a list of Suite B is not taken for a part of another", "isSuiteB(asked) || isSuiteB(own)", "false"],
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
  ...rows(
    "adapters/install.ts",
    ["test/register/install.test.ts", "test/register/register.test.ts"],
    [
      ["https without an agent is the client's", "https.globalAgent = value as https.Agent;", ""],
      [
        "agent: false is the client's too",
        "super(client, { keepAlive: false, ...options });",
        "super(new (client.constructor as typeof Client)(), options);",
      ],
      ["the global fetch is the client's", "globalThis.fetch = value as typeof fetch", "value"],
      ["what was there before is put back", "return write(installed.before[at]);", "return;"],
      ["another client that is installed is said", "if (all.length > 0) {", "if (all.length > 1_000) {"],
      ["what a fetch failed of is printed first", "`${first}: ${sentences}`", "first"],
    ],
  ),
  ...rows(
    "dispatcher/exchange.ts",
    ["dispatcher.test.ts"],
    [
      ["a handler that pauses holds the server", "while (this.#paused && !this.aborted)", "while (false)"],
      ["a handler that left keeps no connection", "response.cancel();", ""],
      [
        "what a handler is told has Node's name",
        "asError(inNodesNames(inClientsNames(error)))",
        "asError(error)",
      ],
    ],
  ),
  ...rows(
    "dispatcher/dispatcher.ts",
    ["dispatcher.test.ts"],
    [
      [
        "a dispatcher that is closed sends nothing",
        "if (this.#closed) throw",
        "if (this.#closed && this.#destroyed) throw",
      ],
    ],
  ),
  ...rows(
    "dispatcher/switching.ts",
    ["dispatcher.test.ts"],
    [
      [
        "a WebSocket opens over a socket of the client's",
        "await client.connect(url, {",
        'await client.connect(url, { insecure: { reason: "broken" },',
      ],
    ],
  ),
  ...rows(
    "adapters/unread-watch.ts",
    ["unread.test.ts"],
    [
      [
        "an answer that is whole and unread holds no socket",
        "else if (response.complete)",
        "else if (false)",
      ],
      ["an answer that is read is not cut", "|| isClaimed(response)", ""],
      ["an answer that nobody reads is ended", "else if (now - unreadSince >= limitMs)", "else if (now < 0)"],
    ],
  ),
  ...rows(
    "pool/wait.ts",
    ["unread.test.ts"],
    [
      ["close() waits for no body that nobody began to read", "this.#isAwaited && wait", "now < 0 && wait"],
      ["close() waits for a body that is read", "call.body?.isRead === false", "call.body !== undefined"],
    ],
  ),
];
