/** Sites that send without end what brings no answer further: RFC 9113 §10.5. After ten thousand of them they do answer. */
import { fails, speaksHttp2, type Definition } from "../../site.ts";
import {
  block,
  flags,
  frame,
  goaway,
  headers,
  largest31,
  data,
  errorCodes,
  ping,
  reset,
  settings,
  types,
  windowUpdate,
} from "../../wire/http2-frames.ts";
import { plays, type Script } from "../../wire/http2-script.ts";
import { answer, hello, okBlock, says, saysFirst, saysOnce } from "./answers.ts";

const floodFrames = 10_000;

interface Flood extends Pick<Definition, "name" | "title" | "wrong"> {
  readonly script: Script;
}

const floods: readonly Flood[] = [
  {
    name: "http2-flood",
    title: "Ten thousand PINGs",
    wrong: "Ten thousand PING frames come before the answer, and each wants one back.",
    script: saysFirst(() => many(ping())),
  },
  {
    name: "http2-flood-of-settings",
    title: "Settings without end",
    wrong: "Ten thousand SETTINGS frames come before the answer, and each wants to be acknowledged.",
    script: saysFirst(() => many(settings())),
  },
  {
    name: "http2-flood-of-goaways",
    title: "Goodbyes without end",
    wrong: "Ten thousand GOAWAY frames come before the answer.",
    script: saysFirst(() => many(goaway(largest31, errorCodes.noError))),
  },
  {
    name: "http2-flood-of-window-updates",
    title: "Windows opened without end",
    wrong: "Ten thousand WINDOW_UPDATE frames come before the answer, for one byte each.",
    script: saysFirst(() => many(windowUpdate(0, 1))),
  },
  {
    name: "http2-flood-of-priorities",
    title: "Priorities without end",
    wrong: "Ten thousand PRIORITY frames come before the answer, from a server that has none to give.",
    script: saysFirst((stream) => many(frame(types.priority, { stream }, Uint8Array.of(0, 0, 0, 0, 15)))),
  },
  {
    name: "http2-flood-of-unknowns",
    title: "Frames that mean nothing",
    wrong: "Ten thousand frames of a type that no RFC defines come before the answer.",
    script: saysFirst((stream) => many(frame(0xfa, { stream }))),
  },
  {
    name: "http2-flood-of-continuations",
    title: "A head that goes on and on",
    wrong: "The head is followed by ten thousand empty CONTINUATION frames.",
    script: says((stream) => [
      frame(types.headers, { stream }, okBlock),
      ...many(frame(types.continuation, { stream })),
      frame(types.continuation, { stream, flags: flags.endHeaders }),
      data(stream, hello, "ends"),
    ]),
  },
  {
    name: "http2-flood-of-fields",
    title: "A head of a megabyte",
    wrong: "The head goes on for a mebibyte in CONTINUATION frames of the usual size.",
    script: says((stream) => [
      frame(types.headers, { stream }, okBlock),
      ...Array.from({ length: 64 }, () => frame(types.continuation, { stream }, filler)),
      frame(types.continuation, { stream, flags: flags.endHeaders }),
      data(stream, hello, "ends"),
    ]),
  },
];

/** A frame's worth of one field. */
const filler = block(["x-filler", "x".repeat(16_000)]);

export const floodSites: readonly Definition[] = [
  ...floods.map(({ script, ...words }) => ({
    ...words,
    ...fails("http2-flood", "flood"),
    ...speaksHttp2(plays(script)),
  })),
  {
    name: "http2-flood-of-empty-data",
    title: "A body of nothing, ten thousand times",
    wrong: "Ten thousand DATA frames without a byte come before the body.",
    expected: { code: "http2-flood", status: 200 },
    caughtBy: "flood",
    ...speaksHttp2(
      plays(
        says((stream) => [headers(stream, okBlock), ...many(data(stream, "")), data(stream, hello, "ends")]),
      ),
    ),
  },
  {
    name: "http2-flood-of-resets",
    title: "Resets for a request that is over",
    wrong:
      "The first answer on a connection is whole; ten thousand RST_STREAM frames for it come before the next.",
    expected: { code: null, status: 200 },
    caughtBy: "flood",
    ...speaksHttp2(
      plays(() =>
        saysOnce(answer, (stream, first) => [...many(reset(first, errorCodes.noError)), ...answer(stream)]),
      ),
    ),
  },
  {
    name: "http2-flood-of-hints",
    title: "Endless hints, over HTTP/2",
    wrong: "A thousand informational responses come before the one that was asked for.",
    ...fails("too-many-informational", "http-head"),
    ...speaksHttp2(plays(saysFirst((stream) => many(headers(stream, block([":status", "103"])), 1_000)))),
  },
];

function many(frame: Uint8Array, count: number = floodFrames): readonly Uint8Array[] {
  return Array.from({ length: count }, () => frame);
}
