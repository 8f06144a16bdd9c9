/** The usual answer of a site whose frames are written by hand, and the parts that others are made of. */
import { block, data, headers } from "../../wire/http2-frames.ts";
import type { Script } from "../../wire/http2-script.ts";

/** The head of an answer of six bytes. */
export const okBlock: Uint8Array = block(
  [":status", "200"],
  ["content-type", "text/plain"],
  ["content-length", "6"],
);

export const hello = "Hello\n";

/** A whole answer, and nothing wrong with it. */
export function answer(stream: number): readonly Uint8Array[] {
  return [headers(stream, okBlock), data(stream, hello, "ends")];
}

/** A server that says this to every request, and leaves the connection open. */
export function says(frames: (stream: number) => readonly Uint8Array[]): Script {
  return { onRequest: (wire, stream) => wire.send(...frames(stream)) };
}

/** A server that says this to every request, and then answers it as a client wants it that has let it pass. */
export function saysFirst(frames: (stream: number) => readonly Uint8Array[]): Script {
  return says((stream) => [...frames(stream), ...answer(stream)]);
}

/** What happens on every other connection, from the first on; on the rest all is well. */
export function everyOther(script: () => Script): (count: number) => Script {
  return (count) => (count % 2 === 1 ? script() : says(answer));
}

/** A server that says one thing to the first request of a connection, and another to those that follow. */
export function saysOnce(
  first: (stream: number) => readonly Uint8Array[],
  then: (stream: number, first: number) => readonly Uint8Array[],
): Script {
  let before: number | undefined;
  return says((stream) => {
    if (before !== undefined) return then(stream, before);
    before = stream;
    return first(stream);
  });
}
