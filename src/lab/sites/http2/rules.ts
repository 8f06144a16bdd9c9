/** Sites that break a rule of frames, streams, windows or settings: RFC 9113 §4.2, §5.1, §6. */
import { fails, speaksHttp2, type Definition } from "../../site.ts";
import {
  block,
  data,
  errorCodes,
  flags,
  frame,
  headers,
  largest31,
  octets,
  reset,
  settingIds,
  settings,
  types,
  windowUpdate,
} from "../../wire/http2-frames.ts";
import { plays, type Script } from "../../wire/http2-script.ts";
import { concatBytes } from "../../../core/index.ts";
import { answer, hello, okBlock, says, saysFirst } from "./answers.ts";

interface Broken extends Pick<Definition, "name" | "title" | "wrong"> {
  readonly script: Script;
  /** Where a head comes before what is wrong. */
  readonly status?: 200;
}

/** The answer follows what is wrong: a client that lets it pass has a 200. */
const frameSites: readonly Broken[] = [
  {
    name: "http2-protocol-broken",
    title: "Content for no request",
    wrong: "The server sends DATA on stream 0, which is the connection itself.",
    script: saysFirst(() => [data(0, hello)]),
  },
  {
    name: "http2-even-stream",
    title: "An answer that nobody asked for",
    wrong: "The server sends HEADERS on stream 2, an even number, which only a push would open.",
    script: saysFirst(() => [headers(2, okBlock, "ends")]),
  },
  {
    name: "http2-idle-stream",
    title: "An answer to a request that was not sent",
    wrong: "The server sends HEADERS on a stream that the client has not opened.",
    script: saysFirst((stream) => [headers(stream + 100, okBlock, "ends")]),
  },
  {
    name: "http2-push",
    title: "A push that was declined",
    wrong: "The server sends PUSH_PROMISE, though the client has set SETTINGS_ENABLE_PUSH to 0.",
    script: saysFirst((stream) => [
      frame(
        types.pushPromise,
        { stream, flags: flags.endHeaders },
        // :method GET, :scheme https, :path /, and the name of no site: RFC 7541 Appendix A.
        concatBytes([Uint8Array.of(0, 0, 0, 2, 0x82, 0x87, 0x84, 0x41, 11), octets("lab.invalid")]),
      ),
      ...answer(2),
    ]),
  },
  {
    name: "http2-frame-too-large",
    title: "A frame longer than the client takes",
    wrong: "A DATA frame has 65,536 bytes, four times what the client takes at once.",
    status: 200,
    script: says((stream) => [
      headers(stream, block([":status", "200"], ["content-length", "65536"])),
      data(stream, "x".repeat(65_536), "ends"),
    ]),
  },
  {
    name: "http2-padding",
    title: "Padding longer than its frame",
    wrong: "A DATA frame of seven bytes says that a hundred of them are padding.",
    status: 200,
    script: says((stream) => [
      headers(stream, okBlock),
      frame(types.data, { stream, flags: flags.padded }, concatBytes([Uint8Array.of(100), octets(hello)])),
    ]),
  },
  {
    name: "http2-interleaved",
    title: "A head with something in the middle",
    wrong: "Between HEADERS and the CONTINUATION that completes it comes DATA.",
    script: says((stream) => [
      frame(types.headers, { stream }, okBlock.subarray(0, 4)),
      data(stream, hello),
      frame(types.continuation, { stream, flags: flags.endHeaders }, okBlock.subarray(4)),
    ]),
  },
  {
    name: "http2-continuation-alone",
    title: "The rest of a head that has not begun",
    wrong: "CONTINUATION comes without the HEADERS that it would go on with.",
    script: saysFirst((stream) => [frame(types.continuation, { stream, flags: flags.endHeaders }, okBlock)]),
  },
  {
    name: "http2-window-overflow",
    title: "A window beyond all bounds",
    wrong: "The server opens the connection's window past 2^31 - 1.",
    script: saysFirst(() => [windowUpdate(0, largest31)]),
  },
  {
    name: "http2-window-overflow-stream",
    title: "A request's window beyond all bounds",
    wrong: "The server opens the window of one request past 2^31 - 1.",
    script: saysFirst((stream) => [windowUpdate(stream, largest31)]),
  },
  {
    name: "http2-window-zero",
    title: "A window opened by nothing",
    wrong: "The server sends WINDOW_UPDATE with an increment of zero.",
    script: saysFirst(() => [windowUpdate(0, 0)]),
  },
];

const settingSites: readonly Broken[] = [
  {
    name: "http2-settings-push",
    title: "A server that wants to be pushed to",
    wrong: "The server's SETTINGS_ENABLE_PUSH is 1, which only a client may say.",
    script: begins(settings([settingIds.enablePush, 1])),
  },
  {
    name: "http2-settings-window",
    title: "Windows that begin beyond all bounds",
    wrong: "The server's SETTINGS_INITIAL_WINDOW_SIZE is 2^31.",
    script: begins(settings([settingIds.initialWindowSize, largest31 + 1])),
  },
  {
    name: "http2-settings-frame-size",
    title: "Frames smaller than the smallest",
    wrong: "The server's SETTINGS_MAX_FRAME_SIZE is 100; it is never below 16,384.",
    script: begins(settings([settingIds.maxFrameSize, 100])),
  },
  {
    name: "http2-settings-length",
    title: "Settings that are cut off",
    wrong: "The server's SETTINGS have five bytes, where each setting has six.",
    script: begins(frame(types.settings, { stream: 0 }, new Uint8Array(5))),
  },
];

/** Sites that let nothing out, and break no rule. */
const shutSites: readonly Definition[] = [
  {
    name: "http2-no-streams",
    title: "Not one request at a time",
    wrong:
      "Every request is answered with SETTINGS_MAX_CONCURRENT_STREAMS of 0, and reset with REFUSED_STREAM: the server takes none.",
    ...fails("http2-stream-reset", "http2"),
    ...speaksHttp2(
      plays(
        says((stream) => [
          settings([settingIds.maxConcurrentStreams, 0]),
          reset(stream, errorCodes.refusedStream),
        ]),
      ),
    ),
  },
  {
    name: "http2-window-shut",
    title: "An upload that is not let out",
    wrong:
      "The server's windows begin at zero and are never opened: of a request's body no more gets out than what is sent before the client knows, 65,535 bytes.",
    ...fails("send-timeout", "deadline"),
    needs: { uploadBytes: 1_000_000 },
    ...speaksHttp2(
      plays({
        ...says(answer),
        opening: settings([settingIds.initialWindowSize, 0]),
        keepsWindows: true,
      }),
    ),
  },
];

export const ruleSites: readonly Definition[] = [
  ...[...frameSites, ...settingSites].map(broken),
  ...shutSites,
];

function broken({ script, status, ...words }: Broken): Definition {
  const expected = { code: "http2-protocol-broken", status: status ?? null } as const;
  return { ...words, expected, caughtBy: "http2", ...speaksHttp2(plays(script)) };
}

/** A server that begins with this, and answers every request. */
function begins(opening: Uint8Array): Script {
  return { ...says(answer), opening };
}
