/** Octets that nobody would send: whatever comes, the connection says what was wrong, once, and neither throws nor grows. */
import { expect, test } from "vitest";
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  headers,
  join,
  octets,
  reset,
  settings,
  types,
  windowUpdate,
} from "./frames.ts";
import type { Failure } from "../../src/http2/index.ts";
import { Harness } from "./harness.ts";
import { randomCuts, seeded } from "./seeded.ts";

const ok = block([":status", "200"], ["content-length", "6"]);
const conversation: readonly Uint8Array[] = [
  settings([3, 100], [4, 65_535]),
  frame(types.SETTINGS, 1, 0),
  headers(1, block([":status", "103"])),
  headers(1, ok),
  data(1, "abc"),
  frame(types.PING, 0, 0, octets("12345678")),
  data(1, "def"),
  headers(1, block(["a", "b"]), END_HEADERS | END_STREAM),
  windowUpdate(0, 100),
  headers(3, block([":status", "200"]), 0),
  frame(types.CONTINUATION, END_HEADERS, 3, block(["c", "d"])),
  reset(3, 8),
  frame(0xc, 0, 0, octets("origin")),
  headers(5, block([":status", "204"]), END_HEADERS | END_STREAM),
  goaway(7, 0, "bye"),
];

/** One mutation more or less: octets, frames left out, doubled, in another order, on other streams. */
function mutated(below: (bound: number) => number): Uint8Array {
  const frames: Uint8Array[] = conversation.map((bytes) => Uint8Array.from(bytes));
  for (let times = 1 + below(4); times > 0; times--) {
    const at = below(frames.length);
    const chosen = frames[at] as Uint8Array;
    switch (below(6)) {
      case 0:
        chosen[below(chosen.length)] = below(256);
        break;
      case 1:
        frames.splice(at, 1);
        break;
      case 2:
        frames.splice(below(frames.length), 0, Uint8Array.from(chosen));
        break;
      case 3:
        chosen[8] = below(9);
        break;
      case 4:
        chosen[4] = below(64);
        break;
      case 5:
        chosen[3] = below(12);
    }
    if (frames.length === 0) frames.push(settings());
  }
  return join(...frames);
}

/** What a conversation comes to: the events of each request and what ended the connection. */
function outcome(bytes: Uint8Array, cuts: readonly number[]): unknown {
  const harness = new Harness();
  const requests = [1, 3, 5, 7].map(() => harness.request());
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    harness.connection.receive(bytes, start, end, harness.now);
    start = end;
  }
  harness.connection.end("fin");
  const ends = requests.map(
    ({ sink }) => Number(sink.completion !== undefined) + Number(sink.failure !== undefined),
  );
  expect(ends, "each request ends once").toEqual([1, 1, 1, 1]);
  let pendingBytes = 0;
  for (let piece = harness.connection.takeOutput(); piece; piece = harness.connection.takeOutput())
    pendingBytes += piece.length;
  expect(pendingBytes).toBeLessThan(10_000);
  const told = requests.map(({ sink }) => [sink.events, sink.body, comparable(sink.failure)]);
  return [comparable(harness.failure), harness.events, told];
}

/** A failure without the bytes that it shows: how many had come depends on the pieces. */
function comparable(failure: Failure | undefined): unknown {
  return failure?.code === "http2-not-spoken" ? failure.code : failure;
}

const rounds = Number(process.env["HTTP2_FUZZ_ROUNDS"] ?? 1_500);

test(`${rounds} mutated conversations end every request once, and read the same in whatever pieces they come`, () => {
  const random = seeded(9_113);
  for (let round = 0; round < rounds; round++) {
    const bytes = mutated(random);
    const whole = outcome(bytes, []);
    const cuts = randomCuts(bytes.length, random);
    expect(outcome(bytes, cuts), `round ${round}`).toEqual(whole);
    if (round % 100 === 0) {
      const each = Array.from({ length: bytes.length - 1 }, (_, at) => at + 1);
      expect(outcome(bytes, each), `round ${round}, octet by octet`).toEqual(whole);
    }
  }
});
