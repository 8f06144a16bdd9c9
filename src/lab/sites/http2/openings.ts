/** Sites that agree to HTTP/2 in the TLS handshake, and then do not begin it: RFC 9113 §3.3, §3.4. */
import type { TLSSocket } from "node:tls";
import { fails, speaksHttp2, type Definition } from "../../site.ts";
import { octets } from "../../wire/http2-frames.ts";
import { plays, type Http2 } from "../../wire/http2-script.ts";
import { answer, says } from "./answers.ts";

const nothing = new Uint8Array(0);

const badRequest =
  "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 16\r\nConnection: close\r\n\r\nNot what I know\n";

export const openingSites: readonly Definition[] = [
  {
    name: "http2-not-spoken",
    title: "HTTP/2 agreed to, HTTP/1.1 spoken",
    wrong: "The server chooses h2 by ALPN, and answers in HTTP/1.1.",
    ...fails("http2-not-spoken", "http2"),
    ...speaksHttp2(answersWith(octets(badRequest))),
  },
  {
    name: "http2-garbage",
    title: "HTTP/2 agreed to, something else spoken",
    wrong: "The server chooses h2 by ALPN, and what it then sends is nothing that is known.",
    ...fails("http2-not-spoken", "http2"),
    ...speaksHttp2(answersWith(Uint8Array.from({ length: 64 }, (_, at) => 0x80 | (at * 37)))),
  },
  {
    name: "http2-closed",
    title: "HTTP/2 agreed to, and the door closed",
    wrong: "The server chooses h2 by ALPN, and closes the connection when the client begins to speak it.",
    ...fails("empty-response", "http2"),
    ...speaksHttp2(answersWith(nothing)),
  },
  {
    name: "http2-not-chosen",
    title: "A client that insists on HTTP/2",
    wrong:
      "Nothing is wrong with the server, which speaks HTTP/1.1 alone: the client asks for HTTP/2 and nothing else.",
    ...fails("http2-not-chosen", "alpn"),
    needs: { protocol: "h2" },
    serving: { kind: "https", tls: { ALPNProtocols: [] } },
  },
  {
    name: "http2-ping-unanswered",
    title: "A server that is gone, and whose connection stays",
    wrong: "The server begins HTTP/2 as it should, and then says nothing more, to a request or to a PING.",
    ...fails("http2-ping-unanswered", "deadline"),
    ...speaksHttp2(plays({ ignoresPings: true })),
  },
  {
    name: "http2-silent",
    title: "HTTP/2 agreed to, and not a word",
    wrong: "The server chooses h2 by ALPN and says nothing, for ever, not even the SETTINGS that come first.",
    ...fails("http2-ping-unanswered", "deadline"),
    ...speaksHttp2((socket) => void listen(socket)),
  },
  {
    name: "http2-unanswered",
    title: "An answer that does not come, over HTTP/2",
    wrong: "The server begins HTTP/2 as it should, acknowledges every PING, and never answers the request.",
    ...fails("head-timeout", "deadline"),
    ...speaksHttp2(plays({})),
  },
  {
    name: "http2-settings-missing",
    title: "HTTP/2 without its beginning",
    wrong:
      "The server acknowledges the client's SETTINGS, and answers without having sent its own, which come first.",
    ...fails("http2-protocol-broken", "http2"),
    ...speaksHttp2(plays({ ...says(answer), opening: nothing })),
  },
];

/** A server that does not know HTTP/2: it takes what comes for a request, says this, and closes. */
function answersWith(bytes: Uint8Array): Http2 {
  return (socket) => void listen(socket).once("data", () => socket.end(bytes));
}

/** Takes whatever comes. */
function listen(socket: TLSSocket): TLSSocket {
  return socket.on("error", () => undefined).resume();
}
