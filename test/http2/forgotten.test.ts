/** What a connection of HTTP/2 keeps of a stream that is over: nothing that holds memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { block, END_HEADERS, END_STREAM, headers, reset } from "./frames.ts";
import { Harness, type Recorder } from "./harness.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

test("a stream that is over holds on to nothing of what it brought, nor to who received it", async () => {
  const harness = Harness.open();
  const head = headers(3, block([":status", "200"]), END_HEADERS | END_STREAM);
  const ends = [() => {}, () => harness.receive(head), () => harness.receive(reset(5, 8))];
  const forgotten = (): WeakRef<Recorder>[] =>
    ends.map((end, at) => {
      const { stream, sink } = harness.request();
      if (at === 0) harness.connection.cancel(stream, harness.now);
      end();
      return new WeakRef(sink);
    });
  const sinks = forgotten();
  expect(harness.connection.size).toBe(0);
  await vi.waitFor(() => {
    collect();
    expect(sinks.map((sink) => sink.deref() === undefined)).toEqual([true, true, true]);
  });
});
