/** What a fetch by the standard promises of what it sends, and of what it hands out. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const fetches: readonly BrokenPromise[] = [
  ...rows(
    "fetch/fetch-response.ts",
    ["test/client/whom-sees.test.ts"],
    [
      [
        "a console is told no secret of a fetch's response",
        "const headers = masked?.() ?? shownFields(fields);",
        "const headers = Object.fromEntries(fields);",
      ],
    ],
  ),
  ...rows(
    "fetch/asked-body.ts",
    ["test/client/adapters/fetch/body.test.ts"],
    [
      [
        "a fetch's bytes are taken at the call",
        "new Uint8Array(buffer.slice(offset, offset + value.byteLength))",
        "new Uint8Array(buffer, offset, value.byteLength)",
      ],
    ],
  ),
  ...rows(
    "fetch/asked.ts",
    ["test/client/adapters/fetch/request.test.ts"],
    [
      [
        "a password in a URL that is refused is not shown",
        "throw withoutSecrets(error, url);",
        "throw error;",
      ],
    ],
  ),
  ...rows(
    "fetch/fields.ts",
    ["test/client/adapters/fetch/headers.test.ts"],
    [["the host that is asked is the URL's", 'if (name !== "host")', "if (name)"]],
  ),
  ...rows(
    "url/target.ts",
    ["test/client/adapters/fetch/request.test.ts"],
    [["an empty query is sent", 'url.href.endsWith("?") ? "?" : url.search', "url.search"]],
  ),
  ...rows(
    "fetch/hidden-body.ts",
    ["test/client/adapters/fetch/body.test.ts"],
    [
      [
        "a form in a Request goes with its length",
        "length: value === undefined ? undefined : Number(value),",
        "length: undefined,",
      ],
    ],
  ),
  ...rows(
    "fetch/integrity.ts",
    ["test/client/adapters/fetch/schemes.test.ts"],
    [
      [
        "what has not the digest that was expected is not handed out",
        "if (expected.some(({ value }) => value === actual)) return undefined;",
        "if (actual) return undefined;",
      ],
      ["the strongest digest alone counts", "algorithms.findLast(", "algorithms.find("],
    ],
  ),
  ...rows(
    "fetch/create-fetch.ts",
    ["test/client/adapters/fetch/redirect.test.ts"],
    [
      [
        "nothing of another origin is shown in mode no-cors",
        'if (crosses && mode === "no-cors") return opaque;',
        "",
      ],
      ["a redirect that was not wanted is an error", 'if (redirect === "error" &&', "if (false &&"],
    ],
  ),
  ...rows(
    "fetch/answer-body.ts",
    ["test/client/adapters/fetch/abort.test.ts"],
    [
      ["a signal ends a stream that nobody reads", "else if (signal !== undefined) this.#watch(signal);", ""],
      ["a signal ends a body that has arrived", "this.#asker.signal?.throwIfAborted();", ""],
    ],
  ),
  ...rows(
    "fetch/answer-body.ts",
    ["test/client/memory.test.ts"],
    [
      [
        "a body that was begun and forgotten gives its connection up",
        "abandoned.register(this, this.#response, this);",
        "",
      ],
    ],
  ),
  ...rows(
    "fetch/relay.ts",
    ["test/client/adapters/fetch/dispatcher.test.ts"],
    [
      [
        "https does not go by a dispatcher of the caller's, but where nobody need vouch",
        'if (target.scheme === "https" && settings.policy.insecure === undefined) relay.end(refuse());',
        "if (relay.id === 0) relay.end(refuse());",
      ],
      ["a dispatcher is told of the request's end", "this.#controller?.abort(error)", "this.#ended"],
      [
        "what a dispatcher tells is copied",
        "new Uint8Array(buffer, byteOffset, byteLength), 0",
        "chunk as Uint8Array, 0",
      ],
      [
        "a dispatcher that says nothing more is waited for so long",
        "new Deadline(() => this.#timeOut())",
        "new Deadline(() => {})",
      ],
    ],
  ),
  ...rows(
    "journey/request-fields.ts",
    ["test/client/adapters/fetch/headers.test.ts"],
    [
      [
        "Sec-Fetch-Mode goes to trustworthy URLs alone",
        '!table.has("sec-fetch-mode") || isTrustworthy(target)',
        "table.size > 0",
      ],
    ],
  ),
];
