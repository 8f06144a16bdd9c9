/** What HTTP/2's header compression and frames are held to. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const http2: readonly BrokenPromise[] = [
  ...rows(
    "pool/http2-lines.ts",
    ["http2-lines.test.ts"],
    [
      [
        "what the caller calls a secret is told to HPACK",
        "new Set(secrets?.map((name) => name.toLowerCase()))",
        "new Set<string>()",
      ],
    ],
  ),
  ...rows(
    "journey/attempts.ts",
    ["client/http2/conversation.test.ts"],
    [
      [
        "what the server may have processed is not sent again",
        "canBeSent && call.isUnprocessed",
        "canBeSent",
      ],
      [
        "what the server refuses is not sent again for ever",
        "this.#count(unprocessed) < unprocessedRetries",
        "this.#count(unprocessed) <= unprocessedRetries",
      ],
      ["421 is asked again once", "if (this.#count(misdirected) > 0)", "if (this.#count(misdirected) > 1)"],
    ],
  ),
  ...rows(
    "options/settings.ts",
    ["client/http2/sharing.test.ts"],
    [
      [
        "a request that asks for one version does not go by a connection of another",
        "proxy,\n      protocol,",
        "proxy,",
      ],
    ],
  ),
  ...rows(
    "http2/hpack/huffman-decoder.ts",
    ["hpack/decoder.test.ts"],
    [
      [
        "the padding of a coded string is the beginning of EOS",
        "if (tree.isOfEos[state] !== true) endings[state] = paddingNotEos;",
        "if (tree.isOfEos[state] !== true) endings[state] = 0;",
      ],
      [
        "it is shorter than eight bits",
        "else if ((tree.depths[state] ?? 0) > 7) endings[state] = paddingTooLong;",
        "",
      ],
      ["EOS stands in no coded string", "if (symbol === endOfString) return fails;", ""],
    ],
  ),
  ...rows(
    "http2/hpack/decoder.ts",
    ["hpack/decoder.test.ts"],
    [
      ["a peer's table is not larger than we said", "if (size > this.#maxTableBytes) {", "if (size < 0) {"],
      [
        "a smaller table is told at the beginning of the next block",
        "if (this.#reducedTo === Infinity) return;",
        "return;",
      ],
      ["fields beyond the bound on their octets are not kept", "if (total > mostBytes)", "if (total < 0)"],
      [
        "fields beyond the bound on their number are not kept",
        "else if (fields.length >= mostCount)",
        "else if (mostCount < 0)",
      ],
      [
        "a block beyond the bounds is read to its end",
        'if (total > mostBytes) outcome = "over-bytes";',
        'if (total > mostBytes) return "over-bytes";',
      ],
      ["no integer is longer than its bound", "octets < integerOctets", "octets < 12"],
      ["what came as never indexed is known as that", "first >= 0x10);", "false);"],
    ],
  ),
  ...rows(
    "http2/hpack/indexing.ts",
    ["hpack/encoder.test.ts"],
    [["a credential is never indexed", '...credentialNames.map((name) => [name, "never"] as const),', ""]],
  ),
  ...rows(
    "http2/hpack/encoder.ts",
    ["hpack/encoder.test.ts"],
    [
      [
        "what the caller calls a secret is never indexed",
        'field[2] === true ? "never" : indexingOf(name)',
        "indexingOf(name)",
      ],
      [
        "no character becomes another octet",
        'assert(!Number.isNaN(coded), "fields are checked before they are encoded");',
        "",
      ],
    ],
  ),
  ...rows(
    "http2/frames/header-rules.ts",
    ["frames/frame-reader.test.ts"],
    [
      ["a frame is not longer than we said", "if (length > maxFrameBytes)", "if (length < 0)"],
      [
        "a frame has the length of its type",
        "if (exactly !== undefined && length !== exactly)",
        "if (exactly === undefined && length === -1)",
      ],
    ],
  ),
  ...rows(
    "http2/frames/frame-reader.ts",
    ["frames/frame-reader.test.ts"],
    [["padding is within its frame", "if (length < 0) return", "if (length < -999) return"]],
  ),
  ...rows(
    "pool/http2-exchange.ts",
    ["http2/one-read.test.ts"],
    [
      [
        "what came of a body before its stream was reset is read before it is said",
        "isUnprocessed: boolean): void {\n    this.deliver();",
        "isUnprocessed: boolean): void {",
      ],
      [
        "whoever gave a body up gets nothing more of it",
        "    this.#read = undefined;\n    this.#waiting.clear();",
        "    this.#waiting.clear();",
      ],
    ],
  ),
  ...rows(
    "http2/streams/stream-table.ts",
    ["streams/stream-table.test.ts"],
    [["a stream whose place is taken is there", "else this.#elsewhere.set(stream.id, stream);", ""]],
  ),
  ...rows(
    "http2/frames/frame-writer.ts",
    ["frames/frame-writer.test.ts"],
    [
      [
        "what waits is not lost when what was written is released",
        "if (this.pendingBytes === 0) this.#slab.length = this.#taken = 0;",
        "this.#slab.length = this.#taken = 0;",
      ],
      [
        "what is given to a socket is never written again",
        "this.#taken = length;",
        "this.#taken = this.#slab.length = 0;",
      ],
    ],
  ),
  ...rows(
    "http2/connection/frames-in.ts",
    ["connection/flow.test.ts"],
    [["a flood of GOAWAY ends the connection", ' || !this.#breaker.spend("goaway")', ""]],
  ),
  ...rows(
    "http2/connection/late-frames.ts",
    ["connection/flow.test.ts"],
    [["header blocks of a stream that was reset are bounded", "++closed.lateBlocks", "closed.lateBlocks"]],
  ),
];
