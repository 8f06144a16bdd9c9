/** Sites whose HTTP/2 is right, the plain one first, and those that use what few servers use. */
import { Readable } from "node:stream";
import { answers, healthy, speaksHttp2, type Definition } from "../../site.ts";
import {
  block,
  data,
  flags,
  frame,
  headers,
  octets,
  ping,
  settingIds,
  settings,
  types,
} from "../../wire/http2-frames.ts";
import { byNode } from "../../wire/http2-node.ts";
import { plays } from "../../wire/http2-script.ts";
import { concatBytes } from "../../../core/index.ts";
import { refuseLikeAkamai } from "../http/block-pages.ts";
import { answer, hello, okBlock, says } from "./answers.ts";

/** Nothing is wrong: Node answers. */
const node = byNode((_request, response) => {
  response.writeHead(200, { "content-type": "text/plain", "content-length": 6 });
  response.end(hello);
});

const [altsvc, origin, unknownType, unknownSetting] = [0xa, 0xc, 0xfa, 0xfafa] as const;

export const healthyHttp2Sites: readonly Definition[] = [
  {
    name: "http2",
    title: "HTTP/2",
    wrong: "Nothing is wrong: the server speaks HTTP/2, and HTTP/1.1 to who asks for that.",
    ...healthy,
    ...speaksHttp2(node),
  },
  {
    name: "http2-only",
    title: "HTTP/2 alone",
    wrong: "Nothing is wrong: the server speaks HTTP/2, and refuses a client that offers HTTP/1.1 alone.",
    ...healthy,
    overHttp11: { code: "alpn-mismatch", status: null },
    serving: { kind: "https", tls: { ALPNProtocols: ["h2"] }, http2: node },
  },
  {
    name: "http2-one-stream",
    title: "One request at a time",
    wrong: "Nothing is wrong: the server takes a single stream at once on each connection.",
    ...healthy,
    ...speaksHttp2(byNode((_request, response) => response.end(hello), { maxConcurrentStreams: 1 })),
  },
  {
    name: "http2-large-body",
    title: "Eight megabytes over HTTP/2",
    wrong: "Nothing is wrong: the body is larger than the windows, so that it comes as they are opened.",
    ...healthy,
    ...speaksHttp2(byNode((_request, response) => void Readable.from(largeBody()).pipe(response))),
  },
  {
    name: "http2-early-hints",
    title: "A hint before the answer, over HTTP/2",
    wrong: "Nothing is wrong: a 103 comes before the response.",
    ...healthy,
    ...speaksHttp2(
      plays(
        says((stream) => [
          headers(stream, block([":status", "103"], ["link", "</s.css>; rel=preload"])),
          ...answer(stream),
        ]),
      ),
    ),
  },
  {
    name: "http2-trailers",
    title: "Trailers, over HTTP/2",
    wrong: "Nothing is wrong: a second field section comes behind the body.",
    ...healthy,
    ...speaksHttp2(
      plays(
        says((stream) => [
          headers(stream, okBlock),
          data(stream, hello),
          headers(stream, block(["x-lab", "done"]), "ends"),
        ]),
      ),
    ),
  },
  {
    name: "http2-byte-by-byte",
    title: "HTTP/2, one byte at a time",
    wrong: "Nothing is wrong: every byte that the server sends comes in a TLS record of its own.",
    ...healthy,
    ...speaksHttp2(plays({ ...says(answer), trickles: true })),
  },
  {
    name: "http2-unusual",
    title: "All that HTTP/2 allows",
    wrong:
      "Nothing is wrong: there are settings and frames that no RFC defines, priorities, padding, a PING, and a head in pieces.",
    ...healthy,
    ...speaksHttp2(
      plays({
        opening: settings([unknownSetting, 1], [settingIds.maxFrameSize, 65_536]),
        onRequest: (wire, stream) => wire.send(...unusualAnswer(stream)),
      }),
    ),
  },
  {
    name: "http2-preferred",
    title: "HTTP/1.1 is refused",
    wrong: "Nothing is wrong over HTTP/2; over HTTP/1.1 every request is answered with 403.",
    ...healthy,
    overHttp11: { code: null, status: 403 },
    serving: { kind: "https", http2: node, respond: refuseLikeAkamai },
  },
  {
    name: "http2-unwelcome",
    title: "HTTP/2 is refused",
    wrong: "Over HTTP/2 every request is answered with 403; over HTTP/1.1 with 200.",
    ...answers(403),
    serving: {
      kind: "https",
      http2: byNode((_request, response) => {
        response.writeHead(403, { "content-type": "text/plain" });
        response.end("Access Denied\n");
      }),
    },
  },
];

/** RFC 9113 §5.5, §6.1, §6.3, §6.10; RFC 7838 §4; RFC 8336 §2. */
function unusualAnswer(stream: number): readonly Uint8Array[] {
  const half = Math.floor(okBlock.length / 2);
  const padded = concatBytes([Uint8Array.of(7), octets(hello), new Uint8Array(7)]);
  return [
    ping(),
    frame(altsvc, { stream }, Uint8Array.from([0, 0, ...octets('h3=":443"')])),
    frame(origin, { stream: 0 }),
    frame(unknownType, { stream, flags: 0xff }, octets("grease")),
    frame(types.priority, { stream }, Uint8Array.of(0, 0, 0, 0, 15)),
    frame(types.headers, { stream }, okBlock.subarray(0, half)),
    frame(types.continuation, { stream }),
    frame(types.continuation, { stream, flags: flags.endHeaders }, okBlock.subarray(half)),
    frame(types.data, { stream }),
    frame(types.data, { stream, flags: flags.padded }, padded),
    frame(types.data, { stream, flags: flags.endStream }),
  ];
}

/** In pieces that the stream asks for: a session of Node's holds ten megabytes at most. */
function* largeBody(): Generator<Uint8Array> {
  for (let piece = 0; piece < 128; piece++) yield new Uint8Array(65_536);
}
