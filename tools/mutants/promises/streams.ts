/** Answers that go on: that they are bounded, and that what was meant for one origin goes to no other. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const streams: readonly BrokenPromise[] = [
  ...rows(
    "event-stream/read-events.ts",
    ["event-stream.test.ts"],
    [
      [
        "an event that comes whole is bounded",
        "if (Buffer.byteLength(data) > maxBytes) isTooLarge = true;",
        "",
      ],
      ["an event without its end is bounded", "maxBufferSize: maxBytes + sliceLength,", ""],
      ["a pause that a server asks for is bounded", "Math.min(ms, clientLimits.eventRetryMs.value)", "ms"],
    ],
  ),
  ...rows(
    "event-stream/follow.ts",
    ["event-stream.test.ts"],
    [
      ["an answer of another type is not an event stream", "if (isStream && answer", "if (answer"],
      ["failures in a row are counted", "|| ++failures > again.attempts", ""],
      ["a method other than GET is not repeated by itself", " || (said === undefined && !isGet)", ""],
    ],
  ),
  ...rows(
    "http1/partial.ts",
    ["http1/partial.test.ts"],
    [
      ["a weak ETag proves nothing", '/^"[\\x21', '/^(?:W\\/)?"[\\x21'],
      ["a date that was just set proves nothing", "sentAt - modifiedAt < settledMs", "false"],
      [
        "a rest of another representation is refused",
        'if (change !== "") return',
        "if (false as boolean) return",
      ],
      ["a rest from another place is refused", "if (first !== offset)", "if (false as boolean)"],
      ["a rest of another length is refused", "completeBytes !== body.completeBytes)", "false)"],
      ["a server that refuses ranges is not asked for them", "|| refusesRanges", ""],
    ],
  ),
  ...rows(
    "journey/resumed-body.ts",
    ["resume.test.ts"],
    [
      ["what is not the rest is not given", "if (!rest.ok) {", "if (!rest.ok && head.status < 0) {"],
      [
        "a rest past its range is not given",
        "if (last !== undefined && this.#offset > last + 1)",
        "if (false as boolean)",
      ],
      [
        "a rest that is short is not the end",
        "if (this.#offset <= last) throw",
        "if (false as boolean) throw",
      ],
      ["the rest is asked for so often, whatever comes", "this.#timesAsked++;", ""],
      ["nothing is asked for before somebody reads", "if (!this.#body.isRead) return;", ""],
    ],
  ),
  ...rows(
    "pages/paginate.ts",
    ["pages.test.ts"],
    [
      [
        "a page of another origin is not asked for",
        "if (!this.#origins.has(origin))",
        "if (false as boolean)",
      ],
      [
        "the first page's origin is the one that was asked, wherever it led",
        "this.#origins = new Set([target.origin",
        "this.#origins = new Set([",
      ],
      ["pages in a circle end", "if (isByUrl && this.#seen.has(href))", "if (false as boolean)"],
      ["pages are counted", "if (this.#pages >= value)", "if (false as boolean)"],
    ],
  ),
  ...rows(
    "websocket/opening.ts",
    ["client/websocket.test.ts"],
    [
      [
        "nothing of a WebSocket's handshake is sent to a server that is not admitted",
        `alpn: ["http/1.1"], signal }`,
        `alpn: ["http/1.1"], signal, insecure: { reason: "a mutant" } }`,
      ],
    ],
  ),
  ...rows(
    "pool/http2-tunnel.ts",
    ["client/websocket-http2.test.ts"],
    [
      [
        "no tunnel is asked for where the server has not said that it takes it",
        "if (!engine.takesProtocols) return this.fail(notTaken(outgoing.host));",
        "",
      ],
      [
        "a tunnel that nobody reads shuts its window",
        "return this.#tunnel?.push(Buffer.from(bytes.subarray(start, end))) ?? true;",
        "this.#tunnel?.push(Buffer.from(bytes.subarray(start, end))); return true;",
      ],
    ],
  ),
  ...rows(
    "pool/http2-connection.ts",
    ["client/websocket-http2.test.ts"],
    [
      [
        "a tunnel waits for the server's SETTINGS",
        "this.#unopened.length > 0 && engine.isOpen && (",
        "this.#unopened.length > 0 && (",
      ],
    ],
  ),
  ...rows(
    "websocket/share-connection.ts",
    ["client/websocket-http2.test.ts"],
    [
      [
        "what a shared connection does not take is asked for by HTTP/1.1",
        "if (isOfConnection(error)) return undefined;",
        "",
      ],
    ],
  ),
  ...rows(
    "websocket/shake-hands.ts",
    ["client/websocket.test.ts"],
    [
      [
        "a WebSocket is open only where the server has proved that it understood",
        "if (reason !== undefined) throw refused",
        "if (false as boolean) throw refused",
      ],
    ],
  ),
  ...rows(
    "websocket/deflation.ts",
    ["client/websocket-deflate.test.ts"],
    [
      ["a message that is decompressed is bounded", "maxOutputLength,\n", "\n"],
      [
        "deflate streams within one message are counted",
        "if (parts.length > clientLimits",
        "if (0 > clientLimits",
      ],
    ],
  ),
  ...rows(
    "websocket/extensions.ts",
    ["websocket/extensions.test.ts"],
    [
      [
        "a server names no extension that was not offered",
        "if (other !== undefined)",
        "if (false as boolean)",
      ],
      ["a window is not larger than what was offered", "return Number(value) <= most ?", "return true ?"],
    ],
  ),
  ...rows(
    "websocket/heartbeat.ts",
    ["client/websocket.test.ts"],
    [
      [
        "a server is not gone while nobody takes its messages",
        "return this.#isPaused ? limitMs : this.#movedAt",
        "return this.#movedAt",
      ],
      ["a server that answers no ping is gone", "    this.#ports.onSilent();", ""],
      [
        "time in which the program was busy does not count",
        "if (lateMs > punctualMs",
        "if (lateMs > Infinity",
      ],
    ],
  ),
  ...rows(
    "websocket/verified-websocket.ts",
    ["client/websocket.test.ts"],
    [["messages that nobody takes pause the socket", "this.#carrier?.pause();", "this.#carrier?.resume();"]],
  ),
];
