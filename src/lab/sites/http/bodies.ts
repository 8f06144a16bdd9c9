/** Sites whose response bodies are broken, endless, or more than they seem: RFC 9112 §6, §7, §8; RFC 9110 §8.4. */
import type { IncomingMessage } from "node:http";
import { gzipSync } from "node:zlib";
import type { Code } from "../../../core/index.ts";
import { healthy, responds, type Definition, type Expectation, type Respond } from "../../site.ts";
import { always, raw, send } from "./answer.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

export const bodySites: readonly Definition[] = [
  {
    name: "body-truncated",
    title: "A body shorter than announced",
    wrong: "The Content-Length is 1,000; the connection is closed after 6 bytes.",
    ...breaksOff("body-truncated"),
    ...responds(raw(`${ok}Content-Length: 1000\r\n\r\nHello\n`)),
  },
  {
    name: "body-truncated-chunked",
    title: "A chunked body without its end",
    wrong: "The connection is closed before the last chunk.",
    ...breaksOff("body-truncated"),
    ...responds(raw(`${chunked}6\r\nHello\n\r\n`)),
  },
  {
    name: "body-reset",
    title: "A body that a reset ends",
    wrong: "The Content-Length is 1,000; the connection is reset after 6 bytes.",
    ...breaksOff("body-truncated"),
    serving: {
      kind: "https",
      wire: { kind: "plain" },
      respond: cutting(`${ok}Content-Length: 1000\r\n\r\nHello\n`, "reset"),
    },
  },
  {
    name: "until-close",
    title: "A body that ends with the connection",
    wrong:
      "Nothing is wrong: neither length nor chunks, and the connection is closed as TLS wants it, with close_notify.",
    ...healthy,
    ...responds(raw(`${ok}Connection: close\r\n\r\nHello\n`)),
  },
  {
    name: "no-close-notify",
    title: "A body that might have been cut short",
    wrong:
      "Neither length nor chunks, and the connection is closed without close_notify: nobody can know whether that was all.",
    expected: { code: "body-truncated", status: 200 },
    caughtBy: "http-body",
    serving: {
      kind: "https",
      wire: { kind: "plain" },
      respond: cutting(`${ok}Connection: close\r\n\r\nHello\n`, "close"),
    },
  },
  {
    name: "second-response",
    title: "More than was asked for",
    wrong: "A second response, which nobody asked for, follows the first.",
    expected: { code: null, status: 200 },
    caughtBy: "http-body",
    ...responds(raw(`${ok}Content-Length: 6\r\n\r\nHello\n${ok}Content-Length: 6\r\n\r\nSpoof\n`, "stay")),
  },
  {
    name: "length-and-transfer-coding",
    title: "A length beside chunks",
    wrong: "The response has both a Content-Length and chunks, by which responses have been smuggled.",
    ...breaksOff("length-and-transfer-coding"),
    ...responds(raw(`${ok}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nHello\n\r\n0\r\n\r\n`)),
  },
  {
    name: "chunk-malformed",
    title: "A chunk whose size is not a number",
    wrong: "The second chunk's size is written with a letter that is not a hexadecimal digit.",
    ...breaksOff("chunk-malformed"),
    ...responds(raw(`${chunked}6\r\nHello\n\r\nxyz\r\nHello\n\r\n0\r\n\r\n`)),
  },
  {
    name: "chunk-extensions-too-large",
    title: "Chunk extensions past every limit",
    wrong: "A chunk of 6 bytes carries a mebibyte of extensions.",
    ...breaksOff("chunk-extensions-too-large"),
    ...responds(raw(`${chunked}6;x="${"y".repeat(1_048_576)}"\r\nHello\n\r\n0\r\n\r\n`)),
  },
  {
    name: "trailers-too-large",
    title: "Trailers past every limit",
    wrong: "After the body comes a mebibyte of trailer fields.",
    ...breaksOff("trailers-too-large"),
    ...responds(
      raw(`${chunked}6\r\nHello\n\r\n0\r\n${`X-Filler: ${"x".repeat(1_012)}\r\n`.repeat(1_024)}\r\n`),
    ),
  },
  {
    name: "too-many-codings",
    title: "A body compressed twenty times",
    wrong: "The Content-Encoding names gzip twenty times.",
    ...breaksOff("too-many-codings"),
    ...responds((_request, response) => {
      let body: Uint8Array = Buffer.from("Hello\n");
      const codings = Array.from({ length: 20 }, () => "gzip");
      for (const _ of codings) body = gzipSync(body);
      send(response, { status: 200, fields: { "content-encoding": codings.join(", ") }, body });
    }),
  },
  {
    name: "content-coding-unknown",
    title: "A compression that nobody knows",
    wrong: "The Content-Encoding names a coding that does not exist.",
    ...breaksOff("content-coding-unknown"),
    ...responds(always({ status: 200, fields: { "content-encoding": "lab" }, body: "Who can read this?\n" })),
  },
  {
    name: "content-coding-malformed",
    title: "Compression that is none",
    wrong: "The Content-Encoding is gzip, and the body is plain text.",
    ...breaksOff("content-coding-malformed"),
    ...responds(always({ status: 200, fields: { "content-encoding": "gzip" }, body: "This is not gzip.\n" })),
  },
  {
    name: "decompression-bomb",
    title: "Ten kilobytes that become gigabytes",
    wrong: "The body is gzip in gzip: some kilobytes that unfold to two gibibytes of zeros.",
    ...breaksOff("decompression-bomb"),
    ...responds((_request, response) => {
      send(response, { status: 200, fields: { "content-encoding": "gzip, gzip" }, body: makeBomb() });
    }),
  },
  {
    name: "gzip",
    title: "A compressed body",
    wrong: "Nothing is wrong: the body is compressed with gzip.",
    ...healthy,
    ...responds((_request, response) => {
      send(response, {
        status: 200,
        fields: { "content-encoding": "gzip" },
        body: gzipSync("Hello, compressed.\n"),
      });
    }),
  },
  {
    name: "body-timeout",
    title: "A body that stops coming",
    wrong: "The Content-Length is 1,000; after 6 bytes nothing more comes, and the connection stays.",
    ...breaksOff("body-timeout", "deadline"),
    ...responds(raw(`${ok}Content-Length: 1000\r\n\r\nHello\n`, "stay")),
  },
  {
    name: "slow-drip",
    title: "A body, drop by drop",
    wrong:
      "A byte of the body comes every half second, without end: no wait is long, and the whole never ends.",
    ...breaksOff("total-timeout", "deadline"),
    ...responds(drip),
  },
];

