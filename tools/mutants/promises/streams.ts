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
    "websocket/open-websocket.ts",
    ["client/websocket.test.ts"],
    [
      [
        "nothing of a WebSocket's handshake is sent to a server that is not admitted",
        `alpn: ["http/1.1"], signal: bounded`,
        `alpn: ["http/1.1"], signal: bounded, insecure: { reason: "a mutant" }`,
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
    "websocket/verified-websocket.ts",
    ["client/websocket.test.ts"],
    [["messages that nobody takes pause the socket", "this.#carrier?.pause();", "this.#carrier?.resume();"]],
  ),
];
