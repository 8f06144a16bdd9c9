/** What tracers see of requests, and what they never see. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const tracing: readonly BrokenPromise[] = [
  ...rows(
    "tracing/attempt-trace.ts",
    ["src/client/tracing/attempt-trace.test.ts"],
    [["nothing is made while nobody has subscribed", "attempts.hasSubscribers ||", "true ||"]],
  ),
  ...rows(
    "tracing/attempt-trace.ts",
    ["test/client/tracing/channels.test.ts"],
    [
      [
        "a tracer is told a URL without its query",
        '"url.full": shownHref(target.href)',
        '"url.full": target.href',
      ],
      ["a tracer is told a path without its query", "shownHref(target.path)", "target.path"],
      [
        "a tracer adds no field that frames the message",
        "if (framing.has(name.toLowerCase()))",
        "if (false)",
      ],
      ["a tracer adds nothing to a request that has gone out", "if (!this.#isOpen) return this;", ""],
      ["a tracer's field goes out", "this.#added += line;", ""],
      ["a tracer knows who gave up", 'new DOMException(error.message, "AbortError")', "error"],
      [
        "a request that was given up is not an error",
        "if (!isCancelled) this.#attributes",
        "if (true) this.#attributes",
      ],
      [
        "a tracer knows how often a request was sent before",
        'resends === 0 ? {} : { "http',
        'resends >= 0 ? {} : { "http',
      ],
      ["a method that nobody registered makes no name", "if (knownMethods.has(method))", "if (true)"],
      ["an error's status is an error", "if (status >= 400)", "if (status >= 500)"],
    ],
  ),
  ...rows(
    "pool/call.ts",
    ["test/client/tracing/channels.test.ts"],
    [
      ["a tracer is told of the end", "this.#trace?.onComplete(this.trailers);", ""],
      ["a tracer is told of a failure", "this.#trace?.onFailure(error);", ""],
      ["a tracer is told of the head that goes out", "this.#trace?.onSending(link.facts);", ""],
      ["a tracer is told of the answer", "this.#trace?.onHead(head);", ""],
      ["a tracer is told when the body is sent", "this.#trace?.onSent();", ""],
    ],
  ),
  ...rows(
    "tracing/opening-trace.ts",
    ["test/client/tracing/channels.test.ts"],
    [
      ["a tracer is told of a connection", "connected.publish({", "void ({"],
      ["a tracer is told of a connection that failed", "failed.publish({ connectParams, error });", ""],
    ],
  ),
  ...rows(
    "http1/masked-fields.ts",
    ["test/client/tracing/channels.test.ts"],
    [
      [
        "a tracer is told where a redirect leads without its query",
        "urlNames.has(name.toLowerCase()) ? shownUrl(masked) : masked",
        "masked",
      ],
      [
        "a tracer is told no credential",
        "const masked = maskField(name, value, alsoSecret)",
        "const masked = value",
      ],
    ],
  ),
  ...rows(
    "http1/masked-fields.ts",
    ["test/client/printed-values.test.ts"],
    [
      [
        "a console is told no credential of a field",
        "const text = shownField(name, value, alsoSecret)",
        "const text = value",
      ],
      ["a console is told each line of a field", "else known.values.push(text);", ""],
    ],
  ),
  ...rows(
    "client/response.ts",
    ["test/client/printed-values.test.ts"],
    [
      ["a console is told a response's URL without its query", "url: shownHref(this.url)", "url: this.url"],
      [
        "a console is told nothing that the caller calls secret",
        "shownFields(this.#context.head.fields, this.#context.options.secretHeaders)",
        "shownFields(this.headers)",
      ],
      [
        "a console is told of a response",
        'showAs(Response.prototype, "Response", (response) => response.toJSON());',
        "",
      ],
    ],
  ),
  ...rows(
    "client/client.ts",
    ["test/client/printed-values.test.ts"],
    [
      [
        "a console is told of a client",
        'showAs(Client.prototype, "Client", (client) => client.toJSON());',
        "",
      ],
    ],
  ),
  ...rows(
    "core/inspected.ts",
    ["test/client/printed-values.test.ts"],
    [
      [
        "a console is told nothing that a terminal obeys",
        "return `${name} ${withoutControls(text, options)}`;",
        "return `${name} ${text}`;",
      ],
    ],
  ),
];