/** The entry of a site whose head arrives and whose body does not. */
function breaksOff(
  code: Code,
  caughtBy: Definition["caughtBy"] = "http-body",
): { readonly expected: Expectation; readonly caughtBy: Definition["caughtBy"] } {
  return { expected: { code, status: 200 }, caughtBy };
}

/** Writes the bytes and then cuts the line under TLS, so that no close_notify follows. */
function cutting(bytes: string, how: "close" | "reset"): Respond {
  return ({ socket }, _response, { line }) => {
    socket.write(bytes, () => line?.cut(how));
  };
}

const dripMs = 500;

function drip({ socket }: IncomingMessage): void {
  socket.write(chunked);
  const timer = setInterval(() => socket.write("1\r\n.\r\n"), dripMs).unref();
  socket.once("close", () => {
    clearInterval(timer);
  });
}

let bomb: Uint8Array | undefined;

/** Zeros compressed twice. Deflate reaches about 1,032 to 1 each time; 64 members of 32 MiB make two gibibytes. */
function makeBomb(): Uint8Array {
  if (bomb === undefined) {
    const member = gzipSync(new Uint8Array(32 * 1_048_576));
    // RFC 1952 §2.2: members one after another are one gzip file.
    bomb = gzipSync(Buffer.concat(Array.from({ length: 64 }, () => member)));
  }
  return bomb;
}
