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
    "adapters/plain-agent.ts",
    ["fetch-options.test.ts"],
    [
      ["a fetch's agent that trusts others is refused, not ignored", "|| keeping.has(name) ||", "|| true ||"],
      [
        "a fetch's agent that goes another way is refused, not ignored",
        "prototype !== Agent.prototype && prototype !== nodeHttp.Agent.prototype",
        "!(value instanceof Agent)",
      ],
      [
        "a fetch's agent that makes its sockets is refused, not ignored",
        'typeof member === "function"',
        "member === undefined && false",
      ],
    ],
  ),
  ...rows(
    "adapters/agent-options.ts",
    ["agent-options.test.ts"],
    [["to verify nobody is not taken for a setting that is not set", "!falses.has(name)", "true"]],
  ),
  ...rows(
    "dispatcher/request.ts",
    ["dispatcher/request.test.ts"],
    [
      ["a dispatcher's body that is left ends its request", "if (!this.#hasEnded)", "if (false)"],
      [
        "a dispatcher's reader that waits makes the server wait",
        "=== false) controller.pause()",
        "=== false) void controller",
      ],
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
      [
        "the hint of an option that is refused does not name an agent that nobody made",
        "nameDoor(this, door);",
        "",
      ],
      ["nor a fetch that nobody made", "nameDoor(own, door);", ""],
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
    ["dispatcher.test.ts", "throwing.test.ts"],
    [
      ["what a handler throws at its end ends up in no promise", "raise(thrown);", "throw thrown;"],
      ["an end that cannot be told is not lost", "return raise(error);", "return;"],
      ["a handler that throws at a head before the answer ends its request", "this.abort(error);", ""],
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
    "pool/connection.ts",
    ["unread.test.ts"],
    [["close() waits for a body that is read", "call?.body?.isRead === false", "call?.body !== undefined"]],
  ),
];
