/** Sites that end a request, or the connection under it: RFC 9113 §5.4, §6.4, §6.8, §8.7; RFC 9110 §15.5.20. */
import { answers, fails, healthy, speaksHttp2, type Definition, type Expectation } from "../../site.ts";
import type { Code } from "../../../core/index.ts";
import {
  block,
  data,
  errorCodes,
  goaway,
  headers,
  largest31,
  reset,
  settings,
} from "../../wire/http2-frames.ts";
import { plays, type Script } from "../../wire/http2-script.ts";
import { concatBytes } from "../../../core/index.ts";
import { answer, everyOther, hello, says, saysOnce } from "./answers.ts";

const { noError, internalError, refusedStream, enhanceYourCalm, inadequateSecurity, http11Required } =
  errorCodes;

/** The head of a body of which six bytes come. */
const thousandBlock = block([":status", "200"], ["content-length", "1000"]);

/** The server goes, and says of which requests it has done nothing. */
function goes(bytes: (stream: number) => readonly Uint8Array[]): Script {
  return {
    onRequest: (wire, stream) => {
      wire.send(...bytes(stream));
      wire.close();
    },
  };
}

const goawaySites: readonly Definition[] = [
  {
    name: "http2-goaway",
    title: "A server that has had enough",
    wrong: "Every request is answered with GOAWAY, ENHANCE_YOUR_CALM and a word of why.",
    ...fails("http2-goaway", "http2"),
    ...speaksHttp2(plays(goes(() => [goaway(0, enhanceYourCalm, "too many requests from 127.0.0.1")]))),
  },
  {
    name: "http2-goaway-at-once",
    title: "Goodbye before hello",
    wrong: "The server sends GOAWAY together with its SETTINGS, before it has a request, and closes.",
    ...fails("http2-goaway", "http2"),
    ...speaksHttp2(
      plays({
        opening: concatBytes([settings(), goaway(0, noError)]),
        closesAtOnce: true,
      }),
    ),
  },
  {
    name: "http2-goaway-mid-flight",
    title: "A request that has to be sent again",
    wrong:
      "Nothing is wrong: every other connection ends in GOAWAY that names the request as not looked at; on a new one it is answered.",
    ...healthy,
    ...speaksHttp2(plays(everyOther(() => goes(() => [goaway(0, noError)])))),
  },
  {
    name: "http2-goaway-and-answer",
    title: "A server that finishes what it has begun",
    wrong:
      "Nothing is wrong: the server says twice that it will go, as RFC 9113 wants it, and answers what it has.",
    ...healthy,
    ...speaksHttp2(
      plays(goes((stream) => [goaway(largest31, noError), goaway(stream, noError), ...answer(stream)])),
    ),
  },
  {
    name: "http2-goaway-unanswered",
    title: "Gone with the request",
    wrong: "The server says that it has begun with the request, and closes without an answer.",
    ...fails("http2-goaway", "http2"),
    ...speaksHttp2(plays(goes((stream) => [goaway(stream, internalError, "worker died")]))),
  },
  {
    name: "http2-goaway-in-body",
    title: "Gone in the middle of the body",
    wrong: "The Content-Length is 1,000; after 6 bytes the server sends GOAWAY and closes.",
    ...breaksOff("http2-goaway"),
    ...speaksHttp2(
      plays(
        goes((stream) => [
          headers(stream, thousandBlock),
          data(stream, hello),
          goaway(stream, internalError, "worker died"),
        ]),
      ),
    ),
  },
  {
    name: "http2-inadequate-security",
    title: "TLS that is too weak for HTTP/2",
    wrong:
      "The server agrees to a CBC cipher of TLS 1.2, which HTTP/2 forbids, and then ends the connection with INADEQUATE_SECURITY.",
    ...fails("http2-goaway", "http2"),
    serving: {
      kind: "https",
      tls: { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" },
      http2: plays(goes(() => [goaway(0, inadequateSecurity)])),
    },
  },
  {
    name: "http2-goaway-rising",
    title: "A second goodbye that takes back the first",
    wrong: "A second GOAWAY names a higher stream than the first, which had given that up.",
    ...fails("http2-protocol-broken", "http2"),
    ...speaksHttp2(
      plays(says((stream) => [goaway(stream, noError), goaway(stream + 2, noError), ...answer(stream)])),
    ),
  },
];

const streamSites: readonly Definition[] = [
  {
    name: "http2-stream-reset",
    title: "A body that the server gives up",
    wrong: "The Content-Length is 1,000; after 6 bytes the server resets the request with INTERNAL_ERROR.",
    ...breaksOff("http2-stream-reset"),
    ...speaksHttp2(
      plays(
        says((stream) => [headers(stream, thousandBlock), data(stream, hello), reset(stream, internalError)]),
      ),
    ),
  },
  {
    name: "http2-reset-before-head",
    title: "A request that the server gives up",
    wrong: "Every request is reset with INTERNAL_ERROR, before any answer.",
    ...fails("http2-stream-reset", "http2"),
    ...speaksHttp2(plays(says((stream) => [reset(stream, internalError)]))),
  },
  {
    name: "http2-refused",
    title: "Requests that are not looked at",
    wrong: "Every request is reset with REFUSED_STREAM: nothing was done with it.",
    ...fails("http2-stream-reset", "http2"),
    ...speaksHttp2(plays(says((stream) => [reset(stream, refusedStream)]))),
  },
  {
    name: "http2-refused-once",
    title: "A request that is not looked at the first time",
    wrong:
      "Nothing is wrong: on every other connection the first request is reset with REFUSED_STREAM, and the next is answered.",
    ...healthy,
    ...speaksHttp2(plays(everyOther(() => saysOnce((stream) => [reset(stream, refusedStream)], answer)))),
  },
  {
    name: "http2-http11-required",
    title: "A resource to be had by HTTP/1.1 alone",
    wrong:
      "Nothing is wrong: every request over HTTP/2 is reset with HTTP_1_1_REQUIRED, and answered over HTTP/1.1.",
    ...healthy,
    ...speaksHttp2(plays(says((stream) => [reset(stream, http11Required)]))),
  },
  {
    name: "http2-misdirected",
    title: "The wrong server, over HTTP/2",
    wrong: "Every request over HTTP/2 is answered with 421, as one that was meant for another server.",
    ...answers(421),
    ...speaksHttp2(plays(says(misdirect))),
  },
  {
    name: "http2-misdirected-once",
    title: "The wrong server, at first",
    wrong: "Nothing is wrong: every other connection answers 421, and a new one answers the request.",
    ...healthy,
    ...speaksHttp2(plays(everyOther(() => says(misdirect)))),
  },
  {
    name: "http2-body-cut",
    title: "A body that ends with the connection, over HTTP/2",
    wrong: "The Content-Length is 1,000; the connection is closed after 6 bytes, without a word.",
    ...breaksOff("body-truncated"),
    ...speaksHttp2(plays(goes((stream) => [headers(stream, thousandBlock), data(stream, hello)]))),
  },
  {
    name: "http2-body-timeout",
    title: "A body that stops coming, over HTTP/2",
    wrong: "The Content-Length is 1,000; after 6 bytes nothing more comes, and the connection stays.",
    expected: { code: "body-timeout", status: 200 },
    caughtBy: "deadline",
    ...speaksHttp2(plays(says((stream) => [headers(stream, thousandBlock), data(stream, hello)]))),
  },
  {
    name: "http2-early-answer",
    title: "An answer that does not wait for the request",
    wrong:
      "Nothing is wrong: the server answers when it has the head, and asks by NO_ERROR not to be sent the rest.",
    ...healthy,
    needs: { uploadBytes: 1_000_000 },
    ...speaksHttp2(
      plays({ ...says((stream) => [...answer(stream), reset(stream, noError)]), answersEarly: true }),
    ),
  },
];

export const endingSites: readonly Definition[] = [...goawaySites, ...streamSites];

function misdirect(stream: number): readonly Uint8Array[] {
  return [headers(stream, block([":status", "421"], ["content-length", "0"]), "ends")];
}

/** The entry of a site whose head arrives and whose body does not. */
function breaksOff(code: Code): {
  readonly expected: Expectation;
  readonly caughtBy: Definition["caughtBy"];
} {
  return { expected: { code, status: 200 }, caughtBy: "http2" };
}
