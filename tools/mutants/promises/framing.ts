/** Where a message begins and ends. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const framing: readonly BrokenPromise[] = [
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
